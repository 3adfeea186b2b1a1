// Original file: proto/margincube/v1/margin_service.proto

import type { Calculation as _margincube_v1_Calculation, Calculation__Output as _margincube_v1_Calculation__Output } from '../../margincube/v1/Calculation.js';
import type { BookReference as _margincube_v1_BookReference, BookReference__Output as _margincube_v1_BookReference__Output } from '../../margincube/v1/BookReference.js';

export interface SuggestHedgeRequest {
  'calculation'?: (_margincube_v1_Calculation | null);
  'book'?: (_margincube_v1_BookReference | null);
  'targetInitialExcess'?: (number | string);
  'candidates'?: (string)[];
  'legsMax'?: (number);
  '_targetInitialExcess'?: "targetInitialExcess";
}

export interface SuggestHedgeRequest__Output {
  'calculation': (_margincube_v1_Calculation__Output | null);
  'book': (_margincube_v1_BookReference__Output | null);
  'targetInitialExcess'?: (number);
  'candidates': (string)[];
  'legsMax': (number);
  '_targetInitialExcess'?: "targetInitialExcess";
}
