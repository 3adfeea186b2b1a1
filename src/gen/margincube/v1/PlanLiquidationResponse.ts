// Original file: proto/margincube/v1/risk_service.proto

import type { LiquidationPlan as _margincube_v1_LiquidationPlan, LiquidationPlan__Output as _margincube_v1_LiquidationPlan__Output } from '../../margincube/v1/LiquidationPlan.js';

export interface PlanLiquidationResponse {
  'plan'?: (_margincube_v1_LiquidationPlan | null);
}

export interface PlanLiquidationResponse__Output {
  'plan': (_margincube_v1_LiquidationPlan__Output | null);
}
