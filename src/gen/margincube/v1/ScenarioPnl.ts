// Original file: proto/margincube/v1/report.proto


export interface ScenarioPnl {
  'label'?: (string);
  'family'?: (string);
  'spotShock'?: (number | string);
  'volShock'?: (string);
  'pnl'?: (number | string);
}

export interface ScenarioPnl__Output {
  'label': (string);
  'family': (string);
  'spotShock': (number);
  'volShock': (string);
  'pnl': (number);
}
