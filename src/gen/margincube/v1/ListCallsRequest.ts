// Original file: proto/margincube/v1/margin_service.proto

import type { MarginHealth as _margincube_v1_MarginHealth, MarginHealth__Output as _margincube_v1_MarginHealth__Output } from '../../margincube/v1/MarginHealth.js';

export interface ListCallsRequest {
  'health'?: (_margincube_v1_MarginHealth)[];
  'pageSize'?: (number);
  'pageToken'?: (string);
  'curesMax'?: (number);
}

export interface ListCallsRequest__Output {
  'health': (_margincube_v1_MarginHealth__Output)[];
  'pageSize': (number);
  'pageToken': (string);
  'curesMax': (number);
}
