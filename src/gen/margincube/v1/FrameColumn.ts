// Original file: proto/margincube/v1/market_data_service.proto


export interface FrameColumn {
  'field'?: (string);
  'rows'?: (number)[];
  'values'?: (number | string)[];
}

export interface FrameColumn__Output {
  'field': (string);
  'rows': (number)[];
  'values': (number)[];
}
