// Original file: proto/margincube/v1/portfolio_service.proto

import type { MmpChange as _margincube_v1_MmpChange, MmpChange__Output as _margincube_v1_MmpChange__Output } from '../../margincube/v1/MmpChange.js';
import type { MmpGroup as _margincube_v1_MmpGroup, MmpGroup__Output as _margincube_v1_MmpGroup__Output } from '../../margincube/v1/MmpGroup.js';

export interface MmpChanged {
  'change'?: (_margincube_v1_MmpChange);
  'group'?: (_margincube_v1_MmpGroup | null);
}

export interface MmpChanged__Output {
  'change': (_margincube_v1_MmpChange__Output);
  'group': (_margincube_v1_MmpGroup__Output | null);
}
