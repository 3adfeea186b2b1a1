/**
 * Columns of the SVI kernels. A slice is five numbers in this order: p1 and p2, the slopes of the left and of the right wing;
 * wMin, the least total variance; m and s, the axis and the width of the hyperbola:
 *
 *   w(k) = wMin - s sqrt(p1 p2) + (p2 - p1)(k - m)/2 + (p1 + p2) sqrt((k - m)^2 + s^2)/2
 *
 * Every bound on a slice is then a box. `native/kernels/svi_slice.h` states the same numbers.
 */
export const SVI_PARAMETERS = 5;

/** Boxes of p1, p2, wMin, m, s; 2 is Lee's bound on the slopes. */
export const SVI_LOWER: readonly number[] = [1e-6, 1e-6, 1e-12, -2, 1e-4];
export const SVI_UPPER: readonly number[] = [2, 2, 500, 2, 5];

/** Consecutive slices by rising expiry, their quotes and what holds them together. */
export interface SviFitInputs {
  readonly sliceCount: number;
  /** `sliceCount + 1` offsets into the columns of quotes, rising from 0. */
  readonly quoteOffsets: Uint32Array;
  /** ln(strike / forward). */
  readonly logMoneyness: Float64Array;
  /** Volatility^2 x years of the mid. */
  readonly totalVariance: Float64Array;
  /** Residuals are weight x (w - quote): one over the half spread in total variance, say. 0 leaves a quote out. */
  readonly weight: Float64Array;
  /** > 0, one per slice; scales the calendar penalty. */
  readonly timeToExpiryYears: Float64Array;
  /** Residual beyond which a quote pulls no harder, one per slice; Infinity for least squares. */
  readonly huberDelta: Float64Array;
  /** 1 for a slice that stays as it is: its neighbours keep off it. */
  readonly isFixed: Uint8Array;
  readonly gridCount: number;
  /** ln(strike / forward) at which arbitrage is penalised. */
  readonly grid: Float64Array;
  /** Total variance that the first slice keeps above at each point of the grid; 0 where nothing lies before it. */
  readonly floor: Float64Array;
  /** Total variance that the last slice keeps below; Infinity where nothing lies after it. */
  readonly ceiling: Float64Array;
  /** Penalty x sum of max(0, margin - g)^2. */
  readonly butterflyPenalty: number;
  readonly butterflyMargin: number;
  /** Penalty x sum of max(0, w_before - w)^2 / (T_before T). */
  readonly calendarPenalty: number;
  /** Row-major [slice][5]; a parameter is drawn to it by precision x (x - prior)^2. */
  readonly prior: Float64Array;
  readonly priorPrecision: Float64Array;
  readonly iterationsMax: number;
  /** Relative decrease of the objective that a step must promise to be worth taking. */
  readonly tolerance: number;
}

export const SVI_FIT_STATUSES = ['CONVERGED', 'ITERATIONS_EXHAUSTED', 'NOT_FINITE'] as const;
export type SviFitStatus = (typeof SVI_FIT_STATUSES)[number];

/** Positions in the summary of a fit. */
export const SVI_SUMMARY = { OBJECTIVE: 0, WEIGHTED_SQUARES: 1, ITERATIONS: 2, STATUS: 3 } as const;
export const SVI_SUMMARY_LENGTH = 4;

/** Doubles of workspace; `quoteCount` is that of all slices. */
export function sviFitWorkspaceLength(sliceCount: number, quoteCount: number, gridCount: number): number {
  const padded = Math.ceil(gridCount / 8) * 8;
  return 8 * (quoteCount + 8 * sliceCount) + (3 * sliceCount + 1) * padded + 27 * SVI_PARAMETERS * sliceCount;
}

/** One entry per slice. */
export interface SviArbitrage {
  /** Smallest g on the grid, and where. */
  readonly butterfly: Float64Array;
  readonly butterflyAt: Float64Array;
  /** Smallest total variance less that of the slice before, and where; Infinity and 0 for the first slice. */
  readonly calendar: Float64Array;
  readonly calendarAt: Float64Array;
}

/** The kernels of SVI slices; bad numbers give `NOT_FINITE`, extents that do not fit an exception. */
export interface SviKernels {
  /**
   * Levenberg-Marquardt on all slices at once. Improves `parameters` ([slice][5], clipped to the boxes) in place and leaves
   * them alone where a number is not finite. `summary` has `SVI_SUMMARY_LENGTH` entries.
   */
  sviFit(
    inputs: SviFitInputs,
    parameters: Float64Array,
    summary: Float64Array,
    workspace: Float64Array,
  ): void;

  /**
   * Starting points of one slice by rising cost, [start][5]: linear least squares in p1, p2 and the offset for each corner
   * of a grid of m and s. Returns how many of `startCount` were found.
   */
  sviStarts(
    quoteCount: number,
    logMoneyness: Float64Array,
    totalVariance: Float64Array,
    weight: Float64Array,
    startCount: number,
    starts: Float64Array,
  ): number;

  /** Total variance of one slice at each point of a grid. */
  sviTotalVariance(
    parameters: Float64Array,
    gridCount: number,
    grid: Float64Array,
    variance: Float64Array,
  ): void;

  /** Static arbitrage of consecutive slices, [slice][5], on a grid of at least one point. */
  sviArbitrage(
    sliceCount: number,
    slices: Float64Array,
    gridCount: number,
    grid: Float64Array,
    result: SviArbitrage,
  ): void;
}
