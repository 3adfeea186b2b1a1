// Original file: proto/margincube/v1/market_data_service.proto

import type { MarketSnapshot as _margincube_v1_MarketSnapshot, MarketSnapshot__Output as _margincube_v1_MarketSnapshot__Output } from '../../margincube/v1/MarketSnapshot.js';

export interface GetSnapshotResponse {
  'snapshot'?: (_margincube_v1_MarketSnapshot | null);
  'marketHash'?: (string);
}

export interface GetSnapshotResponse__Output {
  'snapshot': (_margincube_v1_MarketSnapshot__Output | null);
  'marketHash': (string);
}
