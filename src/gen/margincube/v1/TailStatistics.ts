// Original file: proto/margincube/v1/report.proto

import type { Long } from '@grpc/proto-loader';

export interface TailStatistics {
  'confidenceLevel'?: (number | string);
  'holdingPeriodDays'?: (number | string);
  'scenarioCount'?: (number);
  'valueAtRisk'?: (number | string);
  'valueAtRiskStandardError'?: (number | string);
  'expectedShortfall'?: (number | string);
  'expectedShortfallStandardError'?: (number | string);
  'convention'?: (string);
  'seed'?: (number | string | Long);
  '_valueAtRiskStandardError'?: "valueAtRiskStandardError";
  '_expectedShortfallStandardError'?: "expectedShortfallStandardError";
  '_seed'?: "seed";
}

export interface TailStatistics__Output {
  'confidenceLevel': (number);
  'holdingPeriodDays': (number);
  'scenarioCount': (number);
  'valueAtRisk': (number);
  'valueAtRiskStandardError'?: (number);
  'expectedShortfall': (number);
  'expectedShortfallStandardError'?: (number);
  'convention': (string);
  'seed'?: (string);
  '_valueAtRiskStandardError'?: "valueAtRiskStandardError";
  '_expectedShortfallStandardError'?: "expectedShortfallStandardError";
  '_seed'?: "seed";
}
