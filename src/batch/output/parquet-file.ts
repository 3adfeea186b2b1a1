/**
 * Parquet files of flat tables from typed columns: uncompressed pages, dictionaries for texts and for numbers that repeat, one page
 * a column and group of rows. Written here because a part is columns in memory already, in order: a database would take them in,
 * look up their names, sort and hand them out again at ten times the cost.
 */
import { hash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { ColumnPageKernels } from '../../kernel/column-pages.js';
import { FileBytes } from './file-bytes.js';
import type { FileFacts } from './files.js';
import { ColumnEncoder, type ColumnPages } from './parquet-pages.js';
import type { TextTable } from './text-table.js';
import {
  binary,
  encodeThrift,
  i32,
  i64,
  list,
  struct,
  text,
  type Thrift,
  type ThriftStruct,
} from './thrift.js';

export type Column = { readonly name: string } & ColumnValues;

/** A double that is NaN stands for none. */
export type ColumnValues =
  | TextValues
  | { readonly kind: 'double'; readonly values: Float64Array }
  | { readonly kind: 'integer'; readonly values: Int32Array };

/** Texts by number, -1 for none. */
export interface TextValues {
  readonly kind: 'text';
  readonly codes: Int32Array;
  readonly texts: TextTable;
}

/** Rows that are read together; also bounds the size of a page. */
const ROWS_PER_GROUP = 262_144;

const MAGIC = Buffer.from('PAR1');
const TYPES = { integer: 1, double: 5, text: 6 } as const;
const OPTIONAL = 1;
const UTF8 = 0;
const PLAIN = 0;
const RUNS = 3;
const DICTIONARY = 8;
const DATA_PAGE = 0;
const DICTIONARY_PAGE = 2;
const UNCOMPRESSED = 0;

/** Writes one file after the other in the same memory. */
export class ParquetWriter {
  readonly #encoder: ColumnEncoder;
  readonly #out = new FileBytes();
  #isBusy = false;

  constructor(kernels: ColumnPageKernels) {
    this.#encoder = new ColumnEncoder(kernels);
  }

  /**
   * The columns may change once this was called.
   *
   * @param columns all of `rows` rows
   */
  async write(file: string, rows: number, columns: readonly Column[]): Promise<FileFacts> {
    if (this.#isBusy) throw new Error(`${file}: another file is being written in the same memory`);
    this.#isBusy = true;
    try {
      this.#encode(rows, columns);
      const content = this.#out.content();
      await writeFile(file, content);
      return { bytes: content.length, fileHash: hash('sha256', content) };
    } finally {
      this.#isBusy = false;
    }
  }

  #encode(rows: number, columns: readonly Column[]): void {
    const out = this.#out;
    out.clear();
    out.push(MAGIC);
    const groups: Thrift[] = [];
    for (let first = 0; first < rows; first += ROWS_PER_GROUP)
      groups.push(this.#writeGroup(columns, first, Math.min(ROWS_PER_GROUP, rows - first), groups.length));
    const footer = encodeThrift(
      struct({
        1: i32(2),
        2: list('struct', [rootOf(columns), ...columns.map(schemaOf)]),
        3: i64(rows),
        4: list('struct', groups),
        6: text('margincube'),
        7: list(
          'struct',
          columns.map(() => struct({ 1: struct({}) })),
        ),
      }),
    );
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    out.push(footer, length, MAGIC);
  }

  #writeGroup(columns: readonly Column[], first: number, count: number, ordinal: number): ThriftStruct {
    const from = this.#out.length;
    const chunks = columns.map((column) =>
      writeChunk(this.#out, column, count, pagesOf(this.#encoder, column, first, count)),
    );
    return struct({
      1: list('struct', chunks),
      2: i64(this.#out.length - from),
      3: i64(count),
      5: i64(from),
      6: i64(this.#out.length - from),
      7: { kind: 'i16', value: ordinal },
    });
  }
}

function pagesOf(encoder: ColumnEncoder, column: Column, first: number, count: number): ColumnPages {
  switch (column.kind) {
    case 'text':
      return encoder.texts(column.codes.subarray(first, first + count), column.texts);
    case 'double':
      return encoder.doubles(column.values.subarray(first, first + count));
    case 'integer':
      return encoder.integers(column.values.subarray(first, first + count));
  }
}

const rootOf = (columns: readonly Column[]): ThriftStruct =>
  struct({ 4: text('rows'), 5: i32(columns.length) });

const schemaOf = ({ name, kind }: Column): ThriftStruct =>
  struct({
    1: i32(TYPES[kind]),
    3: i32(OPTIONAL),
    4: text(name),
    ...(kind === 'text' ? { 6: i32(UTF8), 10: struct({ 1: struct({}) }) } : {}),
  });

function writeChunk(out: FileBytes, column: Column, count: number, pages: ColumnPages): ThriftStruct {
  const { nulls, dictionary, data, bounds } = pages;
  const from = out.length;
  if (dictionary !== undefined)
    pushPage(out, dictionary.bytes, {
      1: i32(DICTIONARY_PAGE),
      7: struct({ 1: i32(dictionary.entries), 2: i32(PLAIN) }),
    });
  const dataFrom = out.length;
  const encoding = dictionary === undefined ? PLAIN : DICTIONARY;
  pushPage(out, data, {
    1: i32(DATA_PAGE),
    5: struct({ 1: i32(count), 2: i32(encoding), 3: i32(RUNS), 4: i32(RUNS) }),
  });
  return struct({
    2: i64(0),
    3: struct({
      1: i32(TYPES[column.kind]),
      2: list('i32', [i32(PLAIN), i32(RUNS), ...(dictionary === undefined ? [] : [i32(DICTIONARY)])]),
      3: list('binary', [text(column.name)]),
      4: i32(UNCOMPRESSED),
      5: i64(count),
      6: i64(out.length - from),
      7: i64(out.length - from),
      9: i64(dataFrom),
      11: dictionary === undefined ? undefined : i64(from),
      12: struct({
        3: i64(nulls),
        5: bounds === undefined ? undefined : binary(bounds.largest),
        6: bounds === undefined ? undefined : binary(bounds.smallest),
      }),
    }),
  });
}

function pushPage(
  out: FileBytes,
  page: readonly Uint8Array[],
  header: Readonly<Record<number, Thrift>>,
): void {
  const length = page.reduce((sum, piece) => sum + piece.length, 0);
  out.push(encodeThrift(struct({ ...header, 2: i32(length), 3: i32(length) })), ...page);
}
