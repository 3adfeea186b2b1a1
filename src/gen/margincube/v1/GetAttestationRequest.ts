// Original file: proto/margincube/v1/reserve_service.proto

import type { Long } from '@grpc/proto-loader';

export interface GetAttestationRequest {
  'sequence'?: (number | string | Long);
  '_sequence'?: "sequence";
}

export interface GetAttestationRequest__Output {
  'sequence'?: (string);
  '_sequence'?: "sequence";
}
