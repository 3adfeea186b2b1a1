// Original file: proto/margincube/v1/margin_service.proto

import type { Calculation as _margincube_v1_Calculation, Calculation__Output as _margincube_v1_Calculation__Output } from '../../margincube/v1/Calculation.js';
import type { BookReference as _margincube_v1_BookReference, BookReference__Output as _margincube_v1_BookReference__Output } from '../../margincube/v1/BookReference.js';
import type { Side as _margincube_v1_Side, Side__Output as _margincube_v1_Side__Output } from '../../margincube/v1/Side.js';

export interface SolveSizeRequest {
  'calculation'?: (_margincube_v1_Calculation | null);
  'book'?: (_margincube_v1_BookReference | null);
  'instrument'?: (string);
  'side'?: (_margincube_v1_Side);
  'limitPrice'?: (number | string);
  'minimumInitialExcess'?: (number | string);
  'quantityStep'?: (number | string);
  '_limitPrice'?: "limitPrice";
  '_minimumInitialExcess'?: "minimumInitialExcess";
  '_quantityStep'?: "quantityStep";
}

export interface SolveSizeRequest__Output {
  'calculation': (_margincube_v1_Calculation__Output | null);
  'book': (_margincube_v1_BookReference__Output | null);
  'instrument': (string);
  'side': (_margincube_v1_Side__Output);
  'limitPrice'?: (number);
  'minimumInitialExcess'?: (number);
  'quantityStep'?: (number);
  '_limitPrice'?: "limitPrice";
  '_minimumInitialExcess'?: "minimumInitialExcess";
  '_quantityStep'?: "quantityStep";
}
