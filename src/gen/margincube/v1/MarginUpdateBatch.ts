// Original file: proto/margincube/v1/simulation.proto

import type { MarginUpdate as _margincube_v1_MarginUpdate, MarginUpdate__Output as _margincube_v1_MarginUpdate__Output } from '../../margincube/v1/MarginUpdate.js';
import type { ResumeToken as _margincube_v1_ResumeToken, ResumeToken__Output as _margincube_v1_ResumeToken__Output } from '../../margincube/v1/ResumeToken.js';
import type { Long } from '@grpc/proto-loader';

export interface MarginUpdateBatch {
  'updates'?: (_margincube_v1_MarginUpdate)[];
  'resumeTokens'?: (_margincube_v1_ResumeToken)[];
  'epoch'?: (number | string | Long);
}

export interface MarginUpdateBatch__Output {
  'updates': (_margincube_v1_MarginUpdate__Output)[];
  'resumeTokens': (_margincube_v1_ResumeToken__Output)[];
  'epoch': (string);
}
