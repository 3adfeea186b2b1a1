// Original file: proto/margincube/v1/market_data_service.proto

import type { ExpiryQuote as _margincube_v1_ExpiryQuote, ExpiryQuote__Output as _margincube_v1_ExpiryQuote__Output } from '../../margincube/v1/ExpiryQuote.js';

export interface SurfaceSlice {
  'quote'?: (_margincube_v1_ExpiryQuote | null);
  'quotesUsed'?: (number);
  'quotesRefused'?: (number);
  'rmse'?: (number | string);
  'insideBidAsk'?: (number | string);
  'arbitrageFree'?: (boolean);
  'carriedOver'?: (boolean);
}

export interface SurfaceSlice__Output {
  'quote': (_margincube_v1_ExpiryQuote__Output | null);
  'quotesUsed': (number);
  'quotesRefused': (number);
  'rmse': (number);
  'insideBidAsk': (number);
  'arbitrageFree': (boolean);
  'carriedOver': (boolean);
}
