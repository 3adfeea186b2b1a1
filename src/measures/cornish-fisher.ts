import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { normalQuantile } from '../kernel/reference/normal.js';
import { refuseConfidence } from './sample.js';

/** The expansion must rise on [-4, 4]: beyond four deviations nothing that is asked of it lies. */
const MONOTONE_RANGE = 4;

/**
 * Standardised loss quantile by the expansion of Cornish and Fisher:
 * `z + (z^2-1) S/6 + (z^3-3z) K/24 - (2z^3-5z) S^2/36`, S and K skewness and excess kurtosis of the losses. A screen, not a
 * margin; refused where it is not monotone on four deviations either side, because it then says nothing.
 */
export function cornishFisherQuantile(
  confidence: number,
  skewness: number,
  excessKurtosis: number,
): Outcome<number> {
  const refused = refuseConfidence(confidence);
  if (refused !== undefined) return { ok: false, failure: refused };
  if (!isMonotone(skewness, excessKurtosis)) {
    return failure(
      'UNSUPPORTED',
      'excessKurtosis',
      `Expected moments for which the expansion rises on +-${MONOTONE_RANGE} but received skewness ${skewness} and excess kurtosis ${excessKurtosis}`,
    );
  }
  return success(expansion(normalQuantile(confidence), skewness, excessKurtosis));
}

/** The polynomial itself, wherever it leads. */
export function expansion(z: number, skewness: number, excessKurtosis: number): number {
  const z2 = z * z;
  return (
    z +
    ((z2 - 1) * skewness) / 6 +
    (z * (z2 - 3) * excessKurtosis) / 24 -
    (z * (2 * z2 - 5) * skewness * skewness) / 36
  );
}

/** False also for moments that are not finite. The derivative is a parabola, so its ends and its vertex decide. */
export function isMonotone(skewness: number, excessKurtosis: number): boolean {
  const square = excessKurtosis / 8 - (skewness * skewness) / 6;
  const linear = skewness / 3;
  const constant = 1 - excessKurtosis / 8 + (5 * skewness * skewness) / 36;
  const derivative = (z: number): number => constant + linear * z + square * z * z;
  const vertex = square === 0 ? 0 : -linear / (2 * square);
  const candidates = [-MONOTONE_RANGE, MONOTONE_RANGE];
  if (Math.abs(vertex) < MONOTONE_RANGE) candidates.push(vertex);
  return candidates.every((z) => derivative(z) > 0);
}
