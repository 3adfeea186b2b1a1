import type { Kernels } from '../kernel/kernels.js';
import type { RepricedCube } from './repriced-market.js';
import type { ResolvedPortfolio } from './resolve-portfolio.js';

const INITIAL_ROWS = 64;
const INITIAL_POSITIONS = 1_024;

/**
 * Memory for the aggregation of one book at a time, reused from book to book: it grows by doubling and never shrinks. The
 * vectors it returns are valid until the next call.
 */
export class AggregationArena {
  #rowOffsets = new Uint32Array(INITIAL_ROWS + 1);
  #instrument = new Uint32Array(INITIAL_POSITIONS);
  #quantity = new Float64Array(INITIAL_POSITIONS);
  #vectors = new Float64Array(INITIAL_ROWS * 64);

  /** P&L of every group of the book in every scenario, `[group][stride]`. */
  aggregate(kernels: Kernels, cube: RepricedCube, book: ResolvedPortfolio): Float64Array {
    const { rowOf } = cube;
    const { count, stride } = cube.spec.scenarios.columns;
    const rowCount = book.groups.length;
    this.#reserve(rowCount, book.positions.length, rowCount * stride);
    book.positions.forEach((position, at) => {
      this.#instrument[at] = rowOf === undefined ? position.instrument : (rowOf[position.instrument] ?? 0);
      this.#quantity[at] = position.quantity;
    });
    book.groups.forEach(
      (group, row) => (this.#rowOffsets[row + 1] = group.firstPosition + group.positionCount),
    );
    const vectors = this.#vectors.subarray(0, rowCount * stride);
    if (rowCount === 0) return vectors;
    const positions = {
      rowCount,
      rowOffsets: this.#rowOffsets.subarray(0, rowCount + 1),
      instrument: this.#instrument.subarray(0, book.positions.length),
      quantity: this.#quantity.subarray(0, book.positions.length),
    };
    kernels.aggregate(cube.pnl, cube.instrumentCount, count, positions, vectors);
    return vectors;
  }

  #reserve(rows: number, positions: number, vectorLength: number): void {
    if (rows + 1 > this.#rowOffsets.length)
      this.#rowOffsets = new Uint32Array(grown(this.#rowOffsets.length, rows + 1));
    if (positions > this.#instrument.length) {
      const length = grown(this.#instrument.length, positions);
      this.#instrument = new Uint32Array(length);
      this.#quantity = new Float64Array(length);
    }
    if (vectorLength > this.#vectors.length)
      this.#vectors = new Float64Array(grown(this.#vectors.length, vectorLength));
  }
}

function grown(current: number, needed: number): number {
  let length = current;
  while (length < needed) length *= 2;
  return length;
}
