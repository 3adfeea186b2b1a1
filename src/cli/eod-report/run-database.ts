import { existsSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { quotedFile } from '../../domain/sql-text.js';
import { InputError } from '../exit.js';
import { messageOf } from '../files.js';
import type { Market } from '../../market/snapshot/market.js';

/** Tables of a finished run; `failures` may be empty, the others have a row at least where a margin was calculated. */
const TABLES = ['accounts', 'components', 'contributions', 'failures'] as const;

/** Sums of doubles in one order: the report of a run is the same text every time. */
const ONE_THREAD = { threads: '1' };

/** SQL over the result files of one run. Nothing is loaded: DuckDB aggregates where the rows are. */
export interface RunDatabase {
  /** Rows of a query, columns as properties; integers must be cast to INTEGER or DOUBLE. */
  rows<Row>(sql: string): Promise<Row[]>;
  close(): void;
}

/**
 * Opens the files of `folder` as tables of their names, and the market beside them: `instruments` (instrument, underlying,
 * expiry_ms, kind) and `prices` (currency, usd).
 *
 * @throws {InputError} for a file that is missing or cannot be read
 */
export async function openRun(folder: string, market: Market): Promise<RunDatabase> {
  const database = await DuckDBInstance.create(':memory:', ONE_THREAD);
  const connection = await database.connect();
  for (const table of TABLES) {
    const file = path.join(folder, `${table}.parquet`);
    if (!existsSync(file))
      throw new InputError(`${file}: no such file; expected the folder of a finished run`);
    await attempt(file, () => connection.run(`CREATE VIEW ${table} AS SELECT * FROM ${quotedFile(file)}`));
  }
  await describeMarket(connection, market);
  return {
    rows: async <Row>(sql: string) => {
      const read = await attempt(folder, () => connection.runAndReadAll(sql));
      return read.getRowObjectsJS() as Row[];
    },
    close: () => {
      connection.closeSync();
      database.closeSync();
    },
  };
}

async function attempt<Value>(place: string, read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    throw new InputError(`${place}: ${messageOf(error).split('\n')[0] ?? ''}`);
  }
}

async function describeMarket(connection: DuckDBConnection, { table, columns }: Market): Promise<void> {
  await connection.run(
    'CREATE TABLE instruments (instrument VARCHAR, underlying VARCHAR, expiry_ms DOUBLE, kind VARCHAR)',
  );
  const instruments = await connection.createAppender('instruments');
  for (const terms of table.instruments) {
    instruments.appendVarchar(terms.name);
    instruments.appendVarchar(terms.underlying);
    if ('expiryMs' in terms) instruments.appendDouble(terms.expiryMs);
    else instruments.appendNull();
    instruments.appendVarchar(terms.kind);
    instruments.endRow();
  }
  instruments.closeSync();
  await connection.run('CREATE TABLE prices (currency VARCHAR, usd DOUBLE)');
  const prices = await connection.createAppender('prices');
  const priced = new Map<string, number>([['USD', 1]]);
  table.underlyings.forEach((name, row) => priced.set(name, columns.indexPrice[row] ?? NaN));
  table.assets.forEach((name, row) => priced.set(name, columns.assetPriceUsd[row] ?? NaN));
  for (const [currency, usd] of priced) {
    if (!(usd > 0)) continue;
    prices.appendVarchar(currency);
    prices.appendDouble(usd);
    prices.endRow();
  }
  prices.closeSync();
}
