// Original file: proto/margincube/v1/risk_service.proto


export interface LiquidationMapPoint {
  'spotShock'?: (number | string);
  'spotUsd'?: (number | string);
  'liquidatedAccounts'?: (number);
  'soldCoins'?: (number | string);
  'boughtCoins'?: (number | string);
}

export interface LiquidationMapPoint__Output {
  'spotShock': (number);
  'spotUsd': (number);
  'liquidatedAccounts': (number);
  'soldCoins': (number);
  'boughtCoins': (number);
}
