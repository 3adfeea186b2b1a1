// Original file: proto/margincube/v1/reserve_service.proto

import type { AttestationHeader as _margincube_v1_AttestationHeader, AttestationHeader__Output as _margincube_v1_AttestationHeader__Output } from '../../margincube/v1/AttestationHeader.js';
import type { ReserveHolding as _margincube_v1_ReserveHolding, ReserveHolding__Output as _margincube_v1_ReserveHolding__Output } from '../../margincube/v1/ReserveHolding.js';
import type { Solvency as _margincube_v1_Solvency, Solvency__Output as _margincube_v1_Solvency__Output } from '../../margincube/v1/Solvency.js';

export interface Attestation {
  'header'?: (_margincube_v1_AttestationHeader | null);
  'headerHash'?: (Buffer | Uint8Array | string);
  'signature'?: (Buffer | Uint8Array | string);
  'publicKey'?: (Buffer | Uint8Array | string);
  'reserves'?: (_margincube_v1_ReserveHolding)[];
  'solvency'?: (_margincube_v1_Solvency)[];
}

export interface Attestation__Output {
  'header': (_margincube_v1_AttestationHeader__Output | null);
  'headerHash': (Buffer);
  'signature': (Buffer);
  'publicKey': (Buffer);
  'reserves': (_margincube_v1_ReserveHolding__Output)[];
  'solvency': (_margincube_v1_Solvency__Output)[];
}
