import type { Status, Status__Output } from '../gen/google/rpc/Status.js';
import type { BadRequest, BadRequest__Output } from '../gen/google/rpc/BadRequest.js';
import type { ErrorInfo, ErrorInfo__Output } from '../gen/google/rpc/ErrorInfo.js';
import type { RetryInfo, RetryInfo__Output } from '../gen/google/rpc/RetryInfo.js';
import type {
  PreconditionFailure,
  PreconditionFailure__Output,
} from '../gen/google/rpc/PreconditionFailure.js';
import type { QuotaFailure, QuotaFailure__Output } from '../gen/google/rpc/QuotaFailure.js';
import type { RequestInfo, RequestInfo__Output } from '../gen/google/rpc/RequestInfo.js';
import type {
  BatchCalculateMarginRequest,
  BatchCalculateMarginRequest__Output,
} from '../gen/margincube/v1/BatchCalculateMarginRequest.js';
import type {
  BatchCalculateMarginResponse,
  BatchCalculateMarginResponse__Output,
} from '../gen/margincube/v1/BatchCalculateMarginResponse.js';
import type {
  CalculateMarginRequest,
  CalculateMarginRequest__Output,
} from '../gen/margincube/v1/CalculateMarginRequest.js';
import type {
  CalculateMarginResponse,
  CalculateMarginResponse__Output,
} from '../gen/margincube/v1/CalculateMarginResponse.js';
import type { Calculation, Calculation__Output } from '../gen/margincube/v1/Calculation.js';
import type { GetModelRequest, GetModelRequest__Output } from '../gen/margincube/v1/GetModelRequest.js';
import type { GetModelResponse, GetModelResponse__Output } from '../gen/margincube/v1/GetModelResponse.js';
import type {
  GetSnapshotRequest,
  GetSnapshotRequest__Output,
} from '../gen/margincube/v1/GetSnapshotRequest.js';
import type {
  GetVolatilitySurfaceRequest,
  GetVolatilitySurfaceRequest__Output,
} from '../gen/margincube/v1/GetVolatilitySurfaceRequest.js';
import type {
  GetSnapshotResponse,
  GetSnapshotResponse__Output,
} from '../gen/margincube/v1/GetSnapshotResponse.js';
import type {
  GetVolatilitySurfaceResponse,
  GetVolatilitySurfaceResponse__Output,
} from '../gen/margincube/v1/GetVolatilitySurfaceResponse.js';
import type { ListModelsRequest, ListModelsRequest__Output } from '../gen/margincube/v1/ListModelsRequest.js';
import type {
  ListModelsResponse,
  ListModelsResponse__Output,
} from '../gen/margincube/v1/ListModelsResponse.js';
import type { MarginReport, MarginReport__Output } from '../gen/margincube/v1/MarginReport.js';
import type { MarketSnapshot, MarketSnapshot__Output } from '../gen/margincube/v1/MarketSnapshot.js';
import type { Portfolio, Portfolio__Output } from '../gen/margincube/v1/Portfolio.js';
import type { PortfolioBook, PortfolioBook__Output } from '../gen/margincube/v1/PortfolioBook.js';
import type {
  SimulateMarginRequest,
  SimulateMarginRequest__Output,
} from '../gen/margincube/v1/SimulateMarginRequest.js';
import type {
  SimulateMarginResponse,
  SimulateMarginResponse__Output,
} from '../gen/margincube/v1/SimulateMarginResponse.js';
import type { PortfolioOutcome, PortfolioOutcome__Output } from '../gen/margincube/v1/PortfolioOutcome.js';
import type { BatchHeader, BatchHeader__Output } from '../gen/margincube/v1/BatchHeader.js';
import type { BatchSummary, BatchSummary__Output } from '../gen/margincube/v1/BatchSummary.js';
import type { CalculationTiming, CalculationTiming__Output } from '../gen/margincube/v1/CalculationTiming.js';
import type { ModelSpec, ModelSpec__Output } from '../gen/margincube/v1/ModelSpec.js';
import type { ReportOptions, ReportOptions__Output } from '../gen/margincube/v1/ReportOptions.js';
import type { PortfolioChunk, PortfolioChunk__Output } from '../gen/margincube/v1/PortfolioChunk.js';
import type { LiveMessageTypes } from './live-message-types.js';

import type { AccountMessageTypes } from './account-message-types.js';
import type { ReserveMessageTypes } from './reserve-message-types.js';
import type { ParameterMessageTypes } from './parameter-message-types.js';
import type { RiskMessageTypes } from './risk-message-types.js';

/** Message types that this program encodes or decodes by name: what an encoder takes and what a decoder gives. */
export interface MessageTypes
  extends
    AccountMessageTypes,
    LiveMessageTypes,
    ParameterMessageTypes,
    ReserveMessageTypes,
    RiskMessageTypes {
  readonly 'google.rpc.Status': { readonly input: Status; readonly output: Status__Output };
  readonly 'google.rpc.BadRequest': { readonly input: BadRequest; readonly output: BadRequest__Output };
  readonly 'google.rpc.ErrorInfo': { readonly input: ErrorInfo; readonly output: ErrorInfo__Output };
  readonly 'google.rpc.RetryInfo': { readonly input: RetryInfo; readonly output: RetryInfo__Output };
  readonly 'google.rpc.PreconditionFailure': {
    readonly input: PreconditionFailure;
    readonly output: PreconditionFailure__Output;
  };
  readonly 'google.rpc.QuotaFailure': { readonly input: QuotaFailure; readonly output: QuotaFailure__Output };
  readonly 'google.rpc.RequestInfo': { readonly input: RequestInfo; readonly output: RequestInfo__Output };
  readonly 'margincube.v1.BatchCalculateMarginRequest': {
    readonly input: BatchCalculateMarginRequest;
    readonly output: BatchCalculateMarginRequest__Output;
  };
  readonly 'margincube.v1.BatchCalculateMarginResponse': {
    readonly input: BatchCalculateMarginResponse;
    readonly output: BatchCalculateMarginResponse__Output;
  };
  readonly 'margincube.v1.CalculateMarginRequest': {
    readonly input: CalculateMarginRequest;
    readonly output: CalculateMarginRequest__Output;
  };
  readonly 'margincube.v1.CalculateMarginResponse': {
    readonly input: CalculateMarginResponse;
    readonly output: CalculateMarginResponse__Output;
  };
  readonly 'margincube.v1.Calculation': { readonly input: Calculation; readonly output: Calculation__Output };
  readonly 'margincube.v1.GetModelRequest': {
    readonly input: GetModelRequest;
    readonly output: GetModelRequest__Output;
  };
  readonly 'margincube.v1.GetModelResponse': {
    readonly input: GetModelResponse;
    readonly output: GetModelResponse__Output;
  };
  readonly 'margincube.v1.GetSnapshotRequest': {
    readonly input: GetSnapshotRequest;
    readonly output: GetSnapshotRequest__Output;
  };
  readonly 'margincube.v1.GetVolatilitySurfaceRequest': {
    readonly input: GetVolatilitySurfaceRequest;
    readonly output: GetVolatilitySurfaceRequest__Output;
  };
  readonly 'margincube.v1.GetSnapshotResponse': {
    readonly input: GetSnapshotResponse;
    readonly output: GetSnapshotResponse__Output;
  };
  readonly 'margincube.v1.GetVolatilitySurfaceResponse': {
    readonly input: GetVolatilitySurfaceResponse;
    readonly output: GetVolatilitySurfaceResponse__Output;
  };
  readonly 'margincube.v1.ListModelsRequest': {
    readonly input: ListModelsRequest;
    readonly output: ListModelsRequest__Output;
  };
  readonly 'margincube.v1.ListModelsResponse': {
    readonly input: ListModelsResponse;
    readonly output: ListModelsResponse__Output;
  };
  readonly 'margincube.v1.MarginReport': {
    readonly input: MarginReport;
    readonly output: MarginReport__Output;
  };
  readonly 'margincube.v1.MarketSnapshot': {
    readonly input: MarketSnapshot;
    readonly output: MarketSnapshot__Output;
  };
  readonly 'margincube.v1.Portfolio': { readonly input: Portfolio; readonly output: Portfolio__Output };
  readonly 'margincube.v1.PortfolioBook': {
    readonly input: PortfolioBook;
    readonly output: PortfolioBook__Output;
  };
  readonly 'margincube.v1.PortfolioOutcome': {
    readonly input: PortfolioOutcome;
    readonly output: PortfolioOutcome__Output;
  };
  readonly 'margincube.v1.BatchHeader': { readonly input: BatchHeader; readonly output: BatchHeader__Output };
  readonly 'margincube.v1.BatchSummary': {
    readonly input: BatchSummary;
    readonly output: BatchSummary__Output;
  };
  readonly 'margincube.v1.CalculationTiming': {
    readonly input: CalculationTiming;
    readonly output: CalculationTiming__Output;
  };
  readonly 'margincube.v1.ModelSpec': { readonly input: ModelSpec; readonly output: ModelSpec__Output };
  readonly 'margincube.v1.ReportOptions': {
    readonly input: ReportOptions;
    readonly output: ReportOptions__Output;
  };
  readonly 'margincube.v1.SimulateMarginRequest': {
    readonly input: SimulateMarginRequest;
    readonly output: SimulateMarginRequest__Output;
  };
  readonly 'margincube.v1.SimulateMarginResponse': {
    readonly input: SimulateMarginResponse;
    readonly output: SimulateMarginResponse__Output;
  };
  readonly 'margincube.v1.PortfolioChunk': {
    readonly input: PortfolioChunk;
    readonly output: PortfolioChunk__Output;
  };
}

export type MessageName = keyof MessageTypes;
