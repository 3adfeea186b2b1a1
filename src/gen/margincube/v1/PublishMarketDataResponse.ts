// Original file: proto/margincube/v1/market_data_service.proto

import type { MarketDataRefusal as _margincube_v1_MarketDataRefusal, MarketDataRefusal__Output as _margincube_v1_MarketDataRefusal__Output } from '../../margincube/v1/MarketDataRefusal.js';
import type { Long } from '@grpc/proto-loader';

export interface PublishMarketDataResponse {
  'sourceSequence'?: (number | string | Long);
  'acceptedCount'?: (number);
  'refusedCount'?: (number);
  'refusals'?: (_margincube_v1_MarketDataRefusal)[];
  'gapDetected'?: (boolean);
  'epoch'?: (number | string | Long);
}

export interface PublishMarketDataResponse__Output {
  'sourceSequence': (string);
  'acceptedCount': (number);
  'refusedCount': (number);
  'refusals': (_margincube_v1_MarketDataRefusal__Output)[];
  'gapDetected': (boolean);
  'epoch': (string);
}
