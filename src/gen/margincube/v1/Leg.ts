// Original file: proto/margincube/v1/simulation.proto


export interface Leg {
  'instrument'?: (string);
  'quantity'?: (number | string);
  'price'?: (number | string);
  '_quantity'?: "quantity";
  '_price'?: "price";
}

export interface Leg__Output {
  'instrument': (string);
  'quantity'?: (number);
  'price'?: (number);
  '_quantity'?: "quantity";
  '_price'?: "price";
}
