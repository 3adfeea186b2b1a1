// Original file: proto/margincube/v1/reserve_service.proto

import type { Long } from '@grpc/proto-loader';

export interface GetInclusionProofRequest {
  'accountId'?: (string);
  'sequence'?: (number | string | Long);
  '_sequence'?: "sequence";
}

export interface GetInclusionProofRequest__Output {
  'accountId': (string);
  'sequence'?: (string);
  '_sequence'?: "sequence";
}
