// Original file: proto/margincube/v1/portfolio_service.proto

import type { AccountEvent as _margincube_v1_AccountEvent, AccountEvent__Output as _margincube_v1_AccountEvent__Output } from '../../margincube/v1/AccountEvent.js';

export interface RecordEventsRequest {
  'events'?: (_margincube_v1_AccountEvent)[];
}

export interface RecordEventsRequest__Output {
  'events': (_margincube_v1_AccountEvent__Output)[];
}
