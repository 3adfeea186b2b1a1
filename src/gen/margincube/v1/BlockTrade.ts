// Original file: proto/margincube/v1/portfolio_service.proto

import type { Fill as _margincube_v1_Fill, Fill__Output as _margincube_v1_Fill__Output } from '../../margincube/v1/Fill.js';

export interface BlockTrade {
  'blockId'?: (string);
  'fills'?: (_margincube_v1_Fill)[];
}

export interface BlockTrade__Output {
  'blockId': (string);
  'fills': (_margincube_v1_Fill__Output)[];
}
