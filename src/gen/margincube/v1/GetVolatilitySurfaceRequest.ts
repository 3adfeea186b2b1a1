// Original file: proto/margincube/v1/market_data_service.proto

import type { Long } from '@grpc/proto-loader';

export interface GetVolatilitySurfaceRequest {
  'epoch'?: (number | string | Long);
  'underlying'?: (string);
}

export interface GetVolatilitySurfaceRequest__Output {
  'epoch': (string);
  'underlying': (string);
}
