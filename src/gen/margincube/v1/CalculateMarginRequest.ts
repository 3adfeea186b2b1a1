// Original file: proto/margincube/v1/margin_service.proto

import type { Calculation as _margincube_v1_Calculation, Calculation__Output as _margincube_v1_Calculation__Output } from '../../margincube/v1/Calculation.js';
import type { Portfolio as _margincube_v1_Portfolio, Portfolio__Output as _margincube_v1_Portfolio__Output } from '../../margincube/v1/Portfolio.js';

export interface CalculateMarginRequest {
  'calculation'?: (_margincube_v1_Calculation | null);
  'portfolio'?: (_margincube_v1_Portfolio | null);
}

export interface CalculateMarginRequest__Output {
  'calculation': (_margincube_v1_Calculation__Output | null);
  'portfolio': (_margincube_v1_Portfolio__Output | null);
}
