// Original file: proto/margincube/v1/risk_service.proto

import type { MarginHealth as _margincube_v1_MarginHealth, MarginHealth__Output as _margincube_v1_MarginHealth__Output } from '../../margincube/v1/MarginHealth.js';

export interface HealthCount {
  'health'?: (_margincube_v1_MarginHealth);
  'accountCount'?: (number);
}

export interface HealthCount__Output {
  'health': (_margincube_v1_MarginHealth__Output);
  'accountCount': (number);
}
