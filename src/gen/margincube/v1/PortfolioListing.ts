// Original file: proto/margincube/v1/portfolio_service.proto

import type { AccountDetails as _margincube_v1_AccountDetails, AccountDetails__Output as _margincube_v1_AccountDetails__Output } from '../../margincube/v1/AccountDetails.js';
import type { Long } from '@grpc/proto-loader';

export interface PortfolioListing {
  'accountId'?: (string);
  'details'?: (_margincube_v1_AccountDetails | null);
  'accountSeq'?: (number | string | Long);
  'positionCount'?: (number);
}

export interface PortfolioListing__Output {
  'accountId': (string);
  'details': (_margincube_v1_AccountDetails__Output | null);
  'accountSeq': (string);
  'positionCount': (number);
}
