import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { randomStream } from './random.js';
import { refuseSample } from './sample.js';
import type { StandardErrors } from './standard-errors.js';
import { tailMeasures } from './tail-measures.js';

export interface BlockBootstrap {
  /** Consecutive losses that stay together: volatility clusters, and days resampled one by one would hide it. */
  readonly blockLength: number;
  readonly resamples: number;
  readonly seed: number;
}

export const BLOCK_BOOTSTRAP_DEFAULT: BlockBootstrap = { blockLength: 10, resamples: 200, seed: 1 };

/**
 * Standard errors of value at risk and expected shortfall (FRACTIONAL_TAIL) over history: the sample is drawn again in circular
 * blocks and the spread of the estimates is reported (D. Politis and J. Romano, 1992).
 *
 * @param losses in the order of time
 */
export function bootstrapErrors(
  losses: ArrayLike<number>,
  confidence: number,
  { blockLength, resamples, seed }: BlockBootstrap = BLOCK_BOOTSTRAP_DEFAULT,
): Outcome<StandardErrors> {
  const refused = refuseSample(losses, confidence);
  if (refused !== undefined) return { ok: false, failure: refused };
  const count = losses.length;
  if (!(Number.isInteger(blockLength) && blockLength >= 1 && blockLength < count)) {
    return failure(
      'INVALID_PARAMETER',
      'blockLength',
      `Expected an integer in [1, ${count}) but received ${blockLength}`,
    );
  }
  if (!(Number.isInteger(resamples) && resamples >= 2)) {
    return failure('INVALID_PARAMETER', 'resamples', `Expected an integer >= 2 but received ${resamples}`);
  }
  const random = randomStream(seed);
  const resample = new Float64Array(count);
  const valuesAtRisk = new Float64Array(resamples);
  const shortfalls = new Float64Array(resamples);
  for (let r = 0; r < resamples; r += 1) {
    for (let i = 0; i < count; i += blockLength) {
      const start = random.integer(count);
      for (let k = 0; k < blockLength && i + k < count; k += 1)
        resample[i + k] = losses[(start + k) % count]!;
    }
    const measures = tailMeasures(resample, confidence);
    if (!measures.ok) return measures;
    valuesAtRisk[r] = measures.value.valueAtRisk;
    shortfalls[r] = measures.value.expectedShortfall;
  }
  return success({
    valueAtRisk: standardDeviation(valuesAtRisk),
    expectedShortfall: standardDeviation(shortfalls),
  });
}

/** With n - 1 below. */
export function standardDeviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}
