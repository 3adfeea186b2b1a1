// Original file: proto/margincube/v1/portfolio_service.proto

import type { EventAcknowledgement as _margincube_v1_EventAcknowledgement, EventAcknowledgement__Output as _margincube_v1_EventAcknowledgement__Output } from '../../margincube/v1/EventAcknowledgement.js';

export interface RecordEventsResponse {
  'acknowledgements'?: (_margincube_v1_EventAcknowledgement)[];
}

export interface RecordEventsResponse__Output {
  'acknowledgements': (_margincube_v1_EventAcknowledgement__Output)[];
}
