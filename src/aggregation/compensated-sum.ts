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

  /** Adds `-before x values[from + k]` and then `after x values[from + k]`, with the bits of two calls of `add` in one pass over the sums. */
  replace(
    to: number,
    before: number,
    after: number,
    values: Float64Array,
    from: number,
    count: number,
  ): void {
    replaceScaled(this.#sums, this.#lost, to, before, after, values, from, count);
  }
}

function replaceScaled(
  sums: Float64Array,
  lost: Float64Array,
  to: number,
  before: number,
  after: number,
  values: Float64Array,
  from: number,
  count: number,
): void {
  for (let k = 0; k < count; k += 1) {
    const value = values[from + k] ?? NaN;
    const gone = -before * value;
    const come = after * value;
    const start = sums[to + k] ?? NaN;
    const without = start + gone;
    const goneError = Math.abs(start) >= Math.abs(gone) ? start - without + gone : gone - without + start;
    const end = without + come;
    const comeError = Math.abs(without) >= Math.abs(come) ? without - end + come : come - end + without;
    lost[to + k] = (lost[to + k] ?? NaN) + goneError + comeError;
    sums[to + k] = end;
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
