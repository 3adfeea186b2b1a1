// Original file: proto/margincube/v1/calculation.proto


export interface ReportOptions {
  'includeScenarioVector'?: (boolean);
  'includePositionVectors'?: (boolean);
  'allowApproximations'?: (boolean);
  'includeContributions'?: (boolean);
  'includeLiquidationPrices'?: (boolean);
  'includeDataUncertainty'?: (boolean);
}

export interface ReportOptions__Output {
  'includeScenarioVector': (boolean);
  'includePositionVectors': (boolean);
  'allowApproximations': (boolean);
  'includeContributions': (boolean);
  'includeLiquidationPrices': (boolean);
  'includeDataUncertainty': (boolean);
}
