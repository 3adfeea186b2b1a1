// Original file: proto/margincube/v1/margin_service.proto

import type { MarginUpdateBatch as _margincube_v1_MarginUpdateBatch, MarginUpdateBatch__Output as _margincube_v1_MarginUpdateBatch__Output } from '../../margincube/v1/MarginUpdateBatch.js';

export interface StreamMarginResponse {
  'batch'?: (_margincube_v1_MarginUpdateBatch | null);
}

export interface StreamMarginResponse__Output {
  'batch': (_margincube_v1_MarginUpdateBatch__Output | null);
}
