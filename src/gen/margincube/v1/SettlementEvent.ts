// Original file: proto/margincube/v1/portfolio_service.proto

import type { Amount as _margincube_v1_Amount, Amount__Output as _margincube_v1_Amount__Output } from '../../margincube/v1/Amount.js';

export interface SettlementEvent {
  'instrument'?: (string);
  'settlementPrice'?: (number | string);
  'cash'?: (_margincube_v1_Amount | null);
  '_settlementPrice'?: "settlementPrice";
}

export interface SettlementEvent__Output {
  'instrument': (string);
  'settlementPrice'?: (number);
  'cash': (_margincube_v1_Amount__Output | null);
  '_settlementPrice'?: "settlementPrice";
}
