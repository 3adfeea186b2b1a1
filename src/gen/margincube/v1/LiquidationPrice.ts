// Original file: proto/margincube/v1/report.proto


export interface LiquidationPrice {
  'underlying'?: (string);
  'rootsUsd'?: (number | string)[];
  'nearestBelowUsd'?: (number | string);
  'nearestAboveUsd'?: (number | string);
  '_nearestBelowUsd'?: "nearestBelowUsd";
  '_nearestAboveUsd'?: "nearestAboveUsd";
}

export interface LiquidationPrice__Output {
  'underlying': (string);
  'rootsUsd': (number)[];
  'nearestBelowUsd'?: (number);
  'nearestAboveUsd'?: (number);
  '_nearestBelowUsd'?: "nearestBelowUsd";
  '_nearestAboveUsd'?: "nearestAboveUsd";
}
