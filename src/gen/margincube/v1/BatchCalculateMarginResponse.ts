// Original file: proto/margincube/v1/margin_service.proto

import type { PortfolioOutcome as _margincube_v1_PortfolioOutcome, PortfolioOutcome__Output as _margincube_v1_PortfolioOutcome__Output } from '../../margincube/v1/PortfolioOutcome.js';
import type { CalculationTiming as _margincube_v1_CalculationTiming, CalculationTiming__Output as _margincube_v1_CalculationTiming__Output } from '../../margincube/v1/CalculationTiming.js';
import type { BatchSummary as _margincube_v1_BatchSummary, BatchSummary__Output as _margincube_v1_BatchSummary__Output } from '../../margincube/v1/BatchSummary.js';

export interface BatchCalculateMarginResponse {
  'outcomes'?: (_margincube_v1_PortfolioOutcome)[];
  'timing'?: (_margincube_v1_CalculationTiming | null);
  'summary'?: (_margincube_v1_BatchSummary | null);
}

export interface BatchCalculateMarginResponse__Output {
  'outcomes': (_margincube_v1_PortfolioOutcome__Output)[];
  'timing': (_margincube_v1_CalculationTiming__Output | null);
  'summary': (_margincube_v1_BatchSummary__Output | null);
}
