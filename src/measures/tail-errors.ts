import { success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { studentTQuantile } from '../kernel/reference/student-t.js';
import { selectLargest } from './select-largest.js';
import { sampleErrors } from './standard-errors.js';
import type { StandardErrors } from './standard-errors.js';

/** Losses that a mean excess is taken over at least, and how many times the tail: a deviation of ten losses is no deviation. */
const EXCESS_LOSSES_MIN = 100;
const EXCESS_PER_TAIL_LOSS = 4;

/** Upper tail of three standard deviations of a normal law. */
const THREE_SIGMA_TAIL = 0.0013498980316301035;

/**
 * Errors of value at risk and expected shortfall that hold for small tails too. The sample's own formulas (`sampleErrors`) read the
 * tail's variance from the tail; where that has ten losses and lacks its far end, the estimate is low and its error with it. So
 * the shortfall's error is at least that of an exponential tail with the mean excess of a wider one, and both are widened so that
 * three of them cover what three standard deviations of a normal law cover.
 *
 * @param batches of draws that the tail consists of; absent: the losses are independent
 */
export function tailErrors(
  losses: Float64Array,
  confidence: number,
  batches = Infinity,
): Outcome<StandardErrors> {
  const sampled = sampleErrors(losses, confidence);
  if (!sampled.ok) return sampled;
  const { valueAtRisk, expectedShortfall } = sampled.value;
  const wider = smallSampleFactor(losses.length * (1 - confidence), batches);
  return success({
    valueAtRisk: wider * valueAtRisk,
    expectedShortfall: wider * Math.max(expectedShortfall, exponentialTailError(losses, confidence)),
  });
}

/** Three deviations of a normal law reach as far as 3 x this of Student's t; > 1, towards 1 as batches and tail losses grow. */
export function smallSampleFactor(tailLosses: number, batches = Infinity): number {
  const degreesOfFreedom = Math.max(1, Math.min(batches, tailLosses) - 1);
  return -studentTQuantile(THREE_SIGMA_TAIL, degreesOfFreedom) / 3;
}

/**
 * Error of the shortfall of an exponential tail: its deviation is its mean excess e, so that se(ES) = e sqrt((1 + c) / (n (1-c))).
 * The mean excess is that of at least a hundred losses, or half of them all.
 */
function exponentialTailError(losses: Float64Array, confidence: number): number {
  const tailLosses = losses.length * (1 - confidence);
  const wanted = Math.max(EXCESS_LOSSES_MIN, Math.ceil(EXCESS_PER_TAIL_LOSS * tailLosses));
  const count = Math.max(1, Math.min(wanted, Math.floor(losses.length / 2)));
  const largest = selectLargest(losses, count);
  const excess = largest.reduce((sum, loss) => sum + loss, 0) / count - largest[count - 1]!;
  return excess * Math.sqrt((1 + confidence) / tailLosses);
}
