// Original file: proto/margincube/v1/market_data_service.proto


export interface DepthLevel {
  'price'?: (number | string);
  'quantity'?: (number | string);
}

export interface DepthLevel__Output {
  'price': (number);
  'quantity': (number);
}
