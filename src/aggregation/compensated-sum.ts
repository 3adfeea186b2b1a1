/**
 * Sums whose rounding errors are kept beside them (A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher
 * Summen", 1974): what is added and taken away again leaves nothing behind, whatever came between.
 */
export class CompensatedSums {
  readonly #sums: Float64Array;
  readonly #lost: Float64Array;

  constructor(readonly length: number) {
    this.#sums = new Float64Array(length);
    this.#lost = new Float64Array(length);
  }

  at(index: number): number {
    return (this.#sums[index] ?? NaN) + (this.#lost[index] ?? NaN);
  }

  /** Adds `factor x values[from + k]` to entry `to + k`, for `count` entries. */
  add(to: number, factor: number, values: Float64Array, from: number, count: number): void {
    addScaled(this.#sums, this.#lost, to, factor, values, from, count);
  }
}

function addScaled(
  sums: Float64Array,
  lost: Float64Array,
  to: number,
  factor: number,
  values: Float64Array,
  from: number,
  count: number,
): void {
  for (let k = 0; k < count; k += 1) {
    const term = factor * (values[from + k] ?? NaN);
    const before = sums[to + k] ?? NaN;
    const after = before + term;
    const error = Math.abs(before) >= Math.abs(term) ? before - after + term : term - after + before;
    lost[to + k] = (lost[to + k] ?? NaN) + error;
    sums[to + k] = after;
  }
}
