// Original file: proto/margincube/v1/margin_service.proto

import type { MarginState as _margincube_v1_MarginState, MarginState__Output as _margincube_v1_MarginState__Output } from '../../margincube/v1/MarginState.js';
import type { Long } from '@grpc/proto-loader';

export interface SolveSizeResponse {
  'quantity'?: (number | string);
  'boundedByLimit'?: (boolean);
  'before'?: (_margincube_v1_MarginState | null);
  'after'?: (_margincube_v1_MarginState | null);
  'currency'?: (string);
  'epoch'?: (number | string | Long);
  'largestQuantity'?: (number | string);
  '_largestQuantity'?: "largestQuantity";
}

export interface SolveSizeResponse__Output {
  'quantity': (number);
  'boundedByLimit': (boolean);
  'before': (_margincube_v1_MarginState__Output | null);
  'after': (_margincube_v1_MarginState__Output | null);
  'currency': (string);
  'epoch': (string);
  'largestQuantity'?: (number);
  '_largestQuantity'?: "largestQuantity";
}
