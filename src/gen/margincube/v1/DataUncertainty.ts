// Original file: proto/margincube/v1/report.proto


export interface DataUncertainty {
  'volatilityInitial'?: (number | string);
  'volatilityMaintenance'?: (number | string);
  'priceInitial'?: (number | string);
  'priceMaintenance'?: (number | string);
}

export interface DataUncertainty__Output {
  'volatilityInitial': (number);
  'volatilityMaintenance': (number);
  'priceInitial': (number);
  'priceMaintenance': (number);
}
