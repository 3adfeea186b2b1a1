import type {
  AggregateRiskRequest,
  AggregateRiskRequest__Output,
} from '../gen/margincube/v1/AggregateRiskRequest.js';
import type {
  AggregateRiskResponse,
  AggregateRiskResponse__Output,
} from '../gen/margincube/v1/AggregateRiskResponse.js';
import type { StreamRiskRequest, StreamRiskRequest__Output } from '../gen/margincube/v1/StreamRiskRequest.js';
import type {
  StreamRiskResponse,
  StreamRiskResponse__Output,
} from '../gen/margincube/v1/StreamRiskResponse.js';
import type {
  SimulateCascadeRequest,
  SimulateCascadeRequest__Output,
} from '../gen/margincube/v1/SimulateCascadeRequest.js';
import type {
  SimulateCascadeResponse,
  SimulateCascadeResponse__Output,
} from '../gen/margincube/v1/SimulateCascadeResponse.js';
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
  readonly 'margincube.v1.AggregateRiskRequest': {
    readonly input: AggregateRiskRequest;
    readonly output: AggregateRiskRequest__Output;
  };
  readonly 'margincube.v1.AggregateRiskResponse': {
    readonly input: AggregateRiskResponse;
    readonly output: AggregateRiskResponse__Output;
  };
  readonly 'margincube.v1.StreamRiskRequest': {
    readonly input: StreamRiskRequest;
    readonly output: StreamRiskRequest__Output;
  };
  readonly 'margincube.v1.StreamRiskResponse': {
    readonly input: StreamRiskResponse;
    readonly output: StreamRiskResponse__Output;
  };
  readonly 'margincube.v1.SimulateCascadeRequest': {
    readonly input: SimulateCascadeRequest;
    readonly output: SimulateCascadeRequest__Output;
  };
  readonly 'margincube.v1.SimulateCascadeResponse': {
    readonly input: SimulateCascadeResponse;
    readonly output: SimulateCascadeResponse__Output;
  };
  readonly 'margincube.v1.PlanLiquidationRequest': {
    readonly input: PlanLiquidationRequest;
    readonly output: PlanLiquidationRequest__Output;
  };
  readonly 'margincube.v1.PlanLiquidationResponse': {
    readonly input: PlanLiquidationResponse;
    readonly output: PlanLiquidationResponse__Output;
  };
}
