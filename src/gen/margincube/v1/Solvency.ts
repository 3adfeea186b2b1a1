// Original file: proto/margincube/v1/reserve_service.proto


export interface Solvency {
  'asset'?: (string);
  'ratio'?: (number | string);
  'stressedRatio'?: (number | string);
  '_stressedRatio'?: "stressedRatio";
}

export interface Solvency__Output {
  'asset': (string);
  'ratio': (number);
  'stressedRatio'?: (number);
  '_stressedRatio'?: "stressedRatio";
}
