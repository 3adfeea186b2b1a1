// Original file: proto/margincube/v1/market_data_service.proto

import type { MarketUpdate as _margincube_v1_MarketUpdate, MarketUpdate__Output as _margincube_v1_MarketUpdate__Output } from '../../margincube/v1/MarketUpdate.js';
import type { MarketFrame as _margincube_v1_MarketFrame, MarketFrame__Output as _margincube_v1_MarketFrame__Output } from '../../margincube/v1/MarketFrame.js';
import type { Long } from '@grpc/proto-loader';

export interface PublishMarketDataRequest {
  'source'?: (string);
  'sourceSequence'?: (number | string | Long);
  'updates'?: (_margincube_v1_MarketUpdate)[];
  'frame'?: (_margincube_v1_MarketFrame | null);
}

export interface PublishMarketDataRequest__Output {
  'source': (string);
  'sourceSequence': (string);
  'updates': (_margincube_v1_MarketUpdate__Output)[];
  'frame': (_margincube_v1_MarketFrame__Output | null);
}
