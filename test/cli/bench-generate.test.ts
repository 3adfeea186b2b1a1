/** `margincube bench generate`: the files that it writes, read back by DuckDB. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandResult } from '../support/command.js';
import { margincubeHere } from '../support/command-here.js';
import { REPOSITORY } from '../support/folders.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-generate-'));
const MARKET = path.join(REPOSITORY, 'examples/market.json');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function generate(name: string, ...options: readonly string[]): Promise<CommandResult> {
  const out = path.join(folder, name);
  return margincubeHere(['bench', 'generate', '--market', MARKET, '--out', out, ...options]);
}

async function query(sql: string): Promise<unknown[][]> {
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJS();
  connection.closeSync();
  database.closeSync();
  return rows;
}

describe('bench generate', () => {
  it('writes the same venue as Parquet and as CSV', async () => {
    const made = await generate('parquet', '--accounts', '300', '--json');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    expect((await generate('csv', '--accounts', '300', '--format', 'csv')).code).toBe(0);
    const counts = JSON.parse(made.stdout) as { positions: number; accounts: number };
    expect(counts.accounts).toBe(300);
    for (const table of ['positions', 'collateral']) {
      const [parquet, csv] = ['parquet', 'csv'].map(
        (kind) => `'${path.join(folder, kind, `${table}.${kind}`)}'`,
      );
      const difference = `(SELECT * FROM ${String(parquet)} EXCEPT ALL SELECT * FROM ${String(csv)})`;
      expect(await query(`SELECT count(*)::INTEGER FROM ${difference}`)).toEqual([[0]]);
    }
    const positions = `'${path.join(folder, 'parquet/positions.parquet')}'`;
    const [row] = await query(
      `SELECT count(*)::INTEGER, count(DISTINCT account_id)::INTEGER FROM ${positions}`,
    );
    expect(row?.[0]).toBe(counts.positions);
    expect(row?.[1]).toBeLessThanOrEqual(300);
  });

  it('builds the market of the benchmarks', async () => {
    const made = await generate(
      'uniform',
      '--accounts',
      '20',
      '--shape',
      'uniform',
      '--options',
      '1000',
      '--json',
    );
    expect(JSON.parse(made.stdout)).toMatchObject({ accounts: 20, positions: 1_000, deposits: 20 });
    const [first] = ['uniform/market.json'].map((file) => path.join(folder, file));
    const again = await margincubeHere(
      [
        'bench',
        'generate',
        '--market',
        first ?? '',
        '--accounts',
        '1',
        '--shape',
        'uniform',
        '--positions',
        '1000',
      ].concat(...['--out', path.join(folder, 'again'), '--json']),
    );
    expect(JSON.parse(again.stdout)).toMatchObject({ positions: 1_000 });
  });

  it.each([
    [['--accounts', '0'], /--accounts: 0 is not within 1/],
    [
      ['--accounts', '5', '--shape', 'uniform', '--positions', '9999'],
      /--positions: 9999 is not within 1 and the 404/,
    ],
    [['--accounts', '5', '--options', '100'], /--options: only with --shape uniform/],
    [['--accounts', 'many'], /many/],
  ])('refuses %j', async (options, message) => {
    const refused = await generate('refused', ...options);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(message);
  });
});
