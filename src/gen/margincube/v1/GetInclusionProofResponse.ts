// Original file: proto/margincube/v1/reserve_service.proto

import type { InclusionProof as _margincube_v1_InclusionProof, InclusionProof__Output as _margincube_v1_InclusionProof__Output } from '../../margincube/v1/InclusionProof.js';
import type { Attestation as _margincube_v1_Attestation, Attestation__Output as _margincube_v1_Attestation__Output } from '../../margincube/v1/Attestation.js';

export interface GetInclusionProofResponse {
  'proof'?: (_margincube_v1_InclusionProof | null);
  'attestation'?: (_margincube_v1_Attestation | null);
}

export interface GetInclusionProofResponse__Output {
  'proof': (_margincube_v1_InclusionProof__Output | null);
  'attestation': (_margincube_v1_Attestation__Output | null);
}
