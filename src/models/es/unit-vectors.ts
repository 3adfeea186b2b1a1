/** Vectors that a book keeps beyond what one question needs: 10,000 scenarios are 80 kB each. */
const VECTORS_KEPT_MAX = 64;

/** P&L vectors of instruments and coins, one row each, filled when they are first asked for. */
export class UnitVectors {
  readonly #rowOf = new Map<number, number | undefined>();
  #matrix = new Float64Array(0);
  #count = 0;

  /** @param stride entries of a row */
  constructor(private readonly stride: number) {}

  /** `[row][stride]`; another array after the next `rowOf`. */
  get matrix(): Float64Array {
    return this.#matrix;
  }

  get count(): number {
    return this.#count;
  }

  /** Rows from here on stay where they are until this many more have been asked for. */
  makeRoom(rows: number): void {
    if (this.#count + rows <= VECTORS_KEPT_MAX) return;
    this.#rowOf.clear();
    this.#count = 0;
  }

  /** Row of a vector; `fill` writes it, or says false where there is none, which is remembered too. */
  rowOf(key: number, fill: (vector: Float64Array) => boolean): number | undefined {
    if (this.#rowOf.has(key)) return this.#rowOf.get(key);
    const end = (this.#count + 1) * this.stride;
    if (end > this.#matrix.length) {
      const grown = new Float64Array(2 * end);
      grown.set(this.#matrix);
      this.#matrix = grown;
    }
    const isFilled = fill(this.#matrix.subarray(end - this.stride, end));
    const row = isFilled ? this.#count : undefined;
    this.#rowOf.set(key, row);
    if (isFilled) this.#count += 1;
    return row;
  }
}
