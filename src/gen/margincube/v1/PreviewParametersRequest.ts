// Original file: proto/margincube/v1/model_service.proto

import type { ModelSpec as _margincube_v1_ModelSpec, ModelSpec__Output as _margincube_v1_ModelSpec__Output } from '../../margincube/v1/ModelSpec.js';
import type { Long } from '@grpc/proto-loader';

export interface PreviewParametersRequest {
  'current'?: (_margincube_v1_ModelSpec | null);
  'proposed'?: (_margincube_v1_ModelSpec | null);
  'epoch'?: (number | string | Long);
  'topMovers'?: (number);
}

export interface PreviewParametersRequest__Output {
  'current': (_margincube_v1_ModelSpec__Output | null);
  'proposed': (_margincube_v1_ModelSpec__Output | null);
  'epoch': (string);
  'topMovers': (number);
}
