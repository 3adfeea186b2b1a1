// Original file: proto/margincube/v1/portfolio_service.proto

import type { PortfolioListing as _margincube_v1_PortfolioListing, PortfolioListing__Output as _margincube_v1_PortfolioListing__Output } from '../../margincube/v1/PortfolioListing.js';

export interface ListPortfoliosResponse {
  'portfolios'?: (_margincube_v1_PortfolioListing)[];
  'nextPageToken'?: (string);
}

export interface ListPortfoliosResponse__Output {
  'portfolios': (_margincube_v1_PortfolioListing__Output)[];
  'nextPageToken': (string);
}
