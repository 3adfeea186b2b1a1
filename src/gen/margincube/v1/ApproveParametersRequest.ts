// Original file: proto/margincube/v1/model_service.proto


export interface ApproveParametersRequest {
  'proposalId'?: (string);
  'overrideReason'?: (string);
}

export interface ApproveParametersRequest__Output {
  'proposalId': (string);
  'overrideReason': (string);
}
