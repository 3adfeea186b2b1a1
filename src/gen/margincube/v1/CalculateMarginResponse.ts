// Original file: proto/margincube/v1/margin_service.proto

import type { MarginReport as _margincube_v1_MarginReport, MarginReport__Output as _margincube_v1_MarginReport__Output } from '../../margincube/v1/MarginReport.js';
import type { CalculationTiming as _margincube_v1_CalculationTiming, CalculationTiming__Output as _margincube_v1_CalculationTiming__Output } from '../../margincube/v1/CalculationTiming.js';

export interface CalculateMarginResponse {
  'report'?: (_margincube_v1_MarginReport | null);
  'timing'?: (_margincube_v1_CalculationTiming | null);
}

export interface CalculateMarginResponse__Output {
  'report': (_margincube_v1_MarginReport__Output | null);
  'timing': (_margincube_v1_CalculationTiming__Output | null);
}
