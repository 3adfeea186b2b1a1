// Original file: proto/margincube/v1/portfolio.proto

import type { Amount as _margincube_v1_Amount, Amount__Output as _margincube_v1_Amount__Output } from '../../margincube/v1/Amount.js';

export interface Position {
  'instrument'?: (string);
  'quantity'?: (number | string);
  'averageEntryPrice'?: (number | string);
  'unrealisedPnl'?: (number | string);
  'unsettledFunding'?: (_margincube_v1_Amount | null);
  '_quantity'?: "quantity";
  '_averageEntryPrice'?: "averageEntryPrice";
  '_unrealisedPnl'?: "unrealisedPnl";
}

export interface Position__Output {
  'instrument': (string);
  'quantity'?: (number);
  'averageEntryPrice'?: (number);
  'unrealisedPnl'?: (number);
  'unsettledFunding': (_margincube_v1_Amount__Output | null);
  '_quantity'?: "quantity";
  '_averageEntryPrice'?: "averageEntryPrice";
  '_unrealisedPnl'?: "unrealisedPnl";
}
