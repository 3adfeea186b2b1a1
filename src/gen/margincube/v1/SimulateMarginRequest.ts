// Original file: proto/margincube/v1/margin_service.proto

import type { Calculation as _margincube_v1_Calculation, Calculation__Output as _margincube_v1_Calculation__Output } from '../../margincube/v1/Calculation.js';
import type { BookReference as _margincube_v1_BookReference, BookReference__Output as _margincube_v1_BookReference__Output } from '../../margincube/v1/BookReference.js';
import type { Leg as _margincube_v1_Leg, Leg__Output as _margincube_v1_Leg__Output } from '../../margincube/v1/Leg.js';

export interface SimulateMarginRequest {
  'calculation'?: (_margincube_v1_Calculation | null);
  'book'?: (_margincube_v1_BookReference | null);
  'legs'?: (_margincube_v1_Leg)[];
  'includeComponents'?: (boolean);
  'includeLiquidationPrices'?: (boolean);
}

export interface SimulateMarginRequest__Output {
  'calculation': (_margincube_v1_Calculation__Output | null);
  'book': (_margincube_v1_BookReference__Output | null);
  'legs': (_margincube_v1_Leg__Output)[];
  'includeComponents': (boolean);
  'includeLiquidationPrices': (boolean);
}
