// Original file: proto/margincube/v1/model_service.proto

import type { ModelSpec as _margincube_v1_ModelSpec, ModelSpec__Output as _margincube_v1_ModelSpec__Output } from '../../margincube/v1/ModelSpec.js';

export interface GetModelRequest {
  'model'?: (_margincube_v1_ModelSpec | null);
}

export interface GetModelRequest__Output {
  'model': (_margincube_v1_ModelSpec__Output | null);
}
