// Original file: proto/margincube/v1/market_data_service.proto


export interface StreamMarksRequest {
  'instruments'?: (string)[];
  'minimumIntervalMs'?: (number);
}

export interface StreamMarksRequest__Output {
  'instruments': (string)[];
  'minimumIntervalMs': (number);
}
