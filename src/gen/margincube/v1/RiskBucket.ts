// Original file: proto/margincube/v1/risk_service.proto

import type { Timestamp as _google_protobuf_Timestamp, Timestamp__Output as _google_protobuf_Timestamp__Output } from '../../google/protobuf/Timestamp.js';
import type { UnderlyingGreeks as _margincube_v1_UnderlyingGreeks, UnderlyingGreeks__Output as _margincube_v1_UnderlyingGreeks__Output } from '../../margincube/v1/UnderlyingGreeks.js';

export interface RiskBucket {
  'underlying'?: (string);
  'expiryBefore'?: (_google_protobuf_Timestamp | null);
  'logMoneynessFrom'?: (number | string);
  'logMoneynessTo'?: (number | string);
  'greeks'?: (_margincube_v1_UnderlyingGreeks | null);
  'grossNotionalUsd'?: (number | string);
  '_logMoneynessFrom'?: "logMoneynessFrom";
  '_logMoneynessTo'?: "logMoneynessTo";
}

export interface RiskBucket__Output {
  'underlying': (string);
  'expiryBefore': (_google_protobuf_Timestamp__Output | null);
  'logMoneynessFrom'?: (number);
  'logMoneynessTo'?: (number);
  'greeks': (_margincube_v1_UnderlyingGreeks__Output | null);
  'grossNotionalUsd': (number);
  '_logMoneynessFrom'?: "logMoneynessFrom";
  '_logMoneynessTo'?: "logMoneynessTo";
}
