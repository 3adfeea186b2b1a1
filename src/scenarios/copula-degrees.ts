/** Degrees of freedom of a t copula by maximum likelihood. */
import { lnGamma } from '../kernel/reference/gamma.js';
import { studentTQuantile } from '../kernel/reference/student-t.js';
import { movesOf } from './risk-factor.js';
import type { FactorMoves } from './risk-factor.js';

/** Below 3 the tail dependence is not believed, above 15 it is hardly distinguishable from none. */
export const DEGREES_MIN = 3;
export const DEGREES_MAX = 15;

const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** Width of the bracket at the end: far below the error of the estimate. */
const BRACKET = 1e-3;

/**
 * The degrees of freedom in [3, 15] at which the ranks of the rows are most likely, the correlation given (C. Genest, K. Ghoudi and
 * L.-P. Rivest, "A semiparametric estimation procedure of dependence parameters", Biometrika 82 (1995)). One factor has no
 * dependence: then 4.
 *
 * @param lower Cholesky factor of the correlation, row-major
 */
export function copulaDegreesOfFreedom(rows: FactorMoves, lower: Float64Array): number {
  if (rows.factors.length === 1) return DEGREES_DEFAULT;
  const ranks = rows.factors.map(({ id }) => ranksOf(movesOf(rows, id)!));
  const likelihood = (degrees: number): number => logLikelihood(ranks, rows.count, lower, degrees);
  let low = DEGREES_MIN;
  let high = DEGREES_MAX;
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let atLeft = likelihood(left);
  let atRight = likelihood(right);
  while (high - low > BRACKET) {
    if (atLeft > atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - GOLDEN * (high - low);
      atLeft = likelihood(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + GOLDEN * (high - low);
      atRight = likelihood(right);
    }
  }
  return (low + high) / 2;
}

export const DEGREES_DEFAULT = 4;

/** 0 for the smallest; equal moves keep their order in time. */
function ranksOf(moves: Float64Array): Uint32Array {
  const order = Uint32Array.from(moves.keys()).sort((a, b) => moves[a]! - moves[b]! || a - b);
  const ranks = new Uint32Array(moves.length);
  order.forEach((row, rank) => {
    ranks[row] = rank;
  });
  return ranks;
}

/** Log-density of the copula, summed over the rows. */
function logLikelihood(
  ranks: readonly Uint32Array[],
  count: number,
  lower: Float64Array,
  degrees: number,
): number {
  const size = ranks.length;
  const scores = Float64Array.from({ length: count }, (_, rank) =>
    studentTQuantile((rank + 1) / (count + 1), degrees),
  );
  let logDeterminant = 0;
  for (let i = 0; i < size; i += 1) logDeterminant += Math.log(lower[i * size + i]!);
  const constant =
    lnGamma((degrees + size) / 2) +
    (size - 1) * lnGamma(degrees / 2) -
    size * lnGamma((degrees + 1) / 2) -
    logDeterminant;
  const solved = new Float64Array(size);
  let sum = 0;
  for (let row = 0; row < count; row += 1) {
    let square = 0;
    let margins = 0;
    for (let i = 0; i < size; i += 1) {
      const score = scores[ranks[i]![row]!]!;
      let rest = score;
      for (let k = 0; k < i; k += 1) rest -= lower[i * size + k]! * solved[k]!;
      solved[i] = rest / lower[i * size + i]!;
      square += solved[i]! ** 2;
      margins += Math.log1p((score * score) / degrees);
    }
    sum += constant - ((degrees + size) / 2) * Math.log1p(square / degrees) + ((degrees + 1) / 2) * margins;
  }
  return sum;
}
