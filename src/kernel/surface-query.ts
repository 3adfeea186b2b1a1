/**
 * What the kernel `surfaceQuery` takes and gives. `native/kernels/surface_query.h` states the same codes and bounds; a test
 * compares them through the answers of both.
 */

/** How total variance runs from a slice to the next one. */
export const INTERPOLATION = {
  /** Linear in time at every fixed k. */
  VARIANCE: 0,
  /** theta and the two wings of the eSSVI slice linear in time; only where that is known to be free of arbitrage. */
  ESSVI: 1,
  /**
   * Option prices at every fixed k mixed, with a weight by which the deviation at the forward runs as if total variance there
   * were linear: between slices without static arbitrage there is none, whatever their shape. Slower than the others. Linear
   * where total volatility s is above 2 + 2|k|/s or below |k|/1000, where there is no price to tell.
   * Source: J. Gatheral, A. Jacquier, Quantitative Finance 14(1), 2014, lemma 5.1.
   */
  PRICE: 2,
} as const;

/** Bits of an answer's `flags`. */
export const QUERY_FLAG = {
  /** The strike lies outside the quotes of a slice that the answer rests on. */
  EXTRAPOLATED_STRIKE: 1,
  /** The time lies before the first slice or after the last. */
  EXTRAPOLATED_TIME: 2,
  /** The volatility was moved to the nearest of `VOLATILITY_GUARD`. */
  GUARDED: 4,
  /** g < -1e-10 at this point: it admits a butterfly. */
  ARBITRAGE: 8,
} as const;

/** Volatilities beyond these are answered with the bound and flagged: no market has them, a unit error does. */
export const VOLATILITY_GUARD = { min: 0.01, max: 10 } as const;

/** g below this is arbitrage rather than rounding. */
export const BUTTERFLY_TOLERANCE = 1e-10;

/** The slices of one surface by rising time, one entry each; raw SVI in k = ln(strike / forward of the time). */
export interface SurfaceColumns {
  /** >= 1 */
  readonly sliceCount: number;
  /** ACT/365, > 0, strictly rising. */
  readonly timeToExpiryYears: Float64Array;
  /** Quote currency per coin, > 0. */
  readonly forward: Float64Array;
  /** d ln(forward) / d years from this slice to the next; after the last slice, from the last on. */
  readonly carry: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  readonly rho: Float64Array;
  readonly m: Float64Array;
  readonly sigma: Float64Array;
  /** k of the lowest and the highest quote. */
  readonly quotedMin: Float64Array;
  readonly quotedMax: Float64Array;
  /** Uncertainty of the slice's volatility, >= 0. */
  readonly confidence: Float64Array;
  /** `INTERPOLATION` code from this slice to the next; not read for the last. */
  readonly interpolation: Uint8Array;
  /** d ln(forward) / d years before the first slice; total variance per year that is added after the last, >= 0. */
  readonly rates: Float64Array;
}

export interface SurfaceQueries {
  readonly count: number;
  /** Quote currency per coin, > 0. */
  readonly strike: Float64Array;
  /** ACT/365, > 0. */
  readonly timeToExpiryYears: Float64Array;
}

/** Caller's memory, one entry per query. */
export interface SurfaceAnswers {
  /** Annualised fraction within `VOLATILITY_GUARD`. */
  readonly volatility: Float64Array;
  /** volatility^2 x years. */
  readonly totalVariance: Float64Array;
  /** Butterfly measure g of the smile of this time, before any guard. */
  readonly butterflyMeasure: Float64Array;
  /** Of ln(settlement / forward) at k under the pricing measure, before any guard. */
  readonly density: Float64Array;
  /** Uncertainty of the volatility: the largest of the slices that the answer rests on. */
  readonly confidence: Float64Array;
  /** `QUERY_FLAG` bits. */
  readonly flags: Uint8Array;
}

/** Columns of a surface that hold one double per slice. */
export const SURFACE_COLUMN_NAMES = [
  'timeToExpiryYears',
  'forward',
  'carry',
  'a',
  'b',
  'rho',
  'm',
  'sigma',
  'quotedMin',
  'quotedMax',
  'confidence',
] as const satisfies readonly (keyof SurfaceColumns)[];

/** Answers that are doubles. */
export const SURFACE_ANSWER_NAMES = [
  'volatility',
  'totalVariance',
  'butterflyMeasure',
  'density',
  'confidence',
] as const satisfies readonly (keyof SurfaceAnswers)[];
