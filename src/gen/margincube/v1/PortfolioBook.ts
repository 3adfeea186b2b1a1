// Original file: proto/margincube/v1/portfolio.proto

import type { Portfolio as _margincube_v1_Portfolio, Portfolio__Output as _margincube_v1_Portfolio__Output } from '../../margincube/v1/Portfolio.js';

export interface PortfolioBook {
  'portfolios'?: (_margincube_v1_Portfolio)[];
}

export interface PortfolioBook__Output {
  'portfolios': (_margincube_v1_Portfolio__Output)[];
}
