// Original file: proto/margincube/v1/market.proto

import type { VolatilityPoint as _margincube_v1_VolatilityPoint, VolatilityPoint__Output as _margincube_v1_VolatilityPoint__Output } from '../../margincube/v1/VolatilityPoint.js';

export interface VolatilityPoints {
  'points'?: (_margincube_v1_VolatilityPoint)[];
}

export interface VolatilityPoints__Output {
  'points': (_margincube_v1_VolatilityPoint__Output)[];
}
