import { mkdirSync } from 'node:fs';
import path from 'node:path';
import {
  DuckDBDataChunk,
  DuckDBInstance,
  DOUBLE,
  ENUM,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { quoted } from '../domain/sql-text.js';
import type { Market } from '../market/snapshot/market.js';
import type { SyntheticAccount } from './venue.js';

/** Files of a venue, both sorted by account: what `margincube eod --portfolios --collateral` reads. */
export interface VenueFiles {
  /** Columns account_id, instrument, quantity (contracts), average_price (quote currency per unit, empty for options). */
  readonly positions: string;
  /** Columns account_id, asset, amount (units of the asset). */
  readonly collateral: string;
}

export type VenueFormat = 'parquet' | 'csv';

export interface VenueCounts {
  readonly accounts: number;
  readonly positions: number;
  readonly deposits: number;
}

/** DuckDB's own vectors hold this many rows. */
const CHUNK_ROWS = 2_048;

/** Streams accounts into the two files; nothing but the columns of one chunk is kept outside DuckDB. */
export async function writeVenue(
  market: Market,
  accounts: Iterable<SyntheticAccount>,
  folder: string,
  format: VenueFormat,
): Promise<{ readonly files: VenueFiles; readonly counts: VenueCounts }> {
  mkdirSync(folder, { recursive: true });
  const files = {
    positions: path.join(folder, `positions.${format}`),
    collateral: path.join(folder, `collateral.${format}`),
  };
  const database = await DuckDBInstance.create(':memory:');
  const connection = await database.connect();
  try {
    const names = market.table.instruments.map(({ name }) => name);
    const positions = await openTable(connection, 'positions', {
      account_id: VARCHAR,
      instrument: ENUM(names),
      quantity: DOUBLE,
      average_price: DOUBLE,
    });
    const collateral = await openTable(connection, 'collateral', {
      account_id: VARCHAR,
      asset: VARCHAR,
      amount: DOUBLE,
    });
    let count = 0;
    for (const { accountId, positions: held, deposits } of accounts) {
      count += 1;
      for (const { instrument, quantity, averageEntryPrice } of held)
        positions.append([accountId, names[instrument] ?? '', quantity, averageEntryPrice ?? null]);
      for (const { asset, amount } of deposits) collateral.append([accountId, asset, amount]);
    }
    const counts = { accounts: count, positions: positions.close(), deposits: collateral.close() };
    const options = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet, COMPRESSION zstd';
    const copy = (columns: string, table: string, file: string): Promise<unknown> =>
      connection.run(`COPY (SELECT ${columns} FROM ${table}) TO ${quoted(file)} (${options})`);
    // Text in the files: the enumeration is only how DuckDB keeps names while it waits.
    await copy(
      'account_id, instrument::VARCHAR AS instrument, quantity, average_price',
      'positions',
      files.positions,
    );
    await copy('*', 'collateral', files.collateral);
    return { files, counts };
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

interface TableWriter {
  append(row: readonly DuckDBValue[]): void;
  /** Flushes; rows written in all. */
  close(): number;
}

async function openTable(
  connection: DuckDBConnection,
  name: string,
  columns: Readonly<Record<string, DuckDBType>>,
): Promise<TableWriter> {
  const types = Object.values(columns);
  const list = Object.entries(columns).map(([column, type]) => `${column} ${type.toString()}`);
  await connection.run(`CREATE TABLE ${name} (${list.join(', ')})`);
  const appender = await connection.createAppender(name);
  const chunk = DuckDBDataChunk.create(types);
  let rows: DuckDBValue[][] = types.map(() => []);
  let total = 0;
  const flush = (): void => {
    const length = rows[0]?.length ?? 0;
    if (length === 0) return;
    chunk.setColumns(rows);
    appender.appendDataChunk(chunk);
    total += length;
    rows = types.map(() => []);
    chunk.reset();
  };
  return {
    append: (row) => {
      rows.forEach((column, at) => column.push(row[at] ?? null));
      if (rows[0]?.length === CHUNK_ROWS) flush();
    },
    close: () => {
      flush();
      appender.closeSync();
      return total;
    },
  };
}
