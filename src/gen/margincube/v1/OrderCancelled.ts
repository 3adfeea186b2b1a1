// Original file: proto/margincube/v1/portfolio_service.proto


export interface OrderCancelled {
  'orderId'?: (string);
}

export interface OrderCancelled__Output {
  'orderId': (string);
}
