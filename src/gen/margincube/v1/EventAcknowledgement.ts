// Original file: proto/margincube/v1/portfolio_service.proto

import type { EventStatus as _margincube_v1_EventStatus, EventStatus__Output as _margincube_v1_EventStatus__Output } from '../../margincube/v1/EventStatus.js';
import type { Status as _google_rpc_Status, Status__Output as _google_rpc_Status__Output } from '../../google/rpc/Status.js';
import type { Long } from '@grpc/proto-loader';

export interface EventAcknowledgement {
  'eventId'?: (string);
  'status'?: (_margincube_v1_EventStatus);
  'accountSeq'?: (number | string | Long);
  'error'?: (_google_rpc_Status | null);
}

export interface EventAcknowledgement__Output {
  'eventId': (string);
  'status': (_margincube_v1_EventStatus__Output);
  'accountSeq': (string);
  'error': (_google_rpc_Status__Output | null);
}
