// Original file: proto/margincube/v1/model_service.proto


export interface ParameterSetListing {
  'name'?: (string);
  'date'?: (string);
  'source'?: (string);
  'parameterHash'?: (string);
}

export interface ParameterSetListing__Output {
  'name': (string);
  'date': (string);
  'source': (string);
  'parameterHash': (string);
}
