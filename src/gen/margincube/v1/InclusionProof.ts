// Original file: proto/margincube/v1/reserve_service.proto

import type { AssetSum as _margincube_v1_AssetSum, AssetSum__Output as _margincube_v1_AssetSum__Output } from '../../margincube/v1/AssetSum.js';
import type { ProofNode as _margincube_v1_ProofNode, ProofNode__Output as _margincube_v1_ProofNode__Output } from '../../margincube/v1/ProofNode.js';
import type { Long } from '@grpc/proto-loader';

export interface InclusionProof {
  'accountId'?: (string);
  'leafIndex'?: (number | string | Long);
  'salt'?: (Buffer | Uint8Array | string);
  'balances'?: (_margincube_v1_AssetSum)[];
  'siblings'?: (_margincube_v1_ProofNode)[];
  'emptyLevels'?: (number | string | Long);
}

export interface InclusionProof__Output {
  'accountId': (string);
  'leafIndex': (string);
  'salt': (Buffer);
  'balances': (_margincube_v1_AssetSum__Output)[];
  'siblings': (_margincube_v1_ProofNode__Output)[];
  'emptyLevels': (string);
}
