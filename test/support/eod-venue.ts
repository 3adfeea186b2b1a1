/** A small venue for end-of-day runs: its files, what is asked of a run, and what came of it. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { uniformGenerator } from '../../bench/lib/measure.js';
import { decimalAmount } from '../../src/batch/decimal-amount.js';
import type { RunRequest } from '../../src/batch/prepare.js';
import type * as Steps from '../../src/batch/steps.js';
import { readMarket } from '../../src/cli/market-file.js';
import { packageVersion } from '../../src/cli/package.js';
import { unwrap } from '../../src/domain/outcome.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { ensureBuilt } from './built.js';
import { margincube, type CommandResult } from './command.js';
import { REPOSITORY } from './folders.js';

const folder = mkdtempSync(path.join(tmpdir(), 'margincube-eod-'));
export const inFolder = (name: string): string => path.join(folder, name);
export const MARKET = path.join(REPOSITORY, 'examples/market.json');
export const ACCOUNTS = Number(process.env.MARGINCUBE_EOD_ACCOUNTS ?? 400);
export const OVERRIDES = { draws: { count: 1_000 } };

export const market = readMarket(MARKET);
export const books = randomAccounts(ACCOUNTS);

/** Writes the files, and opens the compiled steps: their threads have a compiled entry. */
export async function openSteps(): Promise<typeof Steps> {
  ensureBuilt();
  writeFileSync(inFolder('params.json'), JSON.stringify(OVERRIDES));
  writeFileSync(inFolder('book.csv'), csvOf(books));
  return (await import(path.join(REPOSITORY, 'dist/batch/steps.js'))) as typeof Steps;
}

export function removeFiles(): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Books over all settlements of the market, some of one instrument, some of none, some hedged; in the order of no account. */
function randomAccounts(count: number): Portfolio[] {
  const uniform = uniformGenerator(20_261);
  const names = market.table.instruments.filter(({ kind }) => kind !== 'SPOT').map(({ name }) => name);
  return Array.from({ length: count }, (_, index) => {
    const size = index % 97 === 0 ? 0 : Math.ceil(uniform() * 24);
    const held = new Set(
      Array.from({ length: size }, () => names[Math.floor(uniform() * names.length)] ?? ''),
    );
    return {
      accountId: `account-${String(index).padStart(5, '0')}`,
      positions: [...held].map((instrument) => ({
        instrument,
        quantity: Math.round((uniform() - 0.5) * 200) / 10 || 0.1,
      })),
      balances: [
        decimalAmount('USDC', Math.round(uniform() * 1e9) / 1e3),
        decimalAmount('BTC', uniform() - 0.2),
      ],
      openOrders: [],
      mmpGroups: [],
    };
  });
}

function csvOf(portfolios: readonly Portfolio[]): string {
  const rows = portfolios.flatMap(({ accountId, positions, balances }) => [
    ...positions.map(
      ({ instrument, quantity }) => `${accountId},position,${instrument},${String(quantity)},,`,
    ),
    ...balances.map(
      ({ asset, units, decimals }) =>
        `${accountId},collateral,,,${asset},${String(Number(`${units}e-${String(decimals)}`))}`,
    ),
  ]);
  // Rows of an account do not stand together.
  const mixed = rows.filter((_, at) => at % 2 === 0).concat(rows.filter((_, at) => at % 2 === 1));
  return `account_id,kind,instrument,quantity,asset,amount\n${mixed.join('\n')}\n`;
}

export function arguments_(out: string, ...more: string[]): string[] {
  return ['--market', MARKET, '--portfolios', inFolder('book.csv'), '--out', inFolder(out), ...more];
}

export const ES = ['--model', 'es', '--params'];

export function eod(out: string, ...more: string[]): CommandResult {
  return margincube(['eod', ...arguments_(out, ...ES, inFolder('params.json'), ...more)]);
}

/** What `eod(out)` asks of a run. */
export function request(out: string, more: Partial<RunRequest> = {}): RunRequest {
  return {
    market,
    models: [unwrap(resolveModel({ name: 'es', overrides: OVERRIDES }))],
    files: { portfolios: inFolder('book.csv') },
    out: inFolder(out),
    workers: 1,
    isa: loadKernels().isa,
    topPositions: 10,
    includeVectors: false,
    allowApproximations: false,
    precision: 'single',
    version: packageVersion(),
    onProgress: () => undefined,
    ...more,
  };
}

export function hashes(out: string): Record<string, string> {
  const manifest = JSON.parse(readFileSync(path.join(inFolder(out), 'manifest.json'), 'utf8')) as {
    tables: Record<string, { rows: number; resultHash: string }>;
  };
  return Object.fromEntries(
    Object.entries(manifest.tables).map(([table, { rows, resultHash }]) => [
      table,
      `${String(rows)} ${resultHash}`,
    ]),
  );
}

/** SHA-256 of every file of a folder, those of its folders included, by path. */
export function bytesOf(out: string): Record<string, string> {
  const root = inFolder(out);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .filter((name) => statSync(path.join(root, name)).isFile());
  return Object.fromEntries(
    files.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(path.join(root, name)))
        .digest('hex'),
    ]),
  );
}

export async function rowsOf(out: string, table: string): Promise<Record<string, unknown>[]> {
  const connection = await (await DuckDBInstance.create()).connect();
  const reader = await connection.runAndReadAll(
    `SELECT * FROM read_parquet('${path.join(inFolder(out), `${table}.parquet`)}')`,
  );
  return reader.getRowObjectsJS();
}
