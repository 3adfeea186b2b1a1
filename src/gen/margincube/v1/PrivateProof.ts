// Original file: proto/margincube/v1/reserve_service.proto

import type { PrivateSibling as _margincube_v1_PrivateSibling, PrivateSibling__Output as _margincube_v1_PrivateSibling__Output } from '../../margincube/v1/PrivateSibling.js';

export interface PrivateProof {
  'accountId'?: (string);
  'leafPosition'?: (number);
  'units'?: (string);
  'blinding'?: (Buffer | Uint8Array | string);
  'salt'?: (Buffer | Uint8Array | string);
  'siblings'?: (_margincube_v1_PrivateSibling)[];
}

export interface PrivateProof__Output {
  'accountId': (string);
  'leafPosition': (number);
  'units': (string);
  'blinding': (Buffer);
  'salt': (Buffer);
  'siblings': (_margincube_v1_PrivateSibling__Output)[];
}
