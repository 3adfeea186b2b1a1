// Original file: proto/margincube/v1/portfolio_service.proto

import type { Amount as _margincube_v1_Amount, Amount__Output as _margincube_v1_Amount__Output } from '../../margincube/v1/Amount.js';

export interface Transfer {
  'toAccountId'?: (string);
  'amount'?: (_margincube_v1_Amount | null);
}

export interface Transfer__Output {
  'toAccountId': (string);
  'amount': (_margincube_v1_Amount__Output | null);
}
