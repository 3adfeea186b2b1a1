// Original file: proto/margincube/v1/market_data_service.proto

import type { Duration as _google_protobuf_Duration, Duration__Output as _google_protobuf_Duration__Output } from '../../google/protobuf/Duration.js';

export interface FundingUpdate {
  'instrument'?: (string);
  'rate'?: (number | string);
  'interval'?: (_google_protobuf_Duration | null);
}

export interface FundingUpdate__Output {
  'instrument': (string);
  'rate': (number);
  'interval': (_google_protobuf_Duration__Output | null);
}
