import { failure } from '../domain/outcome.js';
import type { Failure } from '../domain/outcome.js';

/** Why these losses cannot be measured at this confidence; undefined when they can. */
export function refuseSample(
  losses: ArrayLike<number>,
  confidence: number,
  weights?: ArrayLike<number>,
): Failure | undefined {
  return refuseConfidence(confidence) ?? refuseLosses(losses) ?? refuseWeights(losses, weights);
}

export function refuseConfidence(confidence: number): Failure | undefined {
  if (confidence > 0 && confidence < 1) return undefined;
  return failure('INVALID_PARAMETER', 'confidence', `Expected a number in (0, 1) but received ${confidence}`)
    .failure;
}

export function refuseLosses(losses: ArrayLike<number>): Failure | undefined {
  if (losses.length === 0) {
    return failure('INVALID_VALUE', 'losses', 'Expected at least 1 loss but received 0').failure;
  }
  for (let i = 0; i < losses.length; i += 1) {
    if (!Number.isFinite(losses[i])) {
      return failure('INVALID_VALUE', `losses[${i}]`, `Expected a finite number but received ${losses[i]}`)
        .failure;
    }
  }
  return undefined;
}

function refuseWeights(
  losses: ArrayLike<number>,
  weights: ArrayLike<number> | undefined,
): Failure | undefined {
  if (weights === undefined) return undefined;
  if (weights.length !== losses.length) {
    return failure(
      'INVALID_VALUE',
      'weights',
      `Expected ${losses.length} weights, one per loss, but received ${weights.length}`,
    ).failure;
  }
  let sum = 0;
  for (let i = 0; i < weights.length; i += 1) {
    const weight = weights[i] ?? NaN;
    if (!(weight >= 0 && weight < Infinity)) {
      return failure('INVALID_VALUE', `weights[${i}]`, `Expected a number >= 0 but received ${weight}`)
        .failure;
    }
    sum += weight;
  }
  if (sum > 0 && sum < Infinity) return undefined;
  return failure('INVALID_VALUE', 'weights', `Expected weights with a sum > 0 but they sum to ${sum}`)
    .failure;
}
