import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { refuseLosses } from './sample.js';

/**
 * Where the p-quantile of n sorted numbers stands, counted from 1; between two numbers it is linear, outside flat. R4 to R8 are
 * types 4 to 8 of R. J. Hyndman and Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50 (1996).
 */
const POSITION = {
  /** The number ceil(n p) itself. */
  INDEX_ABOVE: (p: number, n: number) => Math.ceil(n * p - POSITION_TOLERANCE * n),
  R4: (p: number, n: number) => n * p,
  R5: (p: number, n: number) => n * p + 0.5,
  R6: (p: number, n: number) => (n + 1) * p,
  /** The definition of common spreadsheets. */
  R7: (p: number, n: number) => (n - 1) * p + 1,
  R8: (p: number, n: number) => (n + 1 / 3) * p + 1 / 3,
} as const;

export type QuantileDefinition = keyof typeof POSITION;
export const QUANTILE_DEFINITIONS = Object.keys(POSITION) as readonly QuantileDefinition[];

/** n p is an integer when it is one up to the rounding of p. */
const POSITION_TOLERANCE = 1e-15;

/**
 * Quantile of a sample by a named definition.
 *
 * @param p in [0, 1]
 */
export function quantile(
  sample: ArrayLike<number>,
  p: number,
  definition: QuantileDefinition,
): Outcome<number> {
  const refused = refuseLosses(sample);
  if (refused !== undefined) return { ok: false, failure: refused };
  if (!(p >= 0 && p <= 1)) {
    return failure('INVALID_PARAMETER', 'p', `Expected a number in [0, 1] but received ${p}`);
  }
  return success(sortedQuantile(Float64Array.from(sample).sort(), p, definition));
}

/** The same for numbers that are sorted from the smallest and known to be finite. */
export function sortedQuantile(sorted: ArrayLike<number>, p: number, definition: QuantileDefinition): number {
  const position = Math.min(sorted.length, Math.max(1, POSITION[definition](p, sorted.length)));
  const below = Math.floor(position);
  const low = sorted[below - 1]!;
  const high = sorted[Math.min(sorted.length, below + 1) - 1]!;
  return low + (position - below) * (high - low);
}
