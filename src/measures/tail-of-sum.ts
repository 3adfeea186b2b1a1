import { selectLargest } from './select-largest.js';
import { tailCount } from './tail-measures.js';

/** Entries that the first guess of a threshold lets through, per entry of the tail. */
const ROOM = 4;

/** A threshold that lets through this many times the tail is too low for the next evaluation. */
const TOO_MUCH_ROOM = 16;

/** In the place of a count. */
const NO_NUMBER = -1;

/**
 * Expected shortfall (FRACTIONAL_TAIL) of losses that are sums, again and again for vectors that differ little: one pass adds up
 * and keeps what lies above a threshold, and the selection runs on the few that are left. The threshold follows the last answer
 * and never changes one: when it lets through too little, the pass is repeated without it.
 */
export class TailOfSum {
  readonly #count: number;
  readonly #mass: number;
  readonly #kept: Float64Array;
  readonly #sum: Float64Array;
  #threshold = -Infinity;

  constructor(
    private readonly length: number,
    confidence: number,
  ) {
    this.#count = tailCount(length, confidence);
    this.#mass = length * (1 - confidence);
    this.#kept = new Float64Array(length);
    this.#sum = new Float64Array(length);
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
    let kept = keepWorse(sum, weight, last ?? sum, this.#threshold, this.#kept);
    if (kept >= 0 && kept < this.#count) kept = keepWorse(sum, weight, last ?? sum, -Infinity, this.#kept);
    return kept === NO_NUMBER ? NaN : this.#mean(kept);
  }

  #mean(kept: number): number {
    const losses = this.#kept.subarray(0, kept);
    const isWide = kept > TOO_MUCH_ROOM * this.#count;
    const wanted = isWide ? Math.min(this.length, ROOM * this.#count) : this.#count;
    const worst = selectLargest(losses, wanted);
    if (isWide) this.#threshold = worst[wanted - 1] ?? -Infinity;
    let sum = 0;
    for (let k = 0; k < this.#count - 1; k += 1) sum += worst[k] ?? NaN;
    return (sum + (this.#mass - (this.#count - 1)) * (worst[this.#count - 1] ?? NaN)) / this.#mass;
  }
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
