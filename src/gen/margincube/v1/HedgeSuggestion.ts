// Original file: proto/margincube/v1/simulation.proto

import type { Leg as _margincube_v1_Leg, Leg__Output as _margincube_v1_Leg__Output } from '../../margincube/v1/Leg.js';
import type { MarginState as _margincube_v1_MarginState, MarginState__Output as _margincube_v1_MarginState__Output } from '../../margincube/v1/MarginState.js';

export interface HedgeSuggestion {
  'legs'?: (_margincube_v1_Leg)[];
  'cost'?: (number | string);
  'after'?: (_margincube_v1_MarginState | null);
}

export interface HedgeSuggestion__Output {
  'legs': (_margincube_v1_Leg__Output)[];
  'cost': (number);
  'after': (_margincube_v1_MarginState__Output | null);
}
