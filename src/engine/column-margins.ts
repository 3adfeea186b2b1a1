import type { Kernels } from '../kernel/kernels.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/catalogue.js';
import { COLUMN_STATUS, type BookColumns, type MarginColumns } from '../models/column-margins.js';
import type { RepricedMarket } from './repriced-market.js';

/** Vectors of some accounts at a time stay in the second-level cache between their sums and their margins. */
const VECTOR_DOUBLES = 2 ** 16;

/** Margins many books on one market; memory of the vectors is kept from epoch to epoch. */
export class ColumnCalculator {
  #vectors = new Float64Array(VECTOR_DOUBLES);

  /** Writes the margins of every account; those of a model without columns are left by themselves. */
  calculate(
    kernels: Kernels,
    model: ResolvedModel,
    market: Market,
    repriced: RepricedMarket,
    books: BookColumns,
    results: MarginColumns,
  ): void {
    const { columns } = model;
    if (columns === undefined || repriced.rowOf !== undefined) {
      results.status.fill(COLUMN_STATUS.BY_ITSELF);
      return;
    }
    const { count, stride } = repriced.spec.scenarios.columns;
    const epoch = columns.begin({
      market,
      books,
      stride,
      unitValue: repriced.unitValue,
      usable: repriced.usable,
      results,
      netExpiries: (terms, netted, written) => {
        kernels.netExpiries(terms, netted, written);
      },
    });
    const rowsAtOnce = Math.max(1, Math.floor(VECTOR_DOUBLES / stride));
    for (let first = 0; first < books.accountCount;) {
      const firstRow = books.firstRow[first] ?? 0;
      let end = first + 1;
      while (end < books.accountCount && (books.firstRow[end + 1] ?? 0) - firstRow <= rowsAtOnce) end += 1;
      const rowCount = (books.firstRow[end] ?? 0) - firstRow;
      if (rowCount * stride > this.#vectors.length) this.#vectors = new Float64Array(rowCount * stride);
      if (rowCount > 0) {
        const { rowOffsets, instrument, quantity } = books.rows;
        const offsets = rowOffsets.subarray(firstRow, firstRow + rowCount + 1);
        const rows = { rowCount, rowOffsets: offsets, instrument, quantity };
        kernels.aggregate(repriced.pnl, repriced.instrumentCount, count, rows, this.#vectors);
      }
      epoch.net(first, end, this.#vectors);
      first = end;
    }
    epoch.finish();
  }
}
