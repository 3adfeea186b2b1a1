import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';

/** Decay of daily observations: half the weight lies in the last 69 days. */
export const AGE_DECAY_DEFAULT = 0.99;

/**
 * Weights that fall with age, `(1 - decay) decay^age / (1 - decay^count)` with age 0 for the last observation; they sum to 1. J.
 * Boudoukh, M. Richardson and R. Whitelaw, "The best of both worlds", Risk 11 (1998).
 *
 * @param decay in (0, 1]; 1 gives equal weights
 */
export function ageWeights(count: number, decay = AGE_DECAY_DEFAULT): Outcome<Float64Array> {
  if (!(Number.isInteger(count) && count >= 1)) {
    return failure('INVALID_PARAMETER', 'count', `Expected an integer >= 1 but received ${count}`);
  }
  if (!(decay > 0 && decay <= 1)) {
    return failure('INVALID_PARAMETER', 'decay', `Expected a number in (0, 1] but received ${decay}`);
  }
  const raw = Float64Array.from({ length: count }, (_, i) => decay ** (count - 1 - i));
  const sum = raw.reduce((total, weight) => total + weight, 0);
  return success(raw.map((weight) => weight / sum));
}
