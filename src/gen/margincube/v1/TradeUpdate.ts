// Original file: proto/margincube/v1/market_data_service.proto

import type { Side as _margincube_v1_Side, Side__Output as _margincube_v1_Side__Output } from '../../margincube/v1/Side.js';

export interface TradeUpdate {
  'instrument'?: (string);
  'tradeId'?: (string);
  'price'?: (number | string);
  'quantity'?: (number | string);
  'takerSide'?: (_margincube_v1_Side);
  'liquidation'?: (boolean);
}

export interface TradeUpdate__Output {
  'instrument': (string);
  'tradeId': (string);
  'price': (number);
  'quantity': (number);
  'takerSide': (_margincube_v1_Side__Output);
  'liquidation': (boolean);
}
