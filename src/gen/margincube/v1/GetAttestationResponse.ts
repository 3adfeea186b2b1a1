// Original file: proto/margincube/v1/reserve_service.proto

import type { Attestation as _margincube_v1_Attestation, Attestation__Output as _margincube_v1_Attestation__Output } from '../../margincube/v1/Attestation.js';

export interface GetAttestationResponse {
  'attestation'?: (_margincube_v1_Attestation | null);
}

export interface GetAttestationResponse__Output {
  'attestation': (_margincube_v1_Attestation__Output | null);
}
