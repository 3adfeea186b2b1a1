// Original file: proto/margincube/v1/risk_service.proto

import type { Leg as _margincube_v1_Leg, Leg__Output as _margincube_v1_Leg__Output } from '../../margincube/v1/Leg.js';
import type { Amount as _margincube_v1_Amount, Amount__Output as _margincube_v1_Amount__Output } from '../../margincube/v1/Amount.js';

export interface Deleveraging {
  'accountId'?: (string);
  'leg'?: (_margincube_v1_Leg | null);
  'loss'?: (_margincube_v1_Amount | null);
}

export interface Deleveraging__Output {
  'accountId': (string);
  'leg': (_margincube_v1_Leg__Output | null);
  'loss': (_margincube_v1_Amount__Output | null);
}
