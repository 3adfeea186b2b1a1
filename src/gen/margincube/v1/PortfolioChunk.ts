// Original file: proto/margincube/v1/margin_service.proto

import type { Portfolio as _margincube_v1_Portfolio, Portfolio__Output as _margincube_v1_Portfolio__Output } from '../../margincube/v1/Portfolio.js';

export interface PortfolioChunk {
  'portfolios'?: (_margincube_v1_Portfolio)[];
}

export interface PortfolioChunk__Output {
  'portfolios': (_margincube_v1_Portfolio__Output)[];
}
