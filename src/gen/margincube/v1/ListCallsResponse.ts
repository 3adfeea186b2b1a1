// Original file: proto/margincube/v1/margin_service.proto

import type { MarginCall as _margincube_v1_MarginCall, MarginCall__Output as _margincube_v1_MarginCall__Output } from '../../margincube/v1/MarginCall.js';

export interface ListCallsResponse {
  'calls'?: (_margincube_v1_MarginCall)[];
  'nextPageToken'?: (string);
}

export interface ListCallsResponse__Output {
  'calls': (_margincube_v1_MarginCall__Output)[];
  'nextPageToken': (string);
}
