// Original file: proto/margincube/v1/reserve_service.proto

import type { BitProof as _margincube_v1_BitProof, BitProof__Output as _margincube_v1_BitProof__Output } from '../../margincube/v1/BitProof.js';

export interface PrivateSibling {
  'hash'?: (Buffer | Uint8Array | string);
  'commitment'?: (Buffer | Uint8Array | string);
  'bits'?: (_margincube_v1_BitProof)[];
}

export interface PrivateSibling__Output {
  'hash': (Buffer);
  'commitment': (Buffer);
  'bits': (_margincube_v1_BitProof__Output)[];
}
