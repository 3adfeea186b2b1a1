// Original file: proto/margincube/v1/market_data_service.proto


export interface OpenInterestUpdate {
  'instrument'?: (string);
  'contracts'?: (number | string);
}

export interface OpenInterestUpdate__Output {
  'instrument': (string);
  'contracts': (number);
}
