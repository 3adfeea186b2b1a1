// Original file: proto/margincube/v1/model_service.proto

import type { ParameterImpact as _margincube_v1_ParameterImpact, ParameterImpact__Output as _margincube_v1_ParameterImpact__Output } from '../../margincube/v1/ParameterImpact.js';

export interface PreviewParametersResponse {
  'accountsDone'?: (number);
  'accountCount'?: (number);
  'complete'?: (boolean);
  'impact'?: (_margincube_v1_ParameterImpact | null);
}

export interface PreviewParametersResponse__Output {
  'accountsDone': (number);
  'accountCount': (number);
  'complete': (boolean);
  'impact': (_margincube_v1_ParameterImpact__Output | null);
}
