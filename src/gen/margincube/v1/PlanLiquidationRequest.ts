// Original file: proto/margincube/v1/risk_service.proto

import type { Calculation as _margincube_v1_Calculation, Calculation__Output as _margincube_v1_Calculation__Output } from '../../margincube/v1/Calculation.js';
import type { BookReference as _margincube_v1_BookReference, BookReference__Output as _margincube_v1_BookReference__Output } from '../../margincube/v1/BookReference.js';

export interface PlanLiquidationRequest {
  'calculation'?: (_margincube_v1_Calculation | null);
  'book'?: (_margincube_v1_BookReference | null);
  'targetInitialExcess'?: (number | string);
  'depthShare'?: (number | string);
  '_targetInitialExcess'?: "targetInitialExcess";
  '_depthShare'?: "depthShare";
}

export interface PlanLiquidationRequest__Output {
  'calculation': (_margincube_v1_Calculation__Output | null);
  'book': (_margincube_v1_BookReference__Output | null);
  'targetInitialExcess'?: (number);
  'depthShare'?: (number);
  '_targetInitialExcess'?: "targetInitialExcess";
  '_depthShare'?: "depthShare";
}
