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

  /** P&L of every group of the book in every scenario, `[group][stride]`; what stands behind the last group means nothing. */
  aggregate(kernels: Kernels, cube: RepricedCube, book: ResolvedPortfolio): Float64Array {
    const { rowOf } = cube;
    const { count, stride } = cube.spec.scenarios.columns;
    const rowCount = book.groups.length;
    this.#reserve(rowCount, book.positions.length, rowCount * stride);
    const { positions, groups } = book;
    for (let at = 0; at < positions.length; at++) {
      const { instrument = 0, quantity = NaN } = positions[at] ?? {};
      this.#instrument[at] = rowOf === undefined ? instrument : (rowOf[instrument] ?? 0);
      this.#quantity[at] = quantity;
    }
    for (let row = 0; row < rowCount; row++) {
      const { firstPosition = 0, positionCount = 0 } = groups[row] ?? {};
      this.#rowOffsets[row + 1] = firstPosition + positionCount;
    }
    if (rowCount > 0) {
      // The columns are longer than what is asked for, which the kernel allows; a view of each would cost as much as the sums.
      const rows = {
        rowCount,
        rowOffsets: this.#rowOffsets,
        instrument: this.#instrument,
        quantity: this.#quantity,
      };
      kernels.aggregate(cube.pnl, cube.instrumentCount, count, rows, this.#vectors);
    }
    return this.#vectors;
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
