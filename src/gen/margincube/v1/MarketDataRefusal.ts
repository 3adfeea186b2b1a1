// Original file: proto/margincube/v1/market_data_service.proto


export interface MarketDataRefusal {
  'reason'?: (string);
  'count'?: (number);
  'field'?: (string);
  'description'?: (string);
}

export interface MarketDataRefusal__Output {
  'reason': (string);
  'count': (number);
  'field': (string);
  'description': (string);
}
