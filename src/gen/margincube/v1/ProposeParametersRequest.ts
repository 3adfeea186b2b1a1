// Original file: proto/margincube/v1/model_service.proto

import type { ModelSpec as _margincube_v1_ModelSpec, ModelSpec__Output as _margincube_v1_ModelSpec__Output } from '../../margincube/v1/ModelSpec.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';

export interface ProposeParametersRequest {
  'model'?: (_margincube_v1_ModelSpec | null);
  'effectiveAt'?: (_google_protobuf_Timestamp | null);
  'rationale'?: (string);
  'idempotencyKey'?: (string);
}

export interface ProposeParametersRequest__Output {
  'model': (_margincube_v1_ModelSpec__Output | null);
  'effectiveAt': (_google_protobuf_Timestamp__Output | null);
  'rationale': (string);
  'idempotencyKey': (string);
}
