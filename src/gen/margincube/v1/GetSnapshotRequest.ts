// Original file: proto/margincube/v1/market_data_service.proto

import type { Long } from '@grpc/proto-loader';

export interface GetSnapshotRequest {
  'epoch'?: (number | string | Long);
}

export interface GetSnapshotRequest__Output {
  'epoch': (string);
}
