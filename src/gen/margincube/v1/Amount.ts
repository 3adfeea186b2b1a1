// Original file: proto/margincube/v1/common.proto


export interface Amount {
  'asset'?: (string);
  'units'?: (string);
  'decimals'?: (number);
}

export interface Amount__Output {
  'asset': (string);
  'units': (string);
  'decimals': (number);
}
