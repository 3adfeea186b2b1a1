// Original file: proto/margincube/v1/portfolio.proto

import type { Position as _margincube_v1_Position, Position__Output as _margincube_v1_Position__Output } from '../../margincube/v1/Position.js';
import type { Amount as _margincube_v1_Amount, Amount__Output as _margincube_v1_Amount__Output } from '../../margincube/v1/Amount.js';
import type { OpenOrder as _margincube_v1_OpenOrder, OpenOrder__Output as _margincube_v1_OpenOrder__Output } from '../../margincube/v1/OpenOrder.js';
import type { MmpGroup as _margincube_v1_MmpGroup, MmpGroup__Output as _margincube_v1_MmpGroup__Output } from '../../margincube/v1/MmpGroup.js';

export interface Portfolio {
  'accountId'?: (string);
  'positions'?: (_margincube_v1_Position)[];
  'balances'?: (_margincube_v1_Amount)[];
  'openOrders'?: (_margincube_v1_OpenOrder)[];
  'mmpGroups'?: (_margincube_v1_MmpGroup)[];
}

export interface Portfolio__Output {
  'accountId': (string);
  'positions': (_margincube_v1_Position__Output)[];
  'balances': (_margincube_v1_Amount__Output)[];
  'openOrders': (_margincube_v1_OpenOrder__Output)[];
  'mmpGroups': (_margincube_v1_MmpGroup__Output)[];
}
