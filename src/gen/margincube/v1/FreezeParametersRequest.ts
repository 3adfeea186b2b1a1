// Original file: proto/margincube/v1/model_service.proto


export interface FreezeParametersRequest {
  'modelId'?: (string);
  'frozen'?: (boolean);
  'reason'?: (string);
}

export interface FreezeParametersRequest__Output {
  'modelId': (string);
  'frozen': (boolean);
  'reason': (string);
}
