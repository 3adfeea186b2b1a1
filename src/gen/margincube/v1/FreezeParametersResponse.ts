// Original file: proto/margincube/v1/model_service.proto


export interface FreezeParametersResponse {
  'frozenModelIds'?: (string)[];
}

export interface FreezeParametersResponse__Output {
  'frozenModelIds': (string)[];
}
