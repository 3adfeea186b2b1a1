// Original file: proto/margincube/v1/portfolio.proto

import type { Side as _margincube_v1_Side, Side__Output as _margincube_v1_Side__Output } from '../../margincube/v1/Side.js';

export interface OpenOrder {
  'orderId'?: (string);
  'instrument'?: (string);
  'side'?: (_margincube_v1_Side);
  'quantity'?: (number | string);
  'limitPrice'?: (number | string);
  'mmpGroup'?: (string);
  '_quantity'?: "quantity";
  '_limitPrice'?: "limitPrice";
  '_mmpGroup'?: "mmpGroup";
}

export interface OpenOrder__Output {
  'orderId': (string);
  'instrument': (string);
  'side': (_margincube_v1_Side__Output);
  'quantity'?: (number);
  'limitPrice'?: (number);
  'mmpGroup'?: (string);
  '_quantity'?: "quantity";
  '_limitPrice'?: "limitPrice";
  '_mmpGroup'?: "mmpGroup";
}
