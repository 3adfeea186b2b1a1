// Original file: proto/margincube/v1/report.proto


export interface PositionVector {
  'instrument'?: (string);
  'pnl'?: (number | string)[];
}

export interface PositionVector__Output {
  'instrument': (string);
  'pnl': (number)[];
}
