import {
  arrangementWorkspaceLength,
  sectionsMax,
  type AccountRows,
  type ArrangedBooks,
} from '../../kernel/book-arrangement.js';
import type { DollarBooks } from '../../kernel/book-tail.js';
import type { SparseRows } from '../../kernel/layout.js';
import type { ThreadMemory } from '../thread-memory.js';

/**
 * The books of one shard as the kernels read them, and what their accounts are worth. Memory is that of the thread, at least as
 * long as the shard needs. The books of the next shard take the place of these.
 */
export class TailBooks implements ArrangedBooks {
  readonly books: DollarBooks;
  readonly positionOffsets: Uint32Array;
  readonly entryOffsets: Uint32Array;
  readonly entryRow: Uint32Array;
  readonly entryQuantity: Float64Array;
  readonly cash: Float64Array;
  readonly markToMarket: Float64Array;
  readonly isOdd: Uint8Array;
  /** Of the arrangement. */
  readonly workspace: Float64Array;

  /** @param positionsMax positions of a usual book at most */
  constructor(memory: ThreadMemory, accounts: AccountRows, positionsMax: number, underlyings: number) {
    const { count: bookCount, instrument, balanceAsset } = accounts;
    const positions = instrument.length;
    const sections = sectionsMax(bookCount, positions, balanceAsset.length, underlyings);
    this.books = {
      bookCount,
      sectionOffsets: memory.integers('sectionOffsets', bookCount + 1),
      groupOffsets: memory.integers('groupOffsets', sections + 1),
      coinWorth: memory.doubles('coinWorth', sections),
      spotRow: memory.integers('spotRow', sections),
      positionOffsets: memory.integers('positionOffsets', positions + 1),
      isInverse: memory.bytes('isInverse', positions),
      price: memory.doubles('price', positions),
      value: memory.doubles('value', positions),
      instrument: memory.integers('instrument', positions),
      quantity: memory.doubles('quantity', positions),
    };
    this.positionOffsets = memory.integers('bookPositionOffsets', bookCount + 1);
    this.entryOffsets = memory.integers('entryOffsets', bookCount + 1);
    this.entryRow = memory.integers('entryRow', positions + sections);
    this.entryQuantity = memory.doubles('entryQuantity', positions + sections);
    this.cash = memory.doubles('cash', bookCount);
    this.markToMarket = memory.doubles('markToMarket', bookCount);
    this.isOdd = memory.bytes('isOdd', bookCount);
    const longest = Math.min(positions, positionsMax);
    this.workspace = memory.doubles('workspace', arrangementWorkspaceLength(longest, underlyings));
  }

  /** The same books over the rows of the single cube: positions, then coins. */
  get preselected(): SparseRows {
    return {
      rowCount: this.books.bookCount,
      rowOffsets: this.entryOffsets,
      instrument: this.entryRow,
      quantity: this.entryQuantity,
    };
  }

  get sectionCount(): number {
    return this.books.sectionOffsets[this.books.bookCount] ?? 0;
  }

  get positionCount(): number {
    return this.positionOffsets[this.books.bookCount] ?? 0;
  }
}
