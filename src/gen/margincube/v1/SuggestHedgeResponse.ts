// Original file: proto/margincube/v1/margin_service.proto

import type { HedgeSuggestion as _margincube_v1_HedgeSuggestion, HedgeSuggestion__Output as _margincube_v1_HedgeSuggestion__Output } from '../../margincube/v1/HedgeSuggestion.js';
import type { MarginState as _margincube_v1_MarginState, MarginState__Output as _margincube_v1_MarginState__Output } from '../../margincube/v1/MarginState.js';
import type { Long } from '@grpc/proto-loader';

export interface SuggestHedgeResponse {
  'suggestions'?: (_margincube_v1_HedgeSuggestion)[];
  'before'?: (_margincube_v1_MarginState | null);
  'currency'?: (string);
  'epoch'?: (number | string | Long);
}

export interface SuggestHedgeResponse__Output {
  'suggestions': (_margincube_v1_HedgeSuggestion__Output)[];
  'before': (_margincube_v1_MarginState__Output | null);
  'currency': (string);
  'epoch': (string);
}
