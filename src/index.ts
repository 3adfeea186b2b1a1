/**
 * The library without a server: markets, models and margins in the caller's own thread. See the example of the README.
 */
export type {
  Instrument,
  InstrumentKind,
  FutureInstrument,
  OptionInstrument,
  OptionType,
  PerpetualInstrument,
  Settlement,
  SpotInstrument,
} from './domain/instrument.js';
export { amountToNumber, numberToAmount } from './domain/money.js';
export type { Amount } from './domain/money.js';
export { FAILURE_REASONS, unwrap } from './domain/outcome.js';
export type { Failure, FailureReason, Outcome } from './domain/outcome.js';
export type { MmpGroup, OpenOrder, OrderSide, Portfolio, Position } from './domain/portfolio.js';
export type {
  BindingScenario,
  Contribution,
  LiquidationPrice,
  MarginComponent,
  MarginReport,
  PositionVector,
  Quality,
  ScenarioPnl,
  UnderlyingGreeks,
} from './domain/report.js';
export type { Leg, PathMargin } from './domain/simulation.js';

export type {
  AssetQuote,
  ExpiryQuote,
  InstrumentQuote,
  MarketSnapshot,
  SviSlice,
  UnderlyingQuote,
  VolatilityPoint,
  VolatilityPoints,
  VolatilitySource,
} from './market/snapshot/market-snapshot.js';
export type { Market } from './market/snapshot/market.js';
export { resolveMarket } from './market/snapshot/resolve-market.js';

export { listModels, resolveModel } from './models/catalogue.js';
export type { ModelListing, ModelReference, ParameterSetListing, ResolvedModel } from './models/catalogue.js';

export { DEFAULT_REPORT_OPTIONS } from './engine/margin-engine-types.js';
export type { MarginRequest, ReportOptions } from './engine/margin-engine-types.js';
export type { LiquidationSurface, SurfaceLevel, SurfaceShocks } from './engine/liquidation-surface.js';
export { MarginEngine } from './engine/margin-engine.js';

export { availableIsas, KernelLoadError, loadKernels } from './kernel/load-kernels.js';
export type { LoadKernelsOptions } from './kernel/load-kernels.js';
export type { Isa, Kernels } from './kernel/kernels.js';

export {
  portfolioFromJson,
  portfolioToJson,
  reportToJson,
  snapshotFromJson,
  snapshotToJson,
} from './wire/documents.js';
