// Original file: proto/margincube/v1/model_service.proto

import type { Struct as _google_protobuf_Struct, Struct__Output as _google_protobuf_Struct__Output } from '../../google/protobuf/Struct.js';

export interface GetModelResponse {
  'id'?: (string);
  'title'?: (string);
  'version'?: (string);
  'parameterSet'?: (string);
  'parameterHash'?: (string);
  'parameters'?: (_google_protobuf_Struct | null);
  'warnings'?: (string)[];
}

export interface GetModelResponse__Output {
  'id': (string);
  'title': (string);
  'version': (string);
  'parameterSet': (string);
  'parameterHash': (string);
  'parameters': (_google_protobuf_Struct__Output | null);
  'warnings': (string)[];
}
