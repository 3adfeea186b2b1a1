/**
 * Parquet files of flat tables from typed columns: uncompressed pages, dictionaries for texts and for numbers that repeat, one page
 * a column and group of rows. Written here because a part is columns in memory already, in order: a database would take them in,
 * look up their names, sort and hand them out again at ten times the cost.
 */
import { writeFile } from 'node:fs/promises';
import { encodeNumbers, encodePresence, encodeRuns, encodeTexts, indexWidth } from './parquet-pages.js';
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
  readonly texts: readonly string[];
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

/** @param columns all of `rows` rows */
export async function writeParquet(file: string, rows: number, columns: readonly Column[]): Promise<void> {
  const out = new Bytes();
  out.push(MAGIC);
  const groups: Thrift[] = [];
  for (let first = 0; first < rows; first += ROWS_PER_GROUP) {
    const count = Math.min(ROWS_PER_GROUP, rows - first);
    groups.push(writeGroup(out, columns, first, count, groups.length));
  }
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
  await writeFile(file, out.all);
}

class Bytes {
  readonly all: Buffer[] = [];
  length = 0;

  push(...more: readonly Buffer[]): void {
    for (const own of more) {
      this.all.push(own);
      this.length += own.length;
    }
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

function writeGroup(
  out: Bytes,
  columns: readonly Column[],
  first: number,
  count: number,
  ordinal: number,
): ThriftStruct {
  const from = out.length;
  const chunks = columns.map((column) => writeChunk(out, column, first, count));
  return struct({
    1: list('struct', chunks),
    2: i64(out.length - from),
    3: i64(count),
    5: i64(from),
    6: i64(out.length - from),
    7: { kind: 'i16', value: ordinal },
  });
}

function writeChunk(out: Bytes, column: Column, first: number, count: number): ThriftStruct {
  const { present, nulls, dictionary, values, bounds } = contentOf(column, first, count);
  const from = out.length;
  if (dictionary !== undefined)
    pushPage(out, dictionary.bytes, {
      1: i32(DICTIONARY_PAGE),
      7: struct({ 1: i32(dictionary.entries), 2: i32(PLAIN) }),
    });
  const dataFrom = out.length;
  const encoding = dictionary === undefined ? PLAIN : DICTIONARY;
  pushPage(out, Buffer.concat([encodePresence(count, present), values]), {
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

function pushPage(out: Bytes, page: Buffer, header: Readonly<Record<number, Thrift>>): void {
  out.push(encodeThrift(struct({ ...header, 2: i32(page.length), 3: i32(page.length) })), page);
}

interface Content {
  /** 1 for each row with a value; absent where all have one. */
  readonly present: Uint8Array | undefined;
  readonly nulls: number;
  readonly dictionary: { readonly bytes: Buffer; readonly entries: number } | undefined;
  /** Of the rows that have one: itself, or its index into the dictionary behind the width of one. */
  readonly values: Buffer;
  /** Of texts: a reader of few accounts skips the groups of all others. */
  readonly bounds?: { readonly smallest: Buffer; readonly largest: Buffer } | undefined;
}

function contentOf(column: Column, first: number, count: number): Content {
  switch (column.kind) {
    case 'text':
      return textContent(column.codes.subarray(first, first + count), column.texts);
    case 'double':
      return numberContent(column.values.subarray(first, first + count));
    case 'integer':
      return numberContent(column.values.subarray(first, first + count));
  }
}

function textContent(codes: Int32Array, texts: readonly string[]): Content {
  let none = 0;
  for (let at = 0; at < codes.length; at += 1) if ((codes[at] ?? -1) < 0) none += 1;
  const { present, nulls, kept } = withoutNulls(codes, none, (code) => code < 0);
  const place = new Int32Array(texts.length).fill(-1);
  const used: string[] = [];
  const indices = new Uint32Array(kept.length);
  for (let at = 0; at < kept.length; at += 1) {
    const code = kept[at] ?? 0;
    if (place[code] === -1) place[code] = used.push(texts[code] ?? '') - 1;
    indices[at] = place[code] ?? 0;
  }
  const { bytes, bounds } = encodeTexts(used);
  const values = indexBytes(indices, used.length);
  return { present, nulls, dictionary: { bytes, entries: used.length }, values, bounds };
}

/** A dictionary pays where a value stands in so many rows on average; looked at from this many entries on. */
const ROWS_PER_ENTRY = 8;
const ENTRIES_MIN = 4_096;

function numberContent(values: Float64Array | Int32Array): Content {
  const { present, nulls, kept } = withoutNulls(values, countOfNaN(values), Number.isNaN);
  const places = new Map<number, number>();
  const indices = new Uint32Array(kept.length);
  for (let at = 0; at < kept.length; at += 1) {
    const value = kept[at] ?? NaN;
    const isSparse = places.size >= ENTRIES_MIN && places.size * ROWS_PER_ENTRY > at;
    // The map takes -0 for 0, which are different bits.
    if (isSparse || Object.is(value, -0))
      return { present, nulls, dictionary: undefined, values: encodeNumbers(kept) };
    const known = places.get(value);
    indices[at] = known ?? places.size;
    if (known === undefined) places.set(value, places.size);
  }
  const entries =
    kept instanceof Float64Array ? Float64Array.from(places.keys()) : Int32Array.from(places.keys());
  return {
    present,
    nulls,
    dictionary: { bytes: encodeNumbers(entries), entries: places.size },
    values: indexBytes(indices, places.size),
  };
}

function indexBytes(indices: Uint32Array, entries: number): Buffer {
  const width = indexWidth(entries);
  return Buffer.concat([Buffer.from([width]), encodeRuns(indices, width)]);
}

function countOfNaN(values: Float64Array | Int32Array): number {
  let count = 0;
  if (values instanceof Float64Array)
    for (let at = 0; at < values.length; at += 1) if (Number.isNaN(values[at])) count += 1;
  return count;
}

function withoutNulls<Values extends Float64Array | Int32Array>(
  values: Values,
  nulls: number,
  isNull: (value: number) => boolean,
): { readonly present: Uint8Array | undefined; readonly nulls: number; readonly kept: Values } {
  if (nulls === 0) return { present: undefined, nulls, kept: values };
  const present = Uint8Array.from(values, (value) => (isNull(value) ? 0 : 1));
  return { present, nulls, kept: values.filter((value) => !isNull(value)) as Values };
}
