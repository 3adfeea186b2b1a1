import type { Quality, BindingScenario, MarginComponent, TailStatistics } from '../domain/report.js';
import type { Outcome } from '../domain/outcome.js';
import type { OpenOrder, MmpGroup } from '../domain/portfolio.js';
import type { Market } from '../market/snapshot/market.js';
import type { TradeSums, TradedMargins } from './traded-margins.js';
import type { ScenarioLabel, ScenarioSet } from '../scenarios/scenario-set.js';
import type { ColumnMargins } from './column-margins.js';

/**
 * A margin model is data plus pure functions. `cube` says which scenarios to reprice and how each option answers them;
 * `margin` turns the aggregated vectors of one book into a requirement. A model does no I/O, knows no threads and keeps
 * nothing between calls.
 */
export interface MarginModel<Parameters> {
  /** e.g. `derive-pm2`. */
  readonly id: string;
  readonly title: string;
  /** Changes whenever the same inputs may give another number. */
  readonly version: string;
  /** Checks types and ranges; a failure names the path below `parameters`. */
  parseParameters(value: unknown): Outcome<Parameters>;
  /** Remarks on parameters that are allowed and unusual. */
  parameterWarnings(parameters: Parameters): readonly string[];
  /** The scenarios and the shock rule; called once per market and parameter set. */
  cube(parameters: Parameters, market: Market): CubeSpec;
  /** Further sets that the model reads beside the first, e.g. other horizons; their vectors are `ModelInput.further`. */
  furtherCubes?(parameters: Parameters, market: Market): readonly CubeSpec[];
  /** Draws of each holding period, of a model that draws: thousands of scenarios per book. Absent: a grid. */
  drawCount?(parameters: Parameters): number;
  /** Whether open orders are part of the initial margin; absent: the model has no rule for them. */
  countsOrders?(parameters: Parameters): boolean;
  margin(input: ModelInput<Parameters>): Outcome<ModelResult>;
  /** Margins of one book after trades at a cost that does not grow with it; absent: the whole rule is asked again. */
  tradedMargins?(input: ModelInput<Parameters>, before: ModelResult, sums: TradeSums): TradedMargins;
  /** The same margins for many books in columns; absent: books are margined one by one. */
  readonly columns?: ColumnMargins<Parameters>;
  /** Set by a model whose margin is nothing but the expected shortfall of a dollar account over its drawn moves. */
  pureTail?(parameters: Parameters): PureTail;
}

/**
 * What a runner of many books needs to work out such a margin itself, to the same bits: the initial margin is the expected
 * shortfall (`FRACTIONAL_TAIL`) of the book and its coins (`drawn/book-vectors.ts`), never below 0, in one exact component.
 */
export interface PureTail {
  readonly component: string;
  /** In (0, 1). */
  readonly confidence: number;
  readonly scenarioCount: number;
  /** Share of the initial margin that maintenance holds. */
  readonly maintenanceShare: number;
  /** Whether the law draws an underlying of that name. */
  draws(underlying: string): boolean;
}

/** What must be repriced. */
export interface CubeSpec {
  readonly scenarios: ScenarioSet;
  /** Option values are discounted at max(rate, 0) of their expiry. */
  readonly discounted: boolean;
  /**
   * Years that an option which has `timeToExpiryYears` now still has when the scenarios strike, at least 0, so that its decay
   * is part of the P&L. Absent: no time passes.
   */
  readonly remainingYears?: (timeToExpiryYears: number) => number;
  /**
   * The forward that the model prices an option on; absent: the market's. A model with a forward of its own settles on a
   * price of its own too: no part of that forward counts as averaged already.
   */
  readonly forward?: (option: ForwardTerms) => number;
  /**
   * Row of the scenario columns that moves price and volatility of the instruments of an underlying (index into the market's
   * table) that expire then; without `expiryMs` those that never expire.
   */
  factorRow(underlying: number, expiryMs?: number): number;
  /** How the volatility of an option answers the shocks of the scenario columns. */
  shockFactors(option: OptionTerms): ShockFactors;
  /**
   * What the model multiplies the P&L of a scenario by (dampening, probability weight, scaling of far moves); 1 for a plain
   * scenario. Shown in position vectors; `margin` applies it itself, at its place in the formula.
   */
  weight(underlying: number, scenario: number): number;
}

/** What a model may build its own forward from. */
export interface ForwardTerms {
  /** Index price of the underlying. */
  readonly spot: number;
  /** The market's forward of the expiry. */
  readonly forward: number;
  /** Of the expiry; NaN when the market has none. */
  readonly rate: number;
  readonly timeToExpiryYears: number;
}

export interface OptionTerms {
  /** Row of the market's underlying columns. */
  readonly underlying: number;
  readonly strike: number;
  /** Expected settlement price, fixed and moving part together. */
  readonly forward: number;
  readonly timeToExpiryYears: number;
  readonly secondsToExpiry: number;
  /** Annualised fraction. */
  readonly volatility: number;
}

/** Multipliers of `volShock`, `skewShock` and `smileShock` (`kernel/layout.ts`). */
export interface ShockFactors {
  readonly term: number;
  readonly skew: number;
  readonly smile: number;
}

/** A position with its names resolved: indices into the market's columns. */
export interface ResolvedPosition {
  /** Index among the positions of the request, for messages. */
  readonly requestIndex: number;
  readonly instrument: number;
  readonly quantity: number;
  /** Settlement currency; absent for options and where the caller gave neither it nor an entry price. */
  readonly unrealisedPnl?: number;
  /** Settlement currency. */
  readonly unsettledFunding?: number;
}

export interface ResolvedBalance {
  readonly requestIndex: number;
  readonly asset: string;
  /** Whole coins, signed, rounded against the account. */
  readonly amount: number;
}

export interface ResolvedOrder {
  readonly requestIndex: number;
  readonly instrument: number;
  readonly order: OpenOrder;
}

/**
 * Positions that a model nets together: one underlying, one settlement currency, and one option expiry or all delta-one
 * instruments. Positions are sorted by group, strike, put before call.
 */
export interface PositionGroup {
  /** Row of the market's underlying columns. */
  readonly underlying: number;
  readonly settlementCurrency: string;
  /** Row of the market's expiry columns; `NONE` for the delta-one group. */
  readonly expiry: number;
  /** Slice of `positions`. */
  readonly firstPosition: number;
  readonly positionCount: number;
}

/** The book in every scenario of one set. */
export interface ScenarioVectors {
  readonly scenarios: ScenarioSet;
  /** As `ModelInput.groupPnl`. */
  readonly groupPnl: Float64Array;
  /** As `ModelInput.unitPnl`. */
  unitPnl(instrument: number, scenario: number): number;
}

export interface ModelInput<Parameters> extends ScenarioVectors {
  readonly parameters: Parameters;
  readonly market: Market;
  readonly accountId: string;
  readonly positions: readonly ResolvedPosition[];
  readonly groups: readonly PositionGroup[];
  /**
   * P&L of every group in every scenario in the settlement currency, `[group][scenarios.columns.stride]`, before any rule
   * of the model.
   */
  readonly groupPnl: Float64Array;
  /** One entry for each of the model's further sets. */
  readonly further: readonly ScenarioVectors[];
  /** Value of one long contract, settlement currency, one entry per instrument of the market (discounted if the spec says so). */
  readonly unitValue: Float64Array;
  /** Black delta of one long contract in coins, undiscounted, one entry per instrument of the market. */
  readonly unitDelta: Float64Array;
  /** P&L of one long contract of an instrument in a scenario, before any rule of the model. */
  unitPnl(instrument: number, scenario: number): number;
  readonly balances: readonly ResolvedBalance[];
  readonly orders: readonly ResolvedOrder[];
  readonly mmpGroups: readonly MmpGroup[];
}

/** A component with the rule that divides it among positions. */
export interface ModelComponent extends MarginComponent {
  /**
   * What each position adds to the quantity that the component is a multiple of (Euler: position times marginal change).
   * Absent for what belongs to no position.
   */
  readonly shares?: () => ComponentShares;
}

export interface ComponentShares {
  /** The quantity as a whole; what `byPosition` does not add up to belongs to no position. */
  readonly total: number;
  /** One entry per position of the input. */
  readonly byPosition: Float64Array;
}

export interface ModelResult {
  readonly currency: string;
  readonly equity: number;
  readonly markToMarket: number;
  readonly components: readonly ModelComponent[];
  /** Sum of the components' initial parts, never below 0. */
  readonly initialMargin: number;
  /** Sum of the components' maintenance parts, never below 0. */
  readonly maintenanceMargin: number;
  /** The venue's own number: equity less the sum of the initial parts. */
  readonly initialExcess: number;
  readonly maintenanceExcess: number;
  /** Absent for a book without risk. */
  readonly bindingScenario?: BindingScenario;
  /** P&L of the account after the model's rules, one entry per scenario that the model reports. */
  readonly scenarioPnl: Float64Array;
  /** Labels of `scenarioPnl` where they depend on the book; otherwise those of the scenario set. */
  readonly scenarioLabels?: readonly ScenarioLabel[];
  readonly quality: Quality;
  readonly dataConfidence?: number;
  readonly tailStatistics?: TailStatistics;
  readonly warnings: readonly string[];
}
