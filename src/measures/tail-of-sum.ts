import { selectLargest } from './select-largest.js';
import { tailCount } from './tail-measures.js';

/** Entries that a threshold is meant to let through, per entry of the tail: too few make a second pass, which one in a thousand needs. */
const ROOM = 3;

/** Entries of the sample that a threshold is taken from. */
const SAMPLE = 400;

/** A vector that is not much longer than the sample is cheaper without one. */
const LENGTH_MIN = 4 * SAMPLE;

/** In the place of a count. */
const NO_NUMBER = -1;

/**
 * Expected shortfall (FRACTIONAL_TAIL) of losses that are sums, again and again: one pass adds up and keeps what lies above a
 * threshold, and the selection runs on the few that are left. The threshold is a quantile of a sample of the same losses and never
 * changes an answer: when it lets through too little, the pass is repeated without it.
 */
export class TailOfSum {
  readonly #count: number;
  readonly #mass: number;
  readonly #kept: Float64Array;
  readonly #sum: Float64Array;
  readonly #sample: Float64Array;

  constructor(
    private readonly length: number,
    confidence: number,
  ) {
    this.#count = tailCount(length, confidence);
    this.#mass = length * (1 - confidence);
    this.#kept = new Float64Array(length);
    this.#sum = new Float64Array(length);
    this.#sample = new Float64Array(length < LENGTH_MIN ? 0 : SAMPLE);
  }

  /**
   * Of the losses -(base + sum of weight x vector): all vectors of the length that was given. NaN where a loss is NaN.
   */
  expectedShortfall(
    base: Float64Array,
    weights: readonly number[],
    vectors: readonly Float64Array[],
  ): number {
    let sum = base;
    for (let at = 0; at < vectors.length - 1; at += 1) {
      addScaled(sum, weights[at] ?? NaN, vectors[at] ?? base, this.#sum);
      sum = this.#sum;
    }
    const last = vectors.at(-1);
    const weight = last === undefined ? 0 : (weights[vectors.length - 1] ?? NaN);
    const threshold = this.#threshold(sum, weight, last ?? sum);
    let kept = keepWorse(sum, weight, last ?? sum, threshold, this.#kept);
    if (kept >= 0 && kept < this.#count) kept = keepWorse(sum, weight, last ?? sum, -Infinity, this.#kept);
    return kept === NO_NUMBER ? NaN : this.#mean(kept);
  }

  #threshold(sum: Float64Array, weight: number, vector: Float64Array): number {
    const sample = this.#sample;
    if (sample.length === 0) return -Infinity;
    takeSample(sum, weight, vector, sample);
    const rank = Math.ceil((ROOM * this.#count * sample.length) / this.length);
    // What is not a number is found by the pass over all losses.
    return selectLargest(sample, Math.min(rank, sample.length))[rank - 1] ?? -Infinity;
  }

  #mean(kept: number): number {
    const losses = this.#kept.subarray(0, kept);
    const worst = selectLargest(losses, this.#count);
    let sum = 0;
    for (let k = 0; k < this.#count - 1; k += 1) sum += worst[k] ?? NaN;
    return (sum + (this.#mass - (this.#count - 1)) * (worst[this.#count - 1] ?? NaN)) / this.#mass;
  }
}

/** Losses of every so-manyth entry. */
function takeSample(base: Float64Array, weight: number, vector: Float64Array, sample: Float64Array): void {
  const step = Math.floor(base.length / sample.length);
  for (let at = 0; at < sample.length; at += 1)
    sample[at] = -(base[at * step]! + weight * vector[at * step]!);
}

function addScaled(base: Float64Array, weight: number, vector: Float64Array, sum: Float64Array): void {
  for (let s = 0; s < sum.length; s += 1) sum[s] = base[s]! + weight * vector[s]!;
}

/** Losses above a threshold, packed. How many there are, or `NO_NUMBER` where one is NaN. */
function keepWorse(
  base: Float64Array,
  weight: number,
  vector: Float64Array,
  threshold: number,
  kept: Float64Array,
): number {
  let count = 0;
  for (let s = 0; s < base.length; s += 1) {
    const loss = -(base[s]! + weight * vector[s]!);
    if (!(loss <= threshold)) {
      if (Number.isNaN(loss)) return NO_NUMBER;
      kept[count] = loss;
      count += 1;
    }
  }
  return count;
}
