// Original file: proto/margincube/v1/report.proto

import type { Long } from '@grpc/proto-loader';

export interface CalculationTiming {
  'queueMicros'?: (number | string | Long);
  'computeMicros'?: (number | string | Long);
}

export interface CalculationTiming__Output {
  'queueMicros': (string);
  'computeMicros': (string);
}
