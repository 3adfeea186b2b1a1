import type { DollarBooks } from '../../kernel/book-tail.js';
import type { SparseRows } from '../../kernel/layout.js';
import type { ThreadMemory } from './thread-memory.js';

/**
 * The books of one shard as the kernels read them, and what their accounts are worth. Memory is that of the thread, at least as
 * long as the shard needs, and filled front to back; a book that turns out to need the ordinary engine takes back what it wrote.
 * The books of the next shard take the place of these.
 */
export class TailBooks {
  readonly books: Mutable<DollarBooks>;
  /** The same books over the rows of the single cube: positions, then coins. */
  readonly preselected: Mutable<SparseRows>;
  /** `[bookCount + 1]`: positions of each book. */
  readonly positionOffsets: Uint32Array;
  /** Dollars, one entry per book. */
  readonly cash: Float64Array;
  readonly markToMarket: Float64Array;
  /** 1 for a book that the ordinary engine must look at. */
  readonly isOdd: Uint8Array;
  sections = 0;
  groups = 0;
  positions = 0;
  entries = 0;

  /** @param sectionsMax sections that one book can have: underlyings of the market */
  constructor(
    memory: ThreadMemory,
    bookCount: number,
    positionCount: number,
    balanceCount: number,
    sectionsMax: number,
  ) {
    const sections = Math.min(positionCount + balanceCount + bookCount, bookCount * sectionsMax);
    const entries = positionCount + sections;
    this.books = {
      bookCount,
      sectionOffsets: memory.integers('sectionOffsets', bookCount + 1),
      groupOffsets: memory.integers('groupOffsets', sections + 1),
      coinWorth: memory.doubles('coinWorth', sections),
      spotRow: memory.integers('spotRow', sections),
      positionOffsets: memory.integers('positionOffsets', positionCount + 1),
      isInverse: memory.bytes('isInverse', positionCount),
      price: memory.doubles('price', positionCount),
      value: memory.doubles('value', positionCount),
      instrument: memory.integers('instrument', positionCount),
      quantity: memory.doubles('quantity', positionCount),
    };
    this.preselected = {
      rowCount: bookCount,
      rowOffsets: memory.integers('rowOffsets', bookCount + 1),
      instrument: memory.integers('row', entries),
      quantity: memory.doubles('rowQuantity', entries),
    };
    this.positionOffsets = memory.integers('bookPositionOffsets', bookCount + 1);
    this.cash = memory.doubles('cash', bookCount);
    this.markToMarket = memory.doubles('markToMarket', bookCount);
    this.isOdd = memory.bytes('isOdd', bookCount);
    this.isOdd.fill(0);
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
