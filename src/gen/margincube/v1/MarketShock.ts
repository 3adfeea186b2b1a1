// Original file: proto/margincube/v1/risk_service.proto


export interface MarketShock {
  'underlying'?: (string);
  'spotShock'?: (number | string);
  'volShock'?: (number | string);
}

export interface MarketShock__Output {
  'underlying': (string);
  'spotShock': (number);
  'volShock': (number);
}
