// Original file: proto/margincube/v1/portfolio_service.proto

import type { Long } from '@grpc/proto-loader';

export interface PutPortfolioResponse {
  'accountSeq'?: (number | string | Long);
}

export interface PutPortfolioResponse__Output {
  'accountSeq': (string);
}
