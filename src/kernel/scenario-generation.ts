/** What the kernels of scenario generation take and give; the formulas are in `native/kernels/{sobol,correlation,t_copula}.h`. */

/** Caller's memory for a factored correlation matrix. */
export interface FactoredCorrelation {
  /** The matrix that was factored, row-major `[factor][factor]`. */
  readonly repaired: Float64Array;
  /** Its lower Cholesky factor, row-major, zeros above. */
  readonly lower: Float64Array;
  /** Smallest eigenvalue of the input, and the largest change of an entry: 0 where nothing was repaired. */
  readonly report: Float64Array;
}

export interface TCopula {
  readonly factorCount: number;
  /** `FactoredCorrelation.lower`. */
  readonly lower: Float64Array;
  /** In [1, 10000]. */
  readonly degreesOfFreedom: number;
}

/** Distribution of each factor's move. */
export interface FactorMargins {
  readonly gridCount: number;
  /** Moves on an even grid of t scores over [-scoreBound, scoreBound], row-major `[factor][gridCount]`. */
  readonly gridValue: Float64Array;
  /** t score at which the tails begin, > 0. */
  readonly scoreBound: number;
  /** Probability of each tail. */
  readonly tailProbability: number;
  /** Row-major `[factor][4]`: shape and scale of the lower, then of the upper generalised Pareto tail. */
  readonly tails: Float64Array;
}
