// Original file: proto/margincube/v1/portfolio_service.proto

import type { Side as _margincube_v1_Side, Side__Output as _margincube_v1_Side__Output } from '../../margincube/v1/Side.js';
import type { Amount as _margincube_v1_Amount, Amount__Output as _margincube_v1_Amount__Output } from '../../margincube/v1/Amount.js';

export interface Fill {
  'tradeId'?: (string);
  'orderId'?: (string);
  'instrument'?: (string);
  'side'?: (_margincube_v1_Side);
  'quantity'?: (number | string);
  'price'?: (number | string);
  'fee'?: (_margincube_v1_Amount | null);
  '_quantity'?: "quantity";
  '_price'?: "price";
}

export interface Fill__Output {
  'tradeId': (string);
  'orderId': (string);
  'instrument': (string);
  'side': (_margincube_v1_Side__Output);
  'quantity'?: (number);
  'price'?: (number);
  'fee': (_margincube_v1_Amount__Output | null);
  '_quantity'?: "quantity";
  '_price'?: "price";
}
