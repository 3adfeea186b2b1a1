// Original file: proto/margincube/v1/margin_service.proto

import type { Calculation as _margincube_v1_Calculation, Calculation__Output as _margincube_v1_Calculation__Output } from '../../margincube/v1/Calculation.js';

export interface BatchHeader {
  'calculation'?: (_margincube_v1_Calculation | null);
  'portfolioCount'?: (number);
}

export interface BatchHeader__Output {
  'calculation': (_margincube_v1_Calculation__Output | null);
  'portfolioCount': (number);
}
