// Original file: proto/margincube/v1/market_data_service.proto


export interface IndexConstituent {
  'underlying'?: (string);
  'exchange'?: (string);
  'price'?: (number | string);
  'confidenceInterval'?: (number | string);
  'weight'?: (number | string);
  '_price'?: "price";
  '_confidenceInterval'?: "confidenceInterval";
  '_weight'?: "weight";
}

export interface IndexConstituent__Output {
  'underlying': (string);
  'exchange': (string);
  'price'?: (number);
  'confidenceInterval'?: (number);
  'weight'?: (number);
  '_price'?: "price";
  '_confidenceInterval'?: "confidenceInterval";
  '_weight'?: "weight";
}
