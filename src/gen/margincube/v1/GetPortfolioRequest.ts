// Original file: proto/margincube/v1/portfolio_service.proto

import type { Long } from '@grpc/proto-loader';

export interface GetPortfolioRequest {
  'accountId'?: (string);
  'atAccountSeq'?: (number | string | Long);
}

export interface GetPortfolioRequest__Output {
  'accountId': (string);
  'atAccountSeq': (string);
}
