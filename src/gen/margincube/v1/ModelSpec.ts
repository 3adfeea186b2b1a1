// Original file: proto/margincube/v1/calculation.proto

import type { Struct as _google_protobuf_Struct, Struct__Output as _google_protobuf_Struct__Output } from '../../google/protobuf/Struct.js';

export interface ModelSpec {
  'name'?: (string);
  'parameterOverrides'?: (_google_protobuf_Struct | null);
}

export interface ModelSpec__Output {
  'name': (string);
  'parameterOverrides': (_google_protobuf_Struct__Output | null);
}
