// Original file: proto/margincube/v1/portfolio.proto


export interface MmpGroup {
  'name'?: (string);
  'underlying'?: (string);
  'quantityLimit'?: (number | string);
  '_quantityLimit'?: "quantityLimit";
}

export interface MmpGroup__Output {
  'name': (string);
  'underlying': (string);
  'quantityLimit'?: (number);
  '_quantityLimit'?: "quantityLimit";
}
