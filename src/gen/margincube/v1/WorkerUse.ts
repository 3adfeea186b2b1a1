// Original file: proto/margincube/v1/margin_service.proto

import type { Long } from '@grpc/proto-loader';

export interface WorkerUse {
  'worker'?: (number);
  'busyMicros'?: (number | string | Long);
  'utilisation'?: (number | string);
  'portfolioCount'?: (number);
}

export interface WorkerUse__Output {
  'worker': (number);
  'busyMicros': (string);
  'utilisation': (number);
  'portfolioCount': (number);
}
