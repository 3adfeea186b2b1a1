// Original file: proto/margincube/v1/calculation.proto

import type { ModelSpec as _margincube_v1_ModelSpec, ModelSpec__Output as _margincube_v1_ModelSpec__Output } from '../../margincube/v1/ModelSpec.js';
import type { MarketSnapshot as _margincube_v1_MarketSnapshot, MarketSnapshot__Output as _margincube_v1_MarketSnapshot__Output } from '../../margincube/v1/MarketSnapshot.js';
import type { ReportOptions as _margincube_v1_ReportOptions, ReportOptions__Output as _margincube_v1_ReportOptions__Output } from '../../margincube/v1/ReportOptions.js';
import type { Long } from '@grpc/proto-loader';

export interface Calculation {
  'model'?: (_margincube_v1_ModelSpec | null);
  'epoch'?: (number | string | Long);
  'inline'?: (_margincube_v1_MarketSnapshot | null);
  'options'?: (_margincube_v1_ReportOptions | null);
  'market'?: "epoch"|"inline";
}

export interface Calculation__Output {
  'model': (_margincube_v1_ModelSpec__Output | null);
  'epoch'?: (string);
  'inline'?: (_margincube_v1_MarketSnapshot__Output | null);
  'options': (_margincube_v1_ReportOptions__Output | null);
  'market'?: "epoch"|"inline";
}
