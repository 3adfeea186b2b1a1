// Original file: proto/margincube/v1/reserve_service.proto


export interface AssetSum {
  'asset'?: (string);
  'units'?: (string);
  'decimals'?: (number);
}

export interface AssetSum__Output {
  'asset': (string);
  'units': (string);
  'decimals': (number);
}
