// Original file: proto/margincube/v1/report.proto


export interface UnderlyingGreeks {
  'underlying'?: (string);
  'deltaCoins'?: (number | string);
  'gammaCoinsPerUsd'?: (number | string);
  'vegaUsdPerPoint'?: (number | string);
  'thetaUsdPerDay'?: (number | string);
}

export interface UnderlyingGreeks__Output {
  'underlying': (string);
  'deltaCoins': (number);
  'gammaCoinsPerUsd': (number);
  'vegaUsdPerPoint': (number);
  'thetaUsdPerDay': (number);
}
