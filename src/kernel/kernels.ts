import type { BookArrangementKernels } from './book-arrangement.js';
import type { BookTailKernels } from './book-tail.js';
import type { ColumnPageKernels } from './column-pages.js';
import type { LargestPositionsKernels } from './largest-positions.js';
import type { SliceCellKernels } from './slice-cells.js';
import type { TailMarginKernels } from './tail-margins.js';
import type { ImpliedVolatilityInputs } from './implied-volatility.js';
import type {
  InstrumentColumns,
  NettingBooks,
  NettingResults,
  NettingTerms,
  ScenarioColumns,
  SparseRows,
  WeightedSum,
} from './layout.js';
import type { FactorMargins, FactoredCorrelation, TCopula } from './scenario-generation.js';
import type { SurfaceAnswers, SurfaceColumns, SurfaceQueries } from './surface-query.js';
import type { SumTreeKernels } from './sum-tree.js';
import type { SviKernels } from './svi.js';

/** Instruction level of the kernels in use; `reference` is the TypeScript twin. */
export const ISAS = ['reference', 'baseline', 'v3', 'v4'] as const;
export type Isa = (typeof ISAS)[number];

/** Columns of undiscounted Black-76 inputs, one entry per option. */
export interface Black76Inputs {
  readonly count: number;
  /** 1 for a call, 0 for a put. */
  readonly isCall: Uint8Array;
  /** Quote currency per coin, >= 0. */
  readonly forward: Float64Array;
  /** Quote currency per coin, >= 0. */
  readonly strike: Float64Array;
  /** Annualised fraction, >= 0. */
  readonly volatility: Float64Array;
  /** ACT/365, >= 0. */
  readonly timeToExpiryYears: Float64Array;
}

/**
 * Undiscounted price and Greeks of one long unit, relative error <= 1e-12 tails included. Caller's memory, one entry per
 * option. Units: delta per unit of forward, gamma per squared unit, vega and volga per 1.00 of volatility, theta per year
 * (negative for a long option), vanna = d delta / d volatility.
 */
export interface Black76Outputs {
  readonly price: Float64Array;
  readonly delta: Float64Array;
  readonly gamma: Float64Array;
  readonly vega: Float64Array;
  readonly theta: Float64Array;
  readonly vanna: Float64Array;
  readonly volga: Float64Array;
}

/**
 * The hot kernels. All write into the caller's memory, allocate nothing, keep no reference after the call, and throw
 * `RangeError` or `TypeError` for extents that do not fit (a defect of the caller, never of user data). Arrays may be views
 * over a SharedArrayBuffer. Numbers are validated before they come here; for out-of-domain numbers a kernel throws a
 * `RangeError` that names the first bad row.
 */
export interface Kernels
  extends
    SviKernels,
    BookTailKernels,
    BookArrangementKernels,
    SumTreeKernels,
    ColumnPageKernels,
    LargestPositionsKernels,
    SliceCellKernels,
    TailMarginKernels {
  readonly isa: Isa;

  /** Undiscounted Black-76 price only. Error bound as `black76`. */
  black76Price(inputs: Black76Inputs, price: Float64Array): void;

  /** Undiscounted Black-76 price and Greeks. */
  black76(inputs: Black76Inputs, outputs: Black76Outputs): void;

  /**
   * Shocked volatility of every instrument in every scenario, row-major `[instrument][scenarios.stride]`, by the rule of
   * `ScenarioColumns`. Delta-one rows are 0.
   */
  shockedVolatility(
    instruments: InstrumentColumns,
    scenarios: ScenarioColumns,
    volatility: Float64Array,
  ): void;

  /**
   * The P&L cube: value under the scenario minus unshocked value, times `scale`, block-major (`layout.ts`). Both values
   * come from the same arithmetic, so a scenario that moves nothing gives exactly 0. Each price has an absolute error
   * <= 1e-15 x forward. Padding scenarios are 0.
   */
  scenarioPnl(instruments: InstrumentColumns, scenarios: ScenarioColumns, pnl: Float64Array): void;

  /**
   * P&L of every row of positions in every scenario, row-major `[row][stride]`. The order of summation is the order of
   * the entries in the row, so a row's bits depend on nothing but the row.
   */
  aggregate(
    pnl: Float64Array,
    instrumentCount: number,
    scenarioCount: number,
    positions: SparseRows,
    vectors: Float64Array,
  ): void;

  /**
   * Smallest entry of each vector among its first `scenarioCount` and the first index that holds it.
   * `vectors` is row-major `[rowCount][stride]` with the stride of `scenarioCount`.
   */
  worstLoss(
    vectors: Float64Array,
    rowCount: number,
    scenarioCount: number,
    worst: Float64Array,
    worstIndex: Uint32Array,
  ): void;

  /**
   * Worst P&L of many books whose expiries are discounted by the sign of their value and then netted:
   *
   *   PnL_s = d_s (contracts + what moves alike) + sum over expiries of d_s (discounted(V_e + P&L_es) - V_e), -|...| where skewed
   *
   * together with the value of the expiries and the charge of uncertain ones. The order of every sum is the order of the rows.
   */
  netExpiries(terms: NettingTerms, books: NettingBooks, results: NettingResults): void;

  /** Volatility, total variance, butterfly measure, density and confidence of every query (`surface-query.ts`). */
  surfaceQuery(surface: SurfaceColumns, queries: SurfaceQueries, answers: SurfaceAnswers): void;

  /**
   * Black volatility implied by each price, to attainable accuracy; `status` holds codes of `IMPLIED_VOLATILITY_STATUS`.
   * Whatever a row's numbers are, it gets a status and a finite volatility, which is 0 unless the status is `OK`.
   */
  impliedVolatility(inputs: ImpliedVolatilityInputs, volatility: Float64Array, status: Uint8Array): void;

  /**
   * Sobol points `firstPoint` to `firstPoint + pointCount - 1` with Owen scrambling by a 32-bit seed, in (0, 1), row-major
   * `[dimension][pointCount]`; at most 64 dimensions. The same bits everywhere.
   */
  sobol(
    seed: number,
    firstPoint: number,
    pointCount: number,
    dimensions: number,
    uniform: Float64Array,
  ): void;

  /** Exponentially weighted correlation of moves, row-major `[factor][row]` with the newest last; weights decay^age. */
  ewmaCorrelation(
    moves: Float64Array,
    factorCount: number,
    rowCount: number,
    decay: number,
    correlation: Float64Array,
  ): void;

  /** Raises eigenvalues below the floor, scales the diagonal back to 1, and factors; says what was repaired. */
  correlationFactor(
    correlation: Float64Array,
    factorCount: number,
    eigenvalueFloor: number,
    factored: FactoredCorrelation,
  ): void;

  /**
   * Moves `[factor][stride]` of a t copula for `pointCount` points of `uniform`, row-major `[factorCount + 1][pointCount]` in
   * (0, 1), the last row the common shock.
   */
  tCopulaMoves(
    copula: TCopula,
    margins: FactorMargins,
    uniform: Float64Array,
    pointCount: number,
    stride: number,
    moves: Float64Array,
  ): void;

  /**
   * Value at risk and expected shortfall of every row of P&L `[rowCount][stride]`, both as losses, by the fractional tail:
   * with the mass m = scenarioCount x (1 - confidence), value at risk is the loss at which the count of the largest losses
   * reaches m, expected shortfall the mean of the m largest, the last in part. `workspace` has `tailWorkspaceLength`
   * entries. Throws a `RangeError` for an entry that is not finite.
   */
  tailRisk(
    vectors: Float64Array,
    rowCount: number,
    scenarioCount: number,
    confidence: number,
    valueAtRisk: Float64Array,
    expectedShortfall: Float64Array,
    workspace: Float64Array,
  ): void;

  /**
   * `risk` becomes value at risk and expected shortfall of a sum, with the bits of `tailRisk` on the added vector; NaN both
   * where an entry of the sum is not finite. `workspace` as there.
   */
  tailRiskOfSum(sum: WeightedSum, confidence: number, risk: Float64Array, workspace: Float64Array): void;

  /**
   * The scenarios and weights whose weighted loss is that expected shortfall, `[rowCount][tailCount]`, largest loss first,
   * among equal losses the earlier scenario. The weights of a row sum to 1.
   */
  tailScenarios(
    vectors: Float64Array,
    rowCount: number,
    scenarioCount: number,
    confidence: number,
    scenario: Uint32Array,
    weight: Float64Array,
    workspace: Float64Array,
  ): void;
}
