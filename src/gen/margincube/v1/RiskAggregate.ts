// Original file: proto/margincube/v1/risk_service.proto

import type { AggregationLevel as _margincube_v1_AggregationLevel, AggregationLevel__Output as _margincube_v1_AggregationLevel__Output } from '../../margincube/v1/AggregationLevel.js';
import type { UnderlyingGreeks as _margincube_v1_UnderlyingGreeks, UnderlyingGreeks__Output as _margincube_v1_UnderlyingGreeks__Output } from '../../margincube/v1/UnderlyingGreeks.js';
import type { RiskBucket as _margincube_v1_RiskBucket, RiskBucket__Output as _margincube_v1_RiskBucket__Output } from '../../margincube/v1/RiskBucket.js';
import type { ScenarioPnl as _margincube_v1_ScenarioPnl, ScenarioPnl__Output as _margincube_v1_ScenarioPnl__Output } from '../../margincube/v1/ScenarioPnl.js';
import type { Concentration as _margincube_v1_Concentration, Concentration__Output as _margincube_v1_Concentration__Output } from '../../margincube/v1/Concentration.js';
import type { HealthCount as _margincube_v1_HealthCount, HealthCount__Output as _margincube_v1_HealthCount__Output } from '../../margincube/v1/HealthCount.js';

export interface RiskAggregate {
  'level'?: (_margincube_v1_AggregationLevel);
  'key'?: (string);
  'accountCount'?: (number);
  'equityUsd'?: (number | string);
  'initialMarginUsd'?: (number | string);
  'maintenanceMarginUsd'?: (number | string);
  'shortfallUsd'?: (number | string);
  'greeks'?: (_margincube_v1_UnderlyingGreeks)[];
  'buckets'?: (_margincube_v1_RiskBucket)[];
  'scenarios'?: (_margincube_v1_ScenarioPnl)[];
  'concentration'?: (_margincube_v1_Concentration | null);
  'componentExpectedShortfallUsd'?: (number | string);
  'healthCounts'?: (_margincube_v1_HealthCount)[];
  'unpricedInstruments'?: (string)[];
  'unmarginedAccountCount'?: (number);
  '_componentExpectedShortfallUsd'?: "componentExpectedShortfallUsd";
}

export interface RiskAggregate__Output {
  'level': (_margincube_v1_AggregationLevel__Output);
  'key': (string);
  'accountCount': (number);
  'equityUsd': (number);
  'initialMarginUsd': (number);
  'maintenanceMarginUsd': (number);
  'shortfallUsd': (number);
  'greeks': (_margincube_v1_UnderlyingGreeks__Output)[];
  'buckets': (_margincube_v1_RiskBucket__Output)[];
  'scenarios': (_margincube_v1_ScenarioPnl__Output)[];
  'concentration': (_margincube_v1_Concentration__Output | null);
  'componentExpectedShortfallUsd'?: (number);
  'healthCounts': (_margincube_v1_HealthCount__Output)[];
  'unpricedInstruments': (string)[];
  'unmarginedAccountCount': (number);
  '_componentExpectedShortfallUsd'?: "componentExpectedShortfallUsd";
}
