// Original file: proto/margincube/v1/market_data_service.proto


export interface VolumeUpdate {
  'instrument'?: (string);
  'contracts'?: (number | string);
  'notionalUsd'?: (number | string);
  '_notionalUsd'?: "notionalUsd";
}

export interface VolumeUpdate__Output {
  'instrument': (string);
  'contracts': (number);
  'notionalUsd'?: (number);
  '_notionalUsd'?: "notionalUsd";
}
