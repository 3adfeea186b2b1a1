/** Groups of rows copied from file to file are found again by DuckDB, filters and all. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { concatenateParquet } from '../../src/batch/output/concatenate-parquet.js';
import { ParquetWriter } from '../../src/batch/output/parquet-file.js';
import { TextTable } from '../../src/batch/output/text-table.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { decodeThrift, encodeThrift, i32, i64, list, struct, text } from '../../src/batch/output/thrift.js';

const folder = mkdtempSync(path.join(tmpdir(), 'margincube-concatenate-'));
const inFolder = (name: string): string => path.join(folder, name);
let connection: DuckDBConnection;

beforeAll(async () => {
  connection = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(() => {
  connection.closeSync();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(sql: string): Promise<unknown[][]> {
  return (await connection.runAndReadAll(sql)).getRowsJS();
}

/** Rows `from` to `to` of a table with every kind of column that a run has; names repeat, so that the writer adds bloom filters. */
async function writeWithDuck(name: string, from: number, to: number): Promise<string> {
  const rows = `SELECT 'name ' || (i // 7) AS name, i::DOUBLE / 3 AS value, i::BIGINT AS number,
      CASE WHEN i % 5 = 0 THEN NULL ELSE 'text ' || i END AS remark, [i / 2, i / 4] AS pnl FROM range(${String(from)}, ${String(to)}) t(i)`;
  await connection.run(
    `COPY (${rows}) TO '${inFolder(name)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 2048)`,
  );
  return inFolder(name);
}

describe('files of Parquet one after the other', () => {
  it('hold the rows of all of them, in their order', async () => {
    const parts = [
      await writeWithDuck('a.parquet', 0, 5_000),
      await writeWithDuck('empty.parquet', 0, 0),
      await writeWithDuck('b.parquet', 5_000, 9_001),
      await writeWithDuck('c.parquet', 9_001, 9_002),
    ];
    const whole = await writeWithDuck('whole.parquet', 0, 9_002);
    const to = inFolder('all.parquet');
    expect(await concatenateParquet(parts, to)).toEqual({
      rows: 9_002,
      bytes: statSync(to).size,
      fileHash: createHash('sha256').update(readFileSync(to)).digest('hex'),
    });
    expect(await ask(`SELECT * FROM '${to}'`)).toEqual(await ask(`SELECT * FROM '${whole}'`));
    for (const where of ["name = 'name 1000'", "name = 'nobody'", "remark = 'text 8001'", 'number = 9001'])
      expect(await ask(`SELECT count(*) FROM '${to}' WHERE ${where}`)).toEqual(
        await ask(`SELECT count(*) FROM '${whole}' WHERE ${where}`),
      );
    const [groups] = await ask(
      `SELECT count(DISTINCT row_group_id) FROM parquet_metadata('${to}') WHERE bloom_filter_offset > 0`,
    );
    expect(Number(groups?.[0])).toBeGreaterThan(3);
  });

  it('may have been written here, also without rows', async () => {
    const write = async (name: string, values: readonly number[]): Promise<string> => {
      await new ParquetWriter(loadKernels()).write(inFolder(name), values.length, [
        {
          name: 'name',
          kind: 'text',
          codes: Int32Array.from(values, (_, at) => at),
          texts: TextTable.of(values.map(String)),
        },
        { name: 'value', kind: 'double', values: Float64Array.from(values) },
      ]);
      return inFolder(name);
    };
    const parts = [await write('one', []), await write('two', [3, 1, 2]), await write('three', [5])];
    const to = inFolder('own.parquet');
    expect(await concatenateParquet(parts, to)).toMatchObject({ rows: 4 });
    expect(await ask(`SELECT * FROM '${to}'`)).toEqual([3, 1, 2, 5].map((value) => [String(value), value]));
    expect(await concatenateParquet(parts.slice(0, 1), to)).toMatchObject({ rows: 0 });
    expect(await ask(`SELECT * FROM '${to}'`)).toEqual([]);
  });

  it('say what they are told to say of themselves', async () => {
    const parts = [
      await writeWithDuck('said-a.parquet', 0, 10),
      await writeWithDuck('said-b.parquet', 10, 20),
    ];
    const to = inFolder('said.parquet');
    const said = async (): Promise<unknown[][]> =>
      ask(`SELECT key::BLOB::VARCHAR, value::BLOB::VARCHAR FROM parquet_kv_metadata('${to}')`);
    await concatenateParquet(parts, to, { run: 'abc', unit: 'ä "quoted"', none: '' });
    expect(await said()).toEqual([
      ['run', String.raw`abc`],
      ['unit', String.raw`\xC3\xA4 \x22quoted\x22`],
      ['none', ''],
    ]);
    expect(await ask(`SELECT count(*)::INTEGER FROM '${to}'`)).toEqual([[20]]);
    await concatenateParquet([to], inFolder('silent.parquet'));
    expect(await ask(`SELECT * FROM parquet_kv_metadata('${inFolder('silent.parquet')}')`)).toEqual([]);
  });

  it('must have the same columns and be whole', async () => {
    const good = await writeWithDuck('good.parquet', 0, 10);
    await connection.run(`COPY (SELECT 1 AS name) TO '${inFolder('other.parquet')}' (FORMAT parquet)`);
    const bytes = readFileSync(good);
    writeFileSync(inFolder('cut.parquet'), bytes.subarray(0, bytes.length - 100));
    writeFileSync(inFolder('tiny.parquet'), 'PAR1');
    const damaged = Buffer.from(bytes);
    damaged.fill(0xff, bytes.length - 60, bytes.length - 8);
    writeFileSync(inFolder('damaged.parquet'), damaged);
    for (const [name, message] of [
      ['other', 'its columns are not those of the other parts'],
      ['cut', 'expected a whole Parquet file'],
      ['tiny', 'expected a whole Parquet file'],
      ['damaged', 'the footer cannot be read'],
    ] as const) {
      const bad = inFolder(`${name}.parquet`);
      await expect(concatenateParquet([good, bad], inFolder('to.parquet'))).rejects.toThrow(
        `${bad}: ${message}`,
      );
    }
  });
});

describe('the compact protocol', () => {
  it('gives back what it was given', () => {
    const value = struct({
      1: i32(-1),
      2: i64(2n ** 63n - 1n),
      3: i64(-(2n ** 63n)),
      4: text('ä'),
      5: list(
        'i32',
        Array.from({ length: 20 }, (_, at) => i32(at - 10)),
      ),
      6: { kind: 'bool', value: true },
      7: { kind: 'bool', value: false },
      8: { kind: 'double', value: -0.1 },
      9: { kind: 'byte', value: -3 },
      // More than 15 fields further on the number is stated in full.
      40: struct({ 3: list('struct', [struct({}), struct({ 2: { kind: 'i16', value: 300 } })]) }),
    });
    expect(decodeThrift(encodeThrift(value))).toEqual(value);
  });

  it('refuses bytes that end too early', () => {
    const bytes = encodeThrift(struct({ 1: text('a text'), 2: list('i64', [i64(1), i64(2)]) }));
    for (let length = 0; length < bytes.length; length += 1)
      expect(() => decodeThrift(bytes.subarray(0, length))).toThrow(RangeError);
  });
});
