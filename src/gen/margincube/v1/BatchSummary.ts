// Original file: proto/margincube/v1/margin_service.proto

import type { WorkerUse as _margincube_v1_WorkerUse, WorkerUse__Output as _margincube_v1_WorkerUse__Output } from '../../margincube/v1/WorkerUse.js';
import type { Long } from '@grpc/proto-loader';

export interface BatchSummary {
  'portfolioCount'?: (number);
  'failedCount'?: (number);
  'durationMicros'?: (number | string | Long);
  'workers'?: (_margincube_v1_WorkerUse)[];
  'epoch'?: (number | string | Long);
  'marketHash'?: (string);
}

export interface BatchSummary__Output {
  'portfolioCount': (number);
  'failedCount': (number);
  'durationMicros': (string);
  'workers': (_margincube_v1_WorkerUse__Output)[];
  'epoch': (string);
  'marketHash': (string);
}
