// Original file: proto/margincube/v1/portfolio_service.proto

import type { OpenOrder as _margincube_v1_OpenOrder, OpenOrder__Output as _margincube_v1_OpenOrder__Output } from '../../margincube/v1/OpenOrder.js';

export interface OrderReplaced {
  'orderId'?: (string);
  'replacement'?: (_margincube_v1_OpenOrder | null);
}

export interface OrderReplaced__Output {
  'orderId': (string);
  'replacement': (_margincube_v1_OpenOrder__Output | null);
}
