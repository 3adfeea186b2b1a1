// Original file: proto/margincube/v1/market_data_service.proto


export interface QuoteUpdate {
  'instrument'?: (string);
  'bidPrice'?: (number | string);
  'askPrice'?: (number | string);
  'bidQuantity'?: (number | string);
  'askQuantity'?: (number | string);
  'markPrice'?: (number | string);
  'markVolatility'?: (number | string);
  'clearBid'?: (boolean);
  'clearAsk'?: (boolean);
  '_bidPrice'?: "bidPrice";
  '_askPrice'?: "askPrice";
  '_bidQuantity'?: "bidQuantity";
  '_askQuantity'?: "askQuantity";
  '_markPrice'?: "markPrice";
  '_markVolatility'?: "markVolatility";
}

export interface QuoteUpdate__Output {
  'instrument': (string);
  'bidPrice'?: (number);
  'askPrice'?: (number);
  'bidQuantity'?: (number);
  'askQuantity'?: (number);
  'markPrice'?: (number);
  'markVolatility'?: (number);
  'clearBid': (boolean);
  'clearAsk': (boolean);
  '_bidPrice'?: "bidPrice";
  '_askPrice'?: "askPrice";
  '_bidQuantity'?: "bidQuantity";
  '_askQuantity'?: "askQuantity";
  '_markPrice'?: "markPrice";
  '_markVolatility'?: "markVolatility";
}
