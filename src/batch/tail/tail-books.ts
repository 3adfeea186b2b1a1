import type { DollarBooks } from '../../kernel/book-tail.js';
import type { SparseRows } from '../../kernel/layout.js';

/**
 * The books of one shard as the kernels read them, and what their accounts are worth. Memory is sized for the shard and
 * filled front to back; a book that turns out to need the ordinary engine takes back what it wrote.
 */
export class TailBooks {
  readonly books: Mutable<DollarBooks>;
  /** The same books over the rows of the single cube: positions, then coins. */
  readonly preselected: Mutable<SparseRows>;
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
  constructor(bookCount: number, positionCount: number, balanceCount: number, sectionsMax: number) {
    const sections = Math.min(positionCount + balanceCount + bookCount, bookCount * sectionsMax);
    const entries = positionCount + sections;
    this.books = {
      bookCount,
      sectionOffsets: new Uint32Array(bookCount + 1),
      groupOffsets: new Uint32Array(sections + 1),
      coinWorth: new Float64Array(sections),
      spotRow: new Uint32Array(sections),
      positionOffsets: new Uint32Array(positionCount + 1),
      isInverse: new Uint8Array(positionCount),
      price: new Float64Array(positionCount),
      value: new Float64Array(positionCount),
      instrument: new Uint32Array(positionCount),
      quantity: new Float64Array(positionCount),
    };
    this.preselected = {
      rowCount: bookCount,
      rowOffsets: new Uint32Array(bookCount + 1),
      instrument: new Uint32Array(entries),
      quantity: new Float64Array(entries),
    };
    this.cash = new Float64Array(bookCount);
    this.markToMarket = new Float64Array(bookCount);
    this.isOdd = new Uint8Array(bookCount);
  }
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
