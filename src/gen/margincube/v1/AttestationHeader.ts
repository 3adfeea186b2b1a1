// Original file: proto/margincube/v1/reserve_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { AssetSum as _margincube_v1_AssetSum, AssetSum__Output as _margincube_v1_AssetSum__Output } from '../../margincube/v1/AssetSum.js';
import type { Long } from '@grpc/proto-loader';

export interface AttestationHeader {
  'sequence'?: (number | string | Long);
  'previousHash'?: (Buffer | Uint8Array | string);
  'time'?: (_google_protobuf_Timestamp | null);
  'epoch'?: (number | string | Long);
  'saltEpoch'?: (number | string | Long);
  'liabilitiesRoot'?: (Buffer | Uint8Array | string);
  'liabilities'?: (_margincube_v1_AssetSum)[];
  'negativeEquity'?: (_margincube_v1_AssetSum)[];
  'priceHash'?: (Buffer | Uint8Array | string);
  'surfaceHash'?: (Buffer | Uint8Array | string);
  'parameterHash'?: (Buffer | Uint8Array | string);
  'format'?: (string);
  'depth'?: (number);
  'accountCount'?: (number | string | Long);
  'negativeAccountCount'?: (number | string | Long);
  'padSeed'?: (Buffer | Uint8Array | string);
  'reservesRoot'?: (Buffer | Uint8Array | string);
  'openInterestHash'?: (Buffer | Uint8Array | string);
}

export interface AttestationHeader__Output {
  'sequence': (string);
  'previousHash': (Buffer);
  'time': (_google_protobuf_Timestamp__Output | null);
  'epoch': (string);
  'saltEpoch': (string);
  'liabilitiesRoot': (Buffer);
  'liabilities': (_margincube_v1_AssetSum__Output)[];
  'negativeEquity': (_margincube_v1_AssetSum__Output)[];
  'priceHash': (Buffer);
  'surfaceHash': (Buffer);
  'parameterHash': (Buffer);
  'format': (string);
  'depth': (number);
  'accountCount': (string);
  'negativeAccountCount': (string);
  'padSeed': (Buffer);
  'reservesRoot': (Buffer);
  'openInterestHash': (Buffer);
}
