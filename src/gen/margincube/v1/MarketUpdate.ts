// Original file: proto/margincube/v1/market_data_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { IndexConstituent as _margincube_v1_IndexConstituent, IndexConstituent__Output as _margincube_v1_IndexConstituent__Output } from '../../margincube/v1/IndexConstituent.js';
import type { QuoteUpdate as _margincube_v1_QuoteUpdate, QuoteUpdate__Output as _margincube_v1_QuoteUpdate__Output } from '../../margincube/v1/QuoteUpdate.js';
import type { DepthUpdate as _margincube_v1_DepthUpdate, DepthUpdate__Output as _margincube_v1_DepthUpdate__Output } from '../../margincube/v1/DepthUpdate.js';
import type { TradeUpdate as _margincube_v1_TradeUpdate, TradeUpdate__Output as _margincube_v1_TradeUpdate__Output } from '../../margincube/v1/TradeUpdate.js';
import type { OpenInterestUpdate as _margincube_v1_OpenInterestUpdate, OpenInterestUpdate__Output as _margincube_v1_OpenInterestUpdate__Output } from '../../margincube/v1/OpenInterestUpdate.js';
import type { VolumeUpdate as _margincube_v1_VolumeUpdate, VolumeUpdate__Output as _margincube_v1_VolumeUpdate__Output } from '../../margincube/v1/VolumeUpdate.js';
import type { FundingUpdate as _margincube_v1_FundingUpdate, FundingUpdate__Output as _margincube_v1_FundingUpdate__Output } from '../../margincube/v1/FundingUpdate.js';
import type { Instrument as _margincube_v1_Instrument, Instrument__Output as _margincube_v1_Instrument__Output } from '../../margincube/v1/Instrument.js';
import type { ExpiryQuote as _margincube_v1_ExpiryQuote, ExpiryQuote__Output as _margincube_v1_ExpiryQuote__Output } from '../../margincube/v1/ExpiryQuote.js';
import type { AssetQuote as _margincube_v1_AssetQuote, AssetQuote__Output as _margincube_v1_AssetQuote__Output } from '../../margincube/v1/AssetQuote.js';

export interface MarketUpdate {
  'time'?: (_google_protobuf_Timestamp | null);
  'signature'?: (Buffer | Uint8Array | string);
  'indexConstituent'?: (_margincube_v1_IndexConstituent | null);
  'quote'?: (_margincube_v1_QuoteUpdate | null);
  'depth'?: (_margincube_v1_DepthUpdate | null);
  'trade'?: (_margincube_v1_TradeUpdate | null);
  'openInterest'?: (_margincube_v1_OpenInterestUpdate | null);
  'volume'?: (_margincube_v1_VolumeUpdate | null);
  'funding'?: (_margincube_v1_FundingUpdate | null);
  'listing'?: (_margincube_v1_Instrument | null);
  'expiry'?: (_margincube_v1_ExpiryQuote | null);
  'asset'?: (_margincube_v1_AssetQuote | null);
  'update'?: "indexConstituent"|"quote"|"depth"|"trade"|"openInterest"|"volume"|"funding"|"listing"|"expiry"|"asset";
}

export interface MarketUpdate__Output {
  'time': (_google_protobuf_Timestamp__Output | null);
  'signature': (Buffer);
  'indexConstituent'?: (_margincube_v1_IndexConstituent__Output | null);
  'quote'?: (_margincube_v1_QuoteUpdate__Output | null);
  'depth'?: (_margincube_v1_DepthUpdate__Output | null);
  'trade'?: (_margincube_v1_TradeUpdate__Output | null);
  'openInterest'?: (_margincube_v1_OpenInterestUpdate__Output | null);
  'volume'?: (_margincube_v1_VolumeUpdate__Output | null);
  'funding'?: (_margincube_v1_FundingUpdate__Output | null);
  'listing'?: (_margincube_v1_Instrument__Output | null);
  'expiry'?: (_margincube_v1_ExpiryQuote__Output | null);
  'asset'?: (_margincube_v1_AssetQuote__Output | null);
  'update'?: "indexConstituent"|"quote"|"depth"|"trade"|"openInterest"|"volume"|"funding"|"listing"|"expiry"|"asset";
}
