import { sharedInt32 } from './book-columns.js';

type Values = Float64Array | Int32Array | Uint32Array | Uint8Array;

/** Rows that a table has room for at least once it grows row by row. */
const ROWS_MIN = 1_024;

/** Columns that grow together, row by row or by many rows at once. */
export class Table<Columns extends Readonly<Record<keyof Columns, Values>>> {
  readonly #allocate: (rows: number) => Columns;
  readonly #names: readonly (keyof Columns)[];
  #columns: Columns;
  #room = 0;
  #count = 0;

  /** @param allocate columns of so many rows */
  constructor(allocate: (rows: number) => Columns) {
    this.#allocate = allocate;
    this.#columns = allocate(0);
    this.#names = Object.keys(this.#columns) as (keyof Columns)[];
  }

  add(row: Readonly<Record<keyof Columns, number>>): void {
    if (this.#count === this.#room) this.#resize(Math.max(ROWS_MIN, 2 * this.#room));
    for (const name of this.#names) this.#columns[name][this.#count] = row[name];
    this.#count += 1;
  }

  /** `count` more rows of zeros for the caller to fill at once: the columns hold these rows and no others. */
  extend(count: number): Columns {
    const from = this.#count;
    // Often the only rows: no more room than they take.
    if (from + count > this.#room) this.#resize(from + count);
    this.#count += count;
    return this.#map((column) => column.subarray(from, from + count));
  }

  /** The columns, no longer than their rows: nothing is added any more. */
  build(): Columns {
    if (this.#count < this.#room) this.#resize(this.#count);
    return this.#columns;
  }

  #resize(room: number): void {
    const former = this.#columns;
    this.#columns = this.#allocate(room);
    this.#room = room;
    for (const name of this.#names) this.#columns[name].set(former[name].subarray(0, this.#count));
  }

  #map(of: (column: Values) => Values): Columns {
    return Object.fromEntries(this.#names.map((name) => [name, of(this.#columns[name])])) as Columns;
  }
}

/** Texts by number, -1 for none: few texts cross threads for many rows. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly texts: readonly string[];
}

/** One text for each row, kept once. */
export class Texts {
  readonly #places = new Map<string, number>();
  readonly #rows = new Table((rows) => ({ code: sharedInt32(rows) }));

  push(text: string | null): void {
    this.#rows.add({ code: this.codeOf(text) });
  }

  /** `count` more rows of one text. */
  fill(text: string, count: number): void {
    this.extend(count).fill(this.codeOf(text));
  }

  /** `count` more rows for the caller to fill with codes. */
  extend(count: number): Int32Array {
    return this.#rows.extend(count).code;
  }

  codeOf(text: string | null): number {
    if (text === null) return -1;
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.#places.size);
    return this.#places.size - 1;
  }

  build(): CodedTexts {
    return { codes: this.#rows.build().code, texts: [...this.#places.keys()] };
  }
}
