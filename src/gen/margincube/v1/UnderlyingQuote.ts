// Original file: proto/margincube/v1/market.proto


export interface UnderlyingQuote {
  'name'?: (string);
  'indexPrice'?: (number | string);
  'confidence'?: (number | string);
  '_indexPrice'?: "indexPrice";
  '_confidence'?: "confidence";
}

export interface UnderlyingQuote__Output {
  'name': (string);
  'indexPrice'?: (number);
  'confidence'?: (number);
  '_indexPrice'?: "indexPrice";
  '_confidence'?: "confidence";
}
