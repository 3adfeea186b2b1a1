// Original file: proto/margincube/v1/margin_service.proto

import type { MarginReport as _margincube_v1_MarginReport, MarginReport__Output as _margincube_v1_MarginReport__Output } from '../../margincube/v1/MarginReport.js';
import type { Portfolio as _margincube_v1_Portfolio, Portfolio__Output as _margincube_v1_Portfolio__Output } from '../../margincube/v1/Portfolio.js';
import type { Long } from '@grpc/proto-loader';

export interface GetMarginAsOfResponse {
  'report'?: (_margincube_v1_MarginReport | null);
  'accountSeq'?: (number | string | Long);
  'portfolio'?: (_margincube_v1_Portfolio | null);
}

export interface GetMarginAsOfResponse__Output {
  'report': (_margincube_v1_MarginReport__Output | null);
  'accountSeq': (string);
  'portfolio': (_margincube_v1_Portfolio__Output | null);
}
