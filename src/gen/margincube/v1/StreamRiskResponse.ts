// Original file: proto/margincube/v1/risk_service.proto

import type { RiskAggregate as _margincube_v1_RiskAggregate, RiskAggregate__Output as _margincube_v1_RiskAggregate__Output } from '../../margincube/v1/RiskAggregate.js';
import type { Long } from '@grpc/proto-loader';

export interface StreamRiskResponse {
  'epoch'?: (number | string | Long);
  'aggregates'?: (_margincube_v1_RiskAggregate)[];
}

export interface StreamRiskResponse__Output {
  'epoch': (string);
  'aggregates': (_margincube_v1_RiskAggregate__Output)[];
}
