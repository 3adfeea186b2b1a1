// Original file: proto/margincube/v1/risk_service.proto

import type { AggregationLevel as _margincube_v1_AggregationLevel, AggregationLevel__Output as _margincube_v1_AggregationLevel__Output } from '../../margincube/v1/AggregationLevel.js';
import type { RiskFilter as _margincube_v1_RiskFilter, RiskFilter__Output as _margincube_v1_RiskFilter__Output } from '../../margincube/v1/RiskFilter.js';

export interface AggregateRiskRequest {
  'level'?: (_margincube_v1_AggregationLevel);
  'filter'?: (_margincube_v1_RiskFilter | null);
  'includeBuckets'?: (boolean);
  'includeScenarios'?: (boolean);
  'limit'?: (number);
}

export interface AggregateRiskRequest__Output {
  'level': (_margincube_v1_AggregationLevel__Output);
  'filter': (_margincube_v1_RiskFilter__Output | null);
  'includeBuckets': (boolean);
  'includeScenarios': (boolean);
  'limit': (number);
}
