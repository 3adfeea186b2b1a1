// Original file: proto/margincube/v1/simulation.proto

import type { MarginState as _margincube_v1_MarginState, MarginState__Output as _margincube_v1_MarginState__Output } from '../../margincube/v1/MarginState.js';
import type { MarginHealth as _margincube_v1_MarginHealth, MarginHealth__Output as _margincube_v1_MarginHealth__Output } from '../../margincube/v1/MarginHealth.js';
import type { NumberStatus as _margincube_v1_NumberStatus, NumberStatus__Output as _margincube_v1_NumberStatus__Output } from '../../margincube/v1/NumberStatus.js';
import type { Long } from '@grpc/proto-loader';

export interface MarginUpdate {
  'accountId'?: (string);
  'accountSeq'?: (number | string | Long);
  'initialState'?: (boolean);
  'state'?: (_margincube_v1_MarginState | null);
  'previousHealth'?: (_margincube_v1_MarginHealth);
  'status'?: (_margincube_v1_NumberStatus);
  'enforcementId'?: (string);
  'breachProbability'?: (number | string);
  '_previousHealth'?: "previousHealth";
  '_enforcementId'?: "enforcementId";
  '_breachProbability'?: "breachProbability";
}

export interface MarginUpdate__Output {
  'accountId': (string);
  'accountSeq': (string);
  'initialState': (boolean);
  'state': (_margincube_v1_MarginState__Output | null);
  'previousHealth'?: (_margincube_v1_MarginHealth__Output);
  'status': (_margincube_v1_NumberStatus__Output);
  'enforcementId'?: (string);
  'breachProbability'?: (number);
  '_previousHealth'?: "previousHealth";
  '_enforcementId'?: "enforcementId";
  '_breachProbability'?: "breachProbability";
}
