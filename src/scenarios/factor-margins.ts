import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { studentTCdf, studentTQuantile } from '../kernel/reference/student-t.js';
import type { FactorMargins } from '../kernel/scenario-generation.js';
import { sortedQuantile } from '../measures/quantile.js';
import { PARETO_EXCESSES_MIN, fitParetoTail } from './pareto-tail.js';
import { movesOf } from './risk-factor.js';
import type { FactorMoves } from './risk-factor.js';

/** Each tail begins where 5 % of the moves lie beyond. */
export const TAIL_PROBABILITY = 0.05;

/** Rows below which a tail has too few excesses. */
export const MARGIN_ROWS_MIN = Math.ceil(PARETO_EXCESSES_MIN / TAIL_PROBABILITY);

/** Grid of the centre: finer than the steps of a few thousand observations. */
const GRID_COUNT = 1025;

/**
 * Distribution of every factor: the empirical quantiles between the tails, on an even grid of t scores, and a generalised Pareto
 * distribution fitted to each tail. Fails for fewer than 200 rows and for a factor whose tail does not move.
 */
export function fitFactorMargins(rows: FactorMoves, degreesOfFreedom: number): Outcome<FactorMargins> {
  if (rows.count < MARGIN_ROWS_MIN) {
    return failure(
      'MISSING_MARKET_DATA',
      'rows',
      `Expected at least ${MARGIN_ROWS_MIN} rows to fit tails but received ${rows.count}`,
    );
  }
  const scoreBound = studentTQuantile(1 - TAIL_PROBABILITY, degreesOfFreedom);
  const probabilities = Float64Array.from({ length: GRID_COUNT }, (_, k) =>
    studentTCdf(-scoreBound + (2 * scoreBound * k) / (GRID_COUNT - 1), degreesOfFreedom),
  );
  const gridValue = new Float64Array(rows.factors.length * GRID_COUNT);
  const tails = new Float64Array(rows.factors.length * 4);
  for (const [f, { id }] of rows.factors.entries()) {
    const sorted = Float64Array.from(movesOf(rows, id)!).sort();
    const grid = gridValue.subarray(f * GRID_COUNT, (f + 1) * GRID_COUNT);
    probabilities.forEach((p, k) => {
      grid[k] = sortedQuantile(sorted, p, 'R5');
    });
    const [low, high] = [grid[0]!, grid[GRID_COUNT - 1]!];
    const lower = fitParetoTail(sorted.filter((move) => move < low).map((move) => low - move));
    const upper = fitParetoTail(sorted.filter((move) => move > high).map((move) => move - high));
    for (const [side, tail] of [lower, upper].entries()) {
      if (!tail.ok) return failure(tail.failure.reason, `rows.${id}`, `${tail.failure.message} (${id})`);
      tails[4 * f + 2 * side] = tail.value.shape;
      tails[4 * f + 2 * side + 1] = tail.value.scale;
    }
  }
  return success({
    gridCount: GRID_COUNT,
    gridValue,
    scoreBound,
    tailProbability: TAIL_PROBABILITY,
    tails,
  });
}
