// Original file: proto/margincube/v1/market_data_service.proto

import type { DepthLevel as _margincube_v1_DepthLevel, DepthLevel__Output as _margincube_v1_DepthLevel__Output } from '../../margincube/v1/DepthLevel.js';

export interface DepthUpdate {
  'instrument'?: (string);
  'snapshot'?: (boolean);
  'bids'?: (_margincube_v1_DepthLevel)[];
  'asks'?: (_margincube_v1_DepthLevel)[];
}

export interface DepthUpdate__Output {
  'instrument': (string);
  'snapshot': (boolean);
  'bids': (_margincube_v1_DepthLevel__Output)[];
  'asks': (_margincube_v1_DepthLevel__Output)[];
}
