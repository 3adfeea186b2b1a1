// Original file: proto/margincube/v1/reserve_service.proto

import type { AssetSum as _margincube_v1_AssetSum, AssetSum__Output as _margincube_v1_AssetSum__Output } from '../../margincube/v1/AssetSum.js';
import type { ReserveEvidence as _margincube_v1_ReserveEvidence, ReserveEvidence__Output as _margincube_v1_ReserveEvidence__Output } from '../../margincube/v1/ReserveEvidence.js';
import type { Long } from '@grpc/proto-loader';

export interface ReserveHolding {
  'holder'?: (string);
  'balance'?: (_margincube_v1_AssetSum | null);
  'evidence'?: (_margincube_v1_ReserveEvidence);
  'message'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
  'chain'?: (string);
  'height'?: (number | string | Long);
  'fault'?: (string);
  'watched'?: (boolean);
}

export interface ReserveHolding__Output {
  'holder': (string);
  'balance': (_margincube_v1_AssetSum__Output | null);
  'evidence': (_margincube_v1_ReserveEvidence__Output);
  'message': (Buffer);
  'signature': (Buffer);
  'chain': (string);
  'height': (string);
  'fault': (string);
  'watched': (boolean);
}
