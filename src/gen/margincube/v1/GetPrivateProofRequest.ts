// Original file: proto/margincube/v1/reserve_service.proto


export interface GetPrivateProofRequest {
  'accountId'?: (string);
}

export interface GetPrivateProofRequest__Output {
  'accountId': (string);
}
