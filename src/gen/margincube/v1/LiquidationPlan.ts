// Original file: proto/margincube/v1/risk_service.proto

import type { LiquidationStep as _margincube_v1_LiquidationStep, LiquidationStep__Output as _margincube_v1_LiquidationStep__Output } from '../../margincube/v1/LiquidationStep.js';
import type { MarginState as _margincube_v1_MarginState, MarginState__Output as _margincube_v1_MarginState__Output } from '../../margincube/v1/MarginState.js';
import type { Amount as _margincube_v1_Amount, Amount__Output as _margincube_v1_Amount__Output } from '../../margincube/v1/Amount.js';
import type { Deleveraging as _margincube_v1_Deleveraging, Deleveraging__Output as _margincube_v1_Deleveraging__Output } from '../../margincube/v1/Deleveraging.js';
import type { Long } from '@grpc/proto-loader';

export interface LiquidationPlan {
  'planId'?: (string);
  'accountId'?: (string);
  'steps'?: (_margincube_v1_LiquidationStep)[];
  'cost'?: (number | string);
  'before'?: (_margincube_v1_MarginState | null);
  'after'?: (_margincube_v1_MarginState | null);
  'currency'?: (string);
  'fundDraw'?: (_margincube_v1_Amount | null);
  'deleveraging'?: (_margincube_v1_Deleveraging)[];
  'epoch'?: (number | string | Long);
}

export interface LiquidationPlan__Output {
  'planId': (string);
  'accountId': (string);
  'steps': (_margincube_v1_LiquidationStep__Output)[];
  'cost': (number);
  'before': (_margincube_v1_MarginState__Output | null);
  'after': (_margincube_v1_MarginState__Output | null);
  'currency': (string);
  'fundDraw': (_margincube_v1_Amount__Output | null);
  'deleveraging': (_margincube_v1_Deleveraging__Output)[];
  'epoch': (string);
}
