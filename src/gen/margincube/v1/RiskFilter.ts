// Original file: proto/margincube/v1/risk_service.proto

import type { MarginHealth as _margincube_v1_MarginHealth, MarginHealth__Output as _margincube_v1_MarginHealth__Output } from '../../margincube/v1/MarginHealth.js';

export interface RiskFilter {
  'keys'?: (string)[];
  'underlyings'?: (string)[];
  'health'?: (_margincube_v1_MarginHealth)[];
}

export interface RiskFilter__Output {
  'keys': (string)[];
  'underlyings': (string)[];
  'health': (_margincube_v1_MarginHealth__Output)[];
}
