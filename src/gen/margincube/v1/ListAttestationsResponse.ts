// Original file: proto/margincube/v1/reserve_service.proto

import type { Attestation as _margincube_v1_Attestation, Attestation__Output as _margincube_v1_Attestation__Output } from '../../margincube/v1/Attestation.js';

export interface ListAttestationsResponse {
  'attestations'?: (_margincube_v1_Attestation)[];
  'nextPageToken'?: (string);
}

export interface ListAttestationsResponse__Output {
  'attestations': (_margincube_v1_Attestation__Output)[];
  'nextPageToken': (string);
}
