// Original file: proto/margincube/v1/market.proto

import type { Instrument as _margincube_v1_Instrument, Instrument__Output as _margincube_v1_Instrument__Output } from '../../margincube/v1/Instrument.js';

export interface InstrumentQuote {
  'instrument'?: (_margincube_v1_Instrument | null);
  'markPrice'?: (number | string);
  'priceConfidence'?: (number | string);
  'markVolatility'?: (number | string);
  'volatilityConfidence'?: (number | string);
  'bidPrice'?: (number | string);
  'askPrice'?: (number | string);
  'delta'?: (number | string);
  'eightHourFundingRate'?: (number | string);
  'feeRate'?: (number | string);
  '_markPrice'?: "markPrice";
  '_priceConfidence'?: "priceConfidence";
  '_markVolatility'?: "markVolatility";
  '_volatilityConfidence'?: "volatilityConfidence";
  '_bidPrice'?: "bidPrice";
  '_askPrice'?: "askPrice";
  '_delta'?: "delta";
  '_eightHourFundingRate'?: "eightHourFundingRate";
  '_feeRate'?: "feeRate";
}

export interface InstrumentQuote__Output {
  'instrument': (_margincube_v1_Instrument__Output | null);
  'markPrice'?: (number);
  'priceConfidence'?: (number);
  'markVolatility'?: (number);
  'volatilityConfidence'?: (number);
  'bidPrice'?: (number);
  'askPrice'?: (number);
  'delta'?: (number);
  'eightHourFundingRate'?: (number);
  'feeRate'?: (number);
  '_markPrice'?: "markPrice";
  '_priceConfidence'?: "priceConfidence";
  '_markVolatility'?: "markVolatility";
  '_volatilityConfidence'?: "volatilityConfidence";
  '_bidPrice'?: "bidPrice";
  '_askPrice'?: "askPrice";
  '_delta'?: "delta";
  '_eightHourFundingRate'?: "eightHourFundingRate";
  '_feeRate'?: "feeRate";
}
