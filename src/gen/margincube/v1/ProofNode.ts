// Original file: proto/margincube/v1/reserve_service.proto

import type { AssetSum as _margincube_v1_AssetSum, AssetSum__Output as _margincube_v1_AssetSum__Output } from '../../margincube/v1/AssetSum.js';

export interface ProofNode {
  'hash'?: (Buffer | Uint8Array | string);
  'sums'?: (_margincube_v1_AssetSum)[];
}

export interface ProofNode__Output {
  'hash': (Buffer);
  'sums': (_margincube_v1_AssetSum__Output)[];
}
