// Original file: proto/margincube/v1/margin_service.proto

import type { MarginState as _margincube_v1_MarginState, MarginState__Output as _margincube_v1_MarginState__Output } from '../../margincube/v1/MarginState.js';
import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { HedgeSuggestion as _margincube_v1_HedgeSuggestion, HedgeSuggestion__Output as _margincube_v1_HedgeSuggestion__Output } from '../../margincube/v1/HedgeSuggestion.js';
import type { Status as _google_rpc_Status, Status__Output as _google_rpc_Status__Output } from '../../google/rpc/Status.js';

export interface MarginCall {
  'callId'?: (string);
  'accountId'?: (string);
  'state'?: (_margincube_v1_MarginState | null);
  'since'?: (_google_protobuf_Timestamp | null);
  'due'?: (_google_protobuf_Timestamp | null);
  'cureAmount'?: (number | string);
  'breachProbability'?: (number | string);
  'cureTrades'?: (_margincube_v1_HedgeSuggestion)[];
  'cureError'?: (_google_rpc_Status | null);
  '_breachProbability'?: "breachProbability";
}

export interface MarginCall__Output {
  'callId': (string);
  'accountId': (string);
  'state': (_margincube_v1_MarginState__Output | null);
  'since': (_google_protobuf_Timestamp__Output | null);
  'due': (_google_protobuf_Timestamp__Output | null);
  'cureAmount': (number);
  'breachProbability'?: (number);
  'cureTrades': (_margincube_v1_HedgeSuggestion__Output)[];
  'cureError': (_google_rpc_Status__Output | null);
  '_breachProbability'?: "breachProbability";
}
