import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { standardDeviation } from './block-bootstrap.js';
import { sampleErrors } from './standard-errors.js';
import type { StandardErrors } from './standard-errors.js';
import { tailMeasures } from './tail-measures.js';

/** An estimate from all draws, with its errors. */
export interface BatchEstimate {
  readonly valueAtRisk: number;
  readonly expectedShortfall: number;
  /** From the spread between the batches: what the scrambling leaves of the error. */
  readonly betweenBatches: StandardErrors;
  /** The larger of that and the error of as many independent draws. */
  readonly errors: StandardErrors;
}

/**
 * Value at risk and expected shortfall (FRACTIONAL_TAIL) of several equal batches together, e.g. of the scramblings of a Monte Carlo
 * set, and their errors: the standard deviation between batches over the root of their number.
 *
 * Not the mean of the batches: the tail of a small sample is too short on average (a largest of 64 losses is below the 99 %
 * shortfall), and pooling takes most of that away. And not the spread alone: where tails are heavy and the points are balanced,
 * what error there is comes from draws that are mostly absent, so that sixteen batches understate it three times in one seed of
 * twenty (losses t with 4 degrees of freedom); the error of independent draws covers it. Measured over 60 seeds, four t laws and three
 * levels, the true shortfall lies beyond three of these errors in 2 % of the cases with 16 x 64 draws, 0.1 % with 16 x 256 and none
 * with 16 x 1,024: a tail of ten losses knows little of its own error.
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
  const independent = sampleErrors(losses, confidence);
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
  return success({
    valueAtRisk: pooled.value.valueAtRisk,
    expectedShortfall: pooled.value.expectedShortfall,
    betweenBatches,
    errors: {
      valueAtRisk: Math.max(betweenBatches.valueAtRisk, independent.value.valueAtRisk),
      expectedShortfall: Math.max(betweenBatches.expectedShortfall, independent.value.expectedShortfall),
    },
  });
}
