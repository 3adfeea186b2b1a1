// Original file: proto/margincube/v1/market.proto


export interface AssetQuote {
  'asset'?: (string);
  'priceUsd'?: (number | string);
  'confidence'?: (number | string);
  '_priceUsd'?: "priceUsd";
  '_confidence'?: "confidence";
}

export interface AssetQuote__Output {
  'asset': (string);
  'priceUsd'?: (number);
  'confidence'?: (number);
  '_priceUsd'?: "priceUsd";
  '_confidence'?: "confidence";
}
