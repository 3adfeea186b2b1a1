// Original file: proto/margincube/v1/margin_service.proto

import type { ModelSpec as _margincube_v1_ModelSpec, ModelSpec__Output as _margincube_v1_ModelSpec__Output } from '../../margincube/v1/ModelSpec.js';
import type { ResumeToken as _margincube_v1_ResumeToken, ResumeToken__Output as _margincube_v1_ResumeToken__Output } from '../../margincube/v1/ResumeToken.js';

export interface StreamMarginRequest {
  'accountIds'?: (string)[];
  'allAccounts'?: (boolean);
  'model'?: (_margincube_v1_ModelSpec | null);
  'minimumRelativeChange'?: (number | string);
  'minimumIntervalMs'?: (number);
  'resumeTokens'?: (_margincube_v1_ResumeToken)[];
  'includeComponents'?: (boolean);
}

export interface StreamMarginRequest__Output {
  'accountIds': (string)[];
  'allAccounts': (boolean);
  'model': (_margincube_v1_ModelSpec__Output | null);
  'minimumRelativeChange': (number);
  'minimumIntervalMs': (number);
  'resumeTokens': (_margincube_v1_ResumeToken__Output)[];
  'includeComponents': (boolean);
}
