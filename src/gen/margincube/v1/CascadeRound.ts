// Original file: proto/margincube/v1/risk_service.proto

import type { MarketShock as _margincube_v1_MarketShock, MarketShock__Output as _margincube_v1_MarketShock__Output } from '../../margincube/v1/MarketShock.js';

export interface CascadeRound {
  'round'?: (number);
  'liquidatedAccounts'?: (number);
  'liquidatedNotionalUsd'?: (number | string);
  'shocks'?: (_margincube_v1_MarketShock)[];
}

export interface CascadeRound__Output {
  'round': (number);
  'liquidatedAccounts': (number);
  'liquidatedNotionalUsd': (number);
  'shocks': (_margincube_v1_MarketShock__Output)[];
}
