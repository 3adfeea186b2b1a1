// Original file: proto/margincube/v1/report.proto


export interface BindingScenario {
  'index'?: (number);
  'label'?: (string);
  'family'?: (string);
  'spotShock'?: (number | string);
  'volShock'?: (string);
  'pnl'?: (number | string);
}

export interface BindingScenario__Output {
  'index': (number);
  'label': (string);
  'family': (string);
  'spotShock': (number);
  'volShock': (string);
  'pnl': (number);
}
