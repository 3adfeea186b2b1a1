// Original file: proto/margincube/v1/market.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { UnderlyingQuote as _margincube_v1_UnderlyingQuote, UnderlyingQuote__Output as _margincube_v1_UnderlyingQuote__Output } from '../../margincube/v1/UnderlyingQuote.js';
import type { AssetQuote as _margincube_v1_AssetQuote, AssetQuote__Output as _margincube_v1_AssetQuote__Output } from '../../margincube/v1/AssetQuote.js';
import type { ExpiryQuote as _margincube_v1_ExpiryQuote, ExpiryQuote__Output as _margincube_v1_ExpiryQuote__Output } from '../../margincube/v1/ExpiryQuote.js';
import type { InstrumentQuote as _margincube_v1_InstrumentQuote, InstrumentQuote__Output as _margincube_v1_InstrumentQuote__Output } from '../../margincube/v1/InstrumentQuote.js';
import type { Long } from '@grpc/proto-loader';

export interface MarketSnapshot {
  'epoch'?: (number | string | Long);
  'time'?: (_google_protobuf_Timestamp | null);
  'venue'?: (string);
  'underlyings'?: (_margincube_v1_UnderlyingQuote)[];
  'assets'?: (_margincube_v1_AssetQuote)[];
  'expiries'?: (_margincube_v1_ExpiryQuote)[];
  'instruments'?: (_margincube_v1_InstrumentQuote)[];
}

export interface MarketSnapshot__Output {
  'epoch': (string);
  'time': (_google_protobuf_Timestamp__Output | null);
  'venue': (string);
  'underlyings': (_margincube_v1_UnderlyingQuote__Output)[];
  'assets': (_margincube_v1_AssetQuote__Output)[];
  'expiries': (_margincube_v1_ExpiryQuote__Output)[];
  'instruments': (_margincube_v1_InstrumentQuote__Output)[];
}
