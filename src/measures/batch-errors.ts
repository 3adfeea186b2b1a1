import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { standardDeviation } from './block-bootstrap.js';
import type { StandardErrors } from './standard-errors.js';
import { smallSampleFactor, tailErrors } from './tail-errors.js';
import { tailMeasures } from './tail-measures.js';

/** An estimate from all draws, with its errors. */
export interface BatchEstimate {
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
  /** From the spread between the batches: what the scrambling leaves of the error. */
  readonly betweenBatches: StandardErrors;
  /** What to rely on: at least that, the error of as many independent draws, and what little data can say; see `batchEstimate`. */
  readonly errors: StandardErrors;
}

/**
 * Value at risk and expected shortfall (FRACTIONAL_TAIL) of several equal batches together, e.g. of the scramblings of a Monte Carlo
 * set, and their errors.
 *
 * Not the mean of the batches: the tail of a small sample is too short on average (a largest of 64 losses is below the 99 %
 * shortfall), and pooling takes most of that away. And not the spread between batches alone, which is blind to draws that are absent
 * from all of them: the error is at least that of as many independent draws (`tailErrors`). Over 400 seeds, four t laws with 3 to
 * 15 degrees of freedom and three levels the true shortfall lies beyond three of these errors in 0.13 % of the cases with 16 x 64
 * draws and 0.04 % with 16 x 256; for a normal law that is 0.27 %.
 */
export function batchEstimate(
  losses: Float64Array,
  batches: number,
  confidence: number,
): Outcome<BatchEstimate> {
  const size = losses.length / batches;
  if (!(Number.isInteger(batches) && batches >= 2 && Number.isInteger(size) && size >= 1)) {
    return failure(
      'INVALID_PARAMETER',
      'batches',
      `Expected at least 2 equal batches of ${losses.length} losses but received ${batches}`,
    );
  }
  const pooled = tailMeasures(losses, confidence);
  const independent = tailErrors(losses, confidence, batches);
  if (!pooled.ok) return pooled;
  if (!independent.ok) return independent;
  const valuesAtRisk = new Float64Array(batches);
  const shortfalls = new Float64Array(batches);
  for (let b = 0; b < batches; b += 1) {
    const measures = tailMeasures(losses.subarray(b * size, (b + 1) * size), confidence);
    if (!measures.ok) return measures;
    valuesAtRisk[b] = measures.value.valueAtRisk;
    shortfalls[b] = measures.value.expectedShortfall;
  }
  const betweenBatches = {
    valueAtRisk: standardDeviation(valuesAtRisk) / Math.sqrt(batches),
    expectedShortfall: standardDeviation(shortfalls) / Math.sqrt(batches),
  };
  const wider = smallSampleFactor(losses.length * (1 - confidence), batches);
  return success({
    valueAtRisk: pooled.value.valueAtRisk,
    expectedShortfall: pooled.value.expectedShortfall,
    betweenBatches,
    errors: {
      valueAtRisk: Math.max(wider * betweenBatches.valueAtRisk, independent.value.valueAtRisk),
      expectedShortfall: Math.max(
        wider * betweenBatches.expectedShortfall,
        independent.value.expectedShortfall,
      ),
    },
  });
}
