/** What is written as Parquet here is read back by DuckDB, value by value. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { uniformGenerator } from '../../bench/lib/measure.js';
import { ParquetWriter, type Column } from '../../src/batch/output/parquet-file.js';
import { TextTable } from '../../src/batch/output/text-table.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';

const folder = mkdtempSync(path.join(tmpdir(), 'margincube-parquet-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function readBack(file: string): Promise<Record<string, unknown[]>> {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  const reader = await connection.runAndReadAll(`SELECT * FROM read_parquet('${file}')`);
  const columns = reader.getColumnsObjectJS();
  connection.closeSync();
  database.closeSync();
  return columns;
}

/** What a reader must find. */
function valuesOf(column: Column): unknown[] {
  if (column.kind === 'text')
    return Array.from(column.codes, (code) => (code < 0 ? null : column.texts.text(code).toString()));
  return Array.from<number, unknown>(column.values, (value) => (Number.isNaN(value) ? null : value));
}

/** One for all files, as a run writes its parts. */
const writer = new ParquetWriter(loadKernels());

async function expectReadBack(name: string, rows: number, columns: readonly Column[]): Promise<void> {
  const file = path.join(folder, `${name}.parquet`);
  await writer.write(file, rows, columns);
  const found = await readBack(file);
  for (const column of columns) {
    const values = found[column.name] ?? [];
    // One comparison a column: toEqual of 300,000 entries takes seconds; Object.is tells -0 from 0.
    const wanted = valuesOf(column);
    const differing = wanted.findIndex((value, at) => !Object.is(value, values[at]));
    expect([column.name, values.length, differing]).toEqual([column.name, rows, -1]);
  }
}

describe('a written Parquet file', () => {
  const uniform = uniformGenerator(11);
  const texts = TextTable.of([
    '',
    'a',
    'ä',
    '日本',
    '😀',
    ...Array.from({ length: 3_000 }, (_, at) => `name ${String(at)}`),
  ]);

  /** Runs, stretches without one, and rows without a value. */
  function codes(rows: number, entries: number): Int32Array {
    const values = new Int32Array(rows);
    for (let at = 0; at < rows;) {
      const code = uniform() < 0.1 ? -1 : Math.floor(uniform() * entries);
      const end = uniform() < 0.5 ? at + 1 : at + Math.ceil(uniform() * 40);
      for (; at < Math.min(end, rows); at += 1) values[at] = code;
      at = Math.min(end, rows);
    }
    return values;
  }

  const doubles = (rows: number, of: () => number): Float64Array => Float64Array.from({ length: rows }, of);

  it.each([0, 1, 7, 8, 9, 1_000, 300_000])(
    'holds %d rows as they were',
    { timeout: 60_000 },
    async (rows) => {
      await expectReadBack(`rows-${String(rows)}`, rows, [
        { name: 'few', kind: 'text', codes: codes(rows, 3), texts },
        { name: 'many', kind: 'text', codes: codes(rows, texts.count), texts },
        { name: 'one', kind: 'text', codes: new Int32Array(rows), texts },
        { name: 'none', kind: 'text', codes: new Int32Array(rows).fill(-1), texts },
        { name: 'any', kind: 'double', values: doubles(rows, () => 1e9 * (uniform() - 0.5)) },
        { name: 'repeated', kind: 'double', values: doubles(rows, () => Math.round(100 * uniform()) / 10) },
        { name: 'zeros', kind: 'double', values: doubles(rows, () => (uniform() < 0.5 ? 0 : -0)) },
        { name: 'gaps', kind: 'double', values: doubles(rows, () => (uniform() < 0.3 ? NaN : uniform())) },
        { name: 'nothing', kind: 'double', values: doubles(rows, () => NaN) },
        { name: 'count', kind: 'integer', values: Int32Array.from(codes(rows, 2_000)) },
      ]);
    },
  );

  it('has the bytes that the twin of the kernels gives', async () => {
    const rows = 20_000;
    const columns: Column[] = [
      { name: 'text', kind: 'text', codes: codes(rows, texts.count), texts },
      { name: 'some', kind: 'double', values: doubles(rows, () => Math.floor(uniform() * 300) || NaN) },
      { name: 'count', kind: 'integer', values: Int32Array.from(codes(rows, 2_000)) },
    ];
    const files = ['native', 'twin'].map((name) => path.join(folder, `${name}.parquet`));
    const [native = '', twin = ''] = files;
    await writer.write(native, rows, columns);
    await new ParquetWriter(createReferenceKernels()).write(twin, rows, columns);
    expect(readFileSync(native).equals(readFileSync(twin))).toBe(true);
  });

  it('is written alone', async () => {
    const first = writer.write(path.join(folder, 'first'), 0, []);
    await expect(writer.write(path.join(folder, 'second'), 0, [])).rejects.toThrow('in the same memory');
    await first;
  });
});

describe('texts by number', () => {
  it.each([
    [['b', 'a', 'c'], 'a', 'c'],
    [['only'], 'only', 'only'],
    [['', 'a'], '', 'a'],
    // UTF-16 has the pair of the first before the second, UTF-8 after it.
    [['\u{1f600}', '\uffee', 'a'], 'a', '\u{1f600}'],
  ])('bounds %j by the order of their bytes', (texts, smallest, largest) => {
    const bounds = TextTable.of(texts).bounds(Uint32Array.from(texts.keys()));
    expect([bounds?.smallest.toString(), bounds?.largest.toString()]).toEqual([smallest, largest]);
  });

  it('hold the texts that are asked for behind their lengths', () => {
    const table = TextTable.of(['a', 'ää', '', 'd']);
    const pieces = table.pieces(Uint32Array.of(1, 2, 0, 3));
    expect(pieces).toHaveLength(3);
    expect(Buffer.concat(pieces).toString()).toBe('\x04\0\0\0ää\0\0\0\0\x01\0\0\0a\x01\0\0\0d');
    expect(() => TextTable.fromJoined('ab', Uint32Array.of(1), false)).toThrow('1 bytes of texts');
  });

  it('that are in order are bounded by their numbers', () => {
    const table = TextTable.fromJoined('abbc', Uint32Array.of(1, 2, 1), true);
    const bounds = table.bounds(Uint32Array.of(1, 2, 0));
    expect([bounds?.smallest.toString(), bounds?.largest.toString()]).toEqual(['a', 'c']);
    expect(table.bounds(new Uint32Array(0))).toBeUndefined();
  });
});
