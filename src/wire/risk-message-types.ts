import type {
  PlanLiquidationRequest,
  PlanLiquidationRequest__Output,
} from '../gen/margincube/v1/PlanLiquidationRequest.js';
import type {
  PlanLiquidationResponse,
  PlanLiquidationResponse__Output,
} from '../gen/margincube/v1/PlanLiquidationResponse.js';

/** Messages of RiskService by name. */
export interface RiskMessageTypes {
  readonly 'margincube.v1.PlanLiquidationRequest': {
    readonly input: PlanLiquidationRequest;
    readonly output: PlanLiquidationRequest__Output;
  };
  readonly 'margincube.v1.PlanLiquidationResponse': {
    readonly input: PlanLiquidationResponse;
    readonly output: PlanLiquidationResponse__Output;
  };
}
