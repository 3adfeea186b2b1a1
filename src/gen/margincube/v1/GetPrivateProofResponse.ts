// Original file: proto/margincube/v1/reserve_service.proto

import type { PrivateProof as _margincube_v1_PrivateProof, PrivateProof__Output as _margincube_v1_PrivateProof__Output } from '../../margincube/v1/PrivateProof.js';
import type { PrivateStatement as _margincube_v1_PrivateStatement, PrivateStatement__Output as _margincube_v1_PrivateStatement__Output } from '../../margincube/v1/PrivateStatement.js';
import type { Attestation as _margincube_v1_Attestation, Attestation__Output as _margincube_v1_Attestation__Output } from '../../margincube/v1/Attestation.js';

export interface GetPrivateProofResponse {
  'proof'?: (_margincube_v1_PrivateProof | null);
  'statement'?: (_margincube_v1_PrivateStatement | null);
  'attestation'?: (_margincube_v1_Attestation | null);
}

export interface GetPrivateProofResponse__Output {
  'proof': (_margincube_v1_PrivateProof__Output | null);
  'statement': (_margincube_v1_PrivateStatement__Output | null);
  'attestation': (_margincube_v1_Attestation__Output | null);
}
