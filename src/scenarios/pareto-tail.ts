import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';

/** Excesses over a threshold: P(X > x) = (1 + shape x / scale)^(-1/shape). */
export interface ParetoTail {
  /** >= 0: a bounded tail is not believed; below 1/2, so that the variance exists. */
  readonly shape: number;
  /** > 0. */
  readonly scale: number;
}

export const PARETO_SHAPE_MAX = 0.499;
/** Below this many excesses a shape says nothing. */
export const PARETO_EXCESSES_MIN = 10;

/**
 * Generalised Pareto distribution by probability-weighted moments (J. Hosking and J. Wallis, "Parameter and quantile estimation for
 * the generalized Pareto distribution", Technometrics 29 (1987)), the shape held in [0, 1/2); a shape that was held keeps the mean.
 *
 * @param excesses over the threshold, >= 0, in any order
 */
export function fitParetoTail(excesses: Float64Array): Outcome<ParetoTail> {
  const count = excesses.length;
  if (count < PARETO_EXCESSES_MIN) {
    return failure(
      'MISSING_MARKET_DATA',
      'excesses',
      `Expected at least ${PARETO_EXCESSES_MIN} excesses over the threshold but received ${count}`,
    );
  }
  const sorted = Float64Array.from(excesses).sort();
  let mean = 0;
  let weighted = 0;
  sorted.forEach((excess, i) => {
    mean += excess / count;
    weighted += (excess * (1 - (i + 0.65) / count)) / count;
  });
  if (!(mean > 0 && mean < Infinity)) {
    return failure('INVALID_VALUE', 'excesses', `Expected excesses with a mean > 0 but it is ${mean}`);
  }
  const free = 2 - mean / (mean - 2 * weighted);
  const shape = Math.min(PARETO_SHAPE_MAX, Math.max(0, free));
  return success({ shape, scale: mean * (1 - shape) });
}
