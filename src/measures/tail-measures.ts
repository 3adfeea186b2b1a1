/**
 * Value at risk and expected shortfall of a sample of losses, with the convention named. For n losses and a tail probability
 * a = 1 - confidence, sorted from the largest:
 *
 * | convention      | value at risk                                   | expected shortfall                                   |
 * | --------------- | ----------------------------------------------- | ---------------------------------------------------- |
 * | FRACTIONAL_TAIL | first loss at which k/n >= a                     | mean of the worst n a losses, the last one fractional |
 * | WEIGHTED        | first loss at which the cumulated weight >= a    | the same with weights                                |
 * | ORDER_STATISTIC | loss number ceil(n a)                           | mean of the losses >= value at risk                  |
 * | INTERPOLATED    | linear between order statistics (type 7)        | mean of the losses >= value at risk                  |
 * | STRICT          | loss number ceil(n a)                           | mean of the losses > value at risk                   |
 *
 * FRACTIONAL_TAIL and WEIGHTED are the coherent ones (C. Acerbi and D. Tasche, "On the coherence of expected shortfall", 2002) and
 * equal min over v of v + E(L - v)+ / a (R. T. Rockafellar and S. Uryasev, 2000). Where STRICT has no loss beyond its value at
 * risk, expected shortfall is the value at risk.
 */
import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { refuseSample } from './sample.js';
import { selectLargest } from './select-largest.js';

export const TAIL_CONVENTIONS = [
  'FRACTIONAL_TAIL',
  'WEIGHTED',
  'ORDER_STATISTIC',
  'INTERPOLATED',
  'STRICT',
] as const;
export type TailConvention = (typeof TAIL_CONVENTIONS)[number];

export interface TailMeasures {
  readonly convention: TailConvention;
  readonly confidence: number;
  /** In the unit of the losses, positive = loss. */
  readonly valueAtRisk: number;
  /** In the unit of the losses, positive = loss; at least `valueAtRisk`. */
  readonly expectedShortfall: number;
}

/** Room for the rounding of cumulated weights at the boundary of the tail. */
export const BOUNDARY_TOLERANCE = 1e-15;

export interface TailOptions {
  /** Default FRACTIONAL_TAIL, or WEIGHTED where weights are given. */
  readonly convention?: TailConvention;
  /** One per loss, >= 0, with a sum > 0; they are normalised. Only for WEIGHTED. */
  readonly weights?: ArrayLike<number>;
}

/** Fails for no losses, a loss that is not finite, weights that do not fit, and a confidence outside (0, 1). */
export function tailMeasures(
  losses: ArrayLike<number>,
  confidence: number,
  { weights, convention = weights === undefined ? 'FRACTIONAL_TAIL' : 'WEIGHTED' }: TailOptions = {},
): Outcome<TailMeasures> {
  const refused = refuseSample(losses, confidence, weights);
  if (refused !== undefined) return { ok: false, failure: refused };
  if ((weights !== undefined) !== (convention === 'WEIGHTED')) {
    return failure(
      'INVALID_PARAMETER',
      'weights',
      `Expected weights with the convention WEIGHTED and no other, but received ${weights === undefined ? 'none' : 'weights'} with ${convention}`,
    );
  }
  const [valueAtRisk, expectedShortfall] = measure(losses, confidence, convention, weights ?? []);
  return success({ convention, confidence, valueAtRisk, expectedShortfall });
}

type Pair = readonly [valueAtRisk: number, expectedShortfall: number];

function measure(
  losses: ArrayLike<number>,
  confidence: number,
  convention: TailConvention,
  weights: ArrayLike<number>,
): Pair {
  switch (convention) {
    case 'FRACTIONAL_TAIL':
      return fractionalTail(losses, confidence);
    case 'WEIGHTED':
      return weightedTail(losses, confidence, weights);
    case 'ORDER_STATISTIC':
      return orderStatistic(losses, confidence, (loss, valueAtRisk) => loss >= valueAtRisk);
    case 'STRICT':
      return orderStatistic(losses, confidence, (loss, valueAtRisk) => loss > valueAtRisk);
    case 'INTERPOLATED':
      return interpolated(losses, confidence);
  }
}

/** How many of the largest losses the tail touches, at least 1. */
export function tailCount(lossCount: number, confidence: number): number {
  const touched = Math.ceil(lossCount * (1 - confidence - BOUNDARY_TOLERANCE));
  return Math.min(lossCount, Math.max(1, touched));
}

function fractionalTail(losses: ArrayLike<number>, confidence: number): Pair {
  const tailMass = losses.length * (1 - confidence);
  const worst = selectLargest(losses, tailCount(losses.length, confidence));
  const valueAtRisk = worst[worst.length - 1]!;
  let sum = 0;
  for (let k = 0; k < worst.length - 1; k += 1) sum += worst[k]!;
  return [valueAtRisk, (sum + (tailMass - (worst.length - 1)) * valueAtRisk) / tailMass];
}

function weightedTail(losses: ArrayLike<number>, confidence: number, weights: ArrayLike<number>): Pair {
  const tailMass = 1 - confidence;
  const order = descendingOrder(losses);
  const total = sumOf(weights);
  let cumulated = 0;
  let sum = 0;
  let valueAtRisk = losses[order[0]!]!;
  for (const index of order) {
    const weight = weights[index]! / total;
    if (weight === 0) continue;
    valueAtRisk = losses[index]!;
    if (cumulated + weight >= tailMass - BOUNDARY_TOLERANCE) break;
    cumulated += weight;
    sum += weight * valueAtRisk;
  }
  return [valueAtRisk, (sum + (tailMass - cumulated) * valueAtRisk) / tailMass];
}

function orderStatistic(
  losses: ArrayLike<number>,
  confidence: number,
  isInTail: (loss: number, valueAtRisk: number) => boolean,
): Pair {
  const worst = selectLargest(losses, tailCount(losses.length, confidence));
  const valueAtRisk = worst[worst.length - 1]!;
  return [valueAtRisk, meanWhere(losses, (loss) => isInTail(loss, valueAtRisk)) ?? valueAtRisk];
}

function interpolated(losses: ArrayLike<number>, confidence: number): Pair {
  const position = (losses.length - 1) * (1 - confidence);
  const below = Math.floor(position);
  const worst = selectLargest(losses, Math.min(losses.length, below + 2));
  const upper = worst[below]!;
  const valueAtRisk = upper + (position - below) * ((worst[below + 1] ?? upper) - upper);
  return [valueAtRisk, meanWhere(losses, (loss) => loss >= valueAtRisk) ?? valueAtRisk];
}

function meanWhere(losses: ArrayLike<number>, isIncluded: (loss: number) => boolean): number | undefined {
  const included = Float64Array.from(losses).filter(isIncluded).sort().reverse();
  return included.length === 0 ? undefined : sumOf(included) / included.length;
}

/** Indices of the losses from the largest; equal losses keep their order. */
export function descendingOrder(losses: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: losses.length }, (_, i) => i).sort(
    (a, b) => losses[b]! - losses[a]! || a - b,
  );
}

export function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i += 1) sum += values[i]!;
  return sum;
}
