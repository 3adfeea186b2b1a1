// Original file: proto/margincube/v1/calculation.proto

import type { MarginReport as _margincube_v1_MarginReport, MarginReport__Output as _margincube_v1_MarginReport__Output } from '../../margincube/v1/MarginReport.js';
import type { Status as _google_rpc_Status, Status__Output as _google_rpc_Status__Output } from '../../google/rpc/Status.js';

export interface PortfolioOutcome {
  'index'?: (number);
  'report'?: (_margincube_v1_MarginReport | null);
  'error'?: (_google_rpc_Status | null);
  'outcome'?: "report"|"error";
}

export interface PortfolioOutcome__Output {
  'index': (number);
  'report'?: (_margincube_v1_MarginReport__Output | null);
  'error'?: (_google_rpc_Status__Output | null);
  'outcome'?: "report"|"error";
}
