import { success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { refuseSample } from './sample.js';
import { BOUNDARY_TOLERANCE, descendingOrder, sumOf, tailCount } from './tail-measures.js';

/**
 * The scenarios that expected shortfall is a mean of: `ES = sum of weight[k] x loss[scenario[k]]`, weights summing to 1. The last
 * scenario carries the fractional weight of the boundary; among equal losses the earlier scenario counts first.
 */
export interface TailWeights {
  readonly scenario: Uint32Array;
  readonly weight: Float64Array;
}

/**
 * The tail of FRACTIONAL_TAIL, or of WEIGHTED where weights are given.
 *
 * @param weights one per loss, >= 0, with a sum > 0
 */
export function tailWeights(
  losses: ArrayLike<number>,
  confidence: number,
  weights?: ArrayLike<number>,
): Outcome<TailWeights> {
  const refused = refuseSample(losses, confidence, weights);
  if (refused !== undefined) return { ok: false, failure: refused };
  return success(
    weights === undefined ? equalTail(losses, confidence) : weightedTail(losses, confidence, weights),
  );
}

function equalTail(losses: ArrayLike<number>, confidence: number): TailWeights {
  const tailMass = losses.length * (1 - confidence);
  const scenario = descendingOrder(losses).slice(0, tailCount(losses.length, confidence));
  const weight = new Float64Array(scenario.length).fill(1 / tailMass);
  weight[weight.length - 1] = (tailMass - (weight.length - 1)) / tailMass;
  return { scenario, weight };
}

function weightedTail(
  losses: ArrayLike<number>,
  confidence: number,
  weights: ArrayLike<number>,
): TailWeights {
  const tailMass = 1 - confidence;
  const total = sumOf(weights);
  const scenario: number[] = [];
  const weight: number[] = [];
  let cumulated = 0;
  for (const index of descendingOrder(losses)) {
    const share = weights[index]! / total;
    if (share === 0) continue;
    scenario.push(index);
    if (cumulated + share >= tailMass - BOUNDARY_TOLERANCE) {
      weight.push((tailMass - cumulated) / tailMass);
      break;
    }
    weight.push(share / tailMass);
    cumulated += share;
  }
  return { scenario: Uint32Array.from(scenario), weight: Float64Array.from(weight) };
}
