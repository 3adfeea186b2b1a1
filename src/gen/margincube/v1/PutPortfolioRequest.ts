// Original file: proto/margincube/v1/portfolio_service.proto

import type { Portfolio as _margincube_v1_Portfolio, Portfolio__Output as _margincube_v1_Portfolio__Output } from '../../margincube/v1/Portfolio.js';
import type { AccountDetails as _margincube_v1_AccountDetails, AccountDetails__Output as _margincube_v1_AccountDetails__Output } from '../../margincube/v1/AccountDetails.js';
import type { Long } from '@grpc/proto-loader';

export interface PutPortfolioRequest {
  'portfolio'?: (_margincube_v1_Portfolio | null);
  'details'?: (_margincube_v1_AccountDetails | null);
  'ifAccountSeq'?: (number | string | Long);
  'idempotencyKey'?: (string);
  '_ifAccountSeq'?: "ifAccountSeq";
}

export interface PutPortfolioRequest__Output {
  'portfolio': (_margincube_v1_Portfolio__Output | null);
  'details': (_margincube_v1_AccountDetails__Output | null);
  'ifAccountSeq'?: (string);
  'idempotencyKey': (string);
  '_ifAccountSeq'?: "ifAccountSeq";
}
