// Original file: proto/margincube/v1/simulation.proto


export interface FeeRange {
  'minimum'?: (number | string);
  'maximum'?: (number | string);
  'currency'?: (string);
}

export interface FeeRange__Output {
  'minimum': (number);
  'maximum': (number);
  'currency': (string);
}
