// Original file: proto/margincube/v1/market_data_service.proto

import type { SurfaceSlice as _margincube_v1_SurfaceSlice, SurfaceSlice__Output as _margincube_v1_SurfaceSlice__Output } from '../../margincube/v1/SurfaceSlice.js';
import type { Long } from '@grpc/proto-loader';

export interface GetVolatilitySurfaceResponse {
  'epoch'?: (number | string | Long);
  'slices'?: (_margincube_v1_SurfaceSlice)[];
}

export interface GetVolatilitySurfaceResponse__Output {
  'epoch': (string);
  'slices': (_margincube_v1_SurfaceSlice__Output)[];
}
