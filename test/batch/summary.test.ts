/** Totals of a run: exact sums, the same whatever the order and the threads. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { uniformGenerator } from '../../bench/lib/measure.js';
import { ExactSum } from '../../src/batch/exact-sum.js';
import { FORMAT_VERSION } from '../../src/batch/manifest.js';
import { COLUMNS } from '../../src/batch/output/tables.js';
import { summarise } from '../../src/batch/summary.js';

const folder = mkdtempSync(path.join(tmpdir(), 'margincube-summary-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function exactSum(values: Iterable<number>): number {
  const sum = new ExactSum();
  for (const value of values) sum.add(value);
  return sum.value;
}

/** Of multiples of 2^-60 below 2^60, by integers. */
function sumByIntegers(values: readonly number[]): number {
  const unit = 2 ** 30;
  const total = values.reduce((sum, value) => {
    const high = Math.trunc(value * unit);
    return sum + (BigInt(high) << 30n) + BigInt((value * unit - high) * unit);
  }, 0n);
  return Number(total) / 2 ** 60;
}

describe('an exact sum', () => {
  it.each([
    [[], 0],
    [[-0], 0],
    [[1e16, 1, -1e16], 1],
    [[1, 1e100, 1, -1e100], 2],
    [Array.from({ length: 10 }, () => 0.1), 1],
    // A tie is to even unless what lies below decides it.
    [[2 ** 53, 1], 2 ** 53],
    [[2 ** 53, 1, 2 ** -60], 2 ** 53 + 2],
    [[2 ** 53 + 2, 1, -(2 ** -60)], 2 ** 53 + 2],
    [[1, Infinity, 2], Infinity],
    [[Infinity, -Infinity], NaN],
  ])('of %j is %d', (values, sum) => {
    expect(exactSum(values)).toBe(sum);
  });

  it('is that of integers, in every order', () => {
    const uniform = uniformGenerator(3);
    for (let round = 0; round < 200; round += 1) {
      const values = Array.from({ length: 50 }, () => {
        const size = 2 ** Math.floor(50 * uniform() - 4);
        return Math.round((uniform() - 0.5) * size * 2 ** 50) / 2 ** 50;
      });
      const expected = sumByIntegers(values);
      expect(exactSum(values)).toBe(expected);
      expect(exactSum(values.reverse())).toBe(expected);
    }
  });
});

describe('a summary', () => {
  it('does not depend on threads, groups of rows or order', { timeout: 60_000 }, async () => {
    const rows = 60_000;
    const values = COLUMNS.accounts.map(([name, type]) => {
      if (name === 'account_id') return `'account ' || i AS account_id`;
      if (name === 'model') return `'a model''s name' AS model`;
      if (name === 'currency') return `CASE WHEN i % 3 = 0 THEN 'BTC' ELSE 'USD' END AS currency`;
      // Large amounts that cancel, and small ones that a sum of doubles loses beside them.
      if (name === 'equity')
        return 'CASE i % 4 WHEN 0 THEN 1e17 + i WHEN 1 THEN -1e17 - i ELSE i / 7 END AS equity';
      return `${type === 'VARCHAR' ? `'x'` : `(i * i % 1009) / 3`}::${type} AS ${name}`;
    });
    const summaries = new Set<string>();
    for (const [threads, groupRows, order] of [
      [1, 2_048, 'i'],
      [2, 2_048, 'i DESC'],
      [2, 10_240, 'hash(i)'],
      [2, 122_880, 'i'],
    ] as const) {
      const database = await DuckDBInstance.create(':memory:', { threads: String(threads) });
      const connection = await database.connect();
      const select = `SELECT ${values.join(', ')} FROM range(${String(rows)}) t(i) ORDER BY ${order}`;
      const to = `(FORMAT parquet, ROW_GROUP_SIZE ${String(groupRows)})`;
      await connection.run(`COPY (${select}) TO '${path.join(folder, 'accounts.parquet')}' ${to}`);
      const none = COLUMNS.failures.map(([name, type]) => `NULL::${type} AS ${name}`).join(', ');
      await connection.run(
        `COPY (SELECT ${none} WHERE false) TO '${path.join(folder, 'failures.parquet')}' (FORMAT parquet)`,
      );
      const summary = await summarise(connection, folder, MANIFEST);
      summaries.add(JSON.stringify(summary));
      connection.closeSync();
      database.closeSync();
    }
    expect(summaries.size).toBe(1);
    const [text = ''] = summaries;
    const { models } = JSON.parse(text) as {
      models: { currency: string; accounts: number; equity: number }[];
    };
    const amounts = Array.from({ length: rows }, (_, i) =>
      i % 4 === 0 ? 1e17 + i : i % 4 === 1 ? -1e17 - i : i / 7,
    );
    expect(models.map(({ currency, accounts, equity }) => [currency, accounts, equity])).toEqual(
      ['BTC', 'USD'].map((currency) => {
        const own = amounts.filter((_, i) => (i % 3 === 0) === (currency === 'BTC'));
        return [currency, own.length, exactSum(own)];
      }),
    );
  });
});

const hash = '0'.repeat(64);
const MANIFEST: Parameters<typeof summarise>[2] = {
  runHash: hash,
  identity: {
    format: FORMAT_VERSION,
    marketHash: hash,
    epoch: 1,
    inputs: { portfolios: hash },
    models: [],
    topPositions: 0,
    includeVectors: false,
    allowApproximations: false,
  },
  accountCount: 0,
  positionCount: 0,
};
