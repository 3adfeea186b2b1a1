// Original file: proto/margincube/v1/risk_service.proto

import type { Leg as _margincube_v1_Leg, Leg__Output as _margincube_v1_Leg__Output } from '../../margincube/v1/Leg.js';
import type { MarginState as _margincube_v1_MarginState, MarginState__Output as _margincube_v1_MarginState__Output } from '../../margincube/v1/MarginState.js';

export interface LiquidationStep {
  'leg'?: (_margincube_v1_Leg | null);
  'limitPrice'?: (number | string);
  'cost'?: (number | string);
  'hedge'?: (boolean);
  'after'?: (_margincube_v1_MarginState | null);
}

export interface LiquidationStep__Output {
  'leg': (_margincube_v1_Leg__Output | null);
  'limitPrice': (number);
  'cost': (number);
  'hedge': (boolean);
  'after': (_margincube_v1_MarginState__Output | null);
}
