import { chainDays, type ChainDay, type ChainRow } from '../../backtest/chain-history.js';
import type { Outcome } from '../../domain/outcome.js';
import { quotedFile } from '../../domain/sql-text.js';
import { InputError } from '../exit.js';
import { readMaybeGzipped } from '../files.js';

/** Columns of the recorded Deribit panel. */
const COLUMNS = [
  'timestamp',
  'currency',
  'index_price',
  'underlying_price',
  'option_type',
  'strike',
  'expiry_datetime',
  'implied_volatility',
  'mark_price',
] as const;

type Cells = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** Reads chains of several days from a CSV (may be gzipped) or a Parquet file. */
export async function readChains(file: string): Promise<Outcome<readonly ChainDay[]>> {
  const cells = file.endsWith('.parquet') ? await readParquet(file) : readCsv(file);
  return chainDays(cells.map(rowOf));
}

function rowOf(cells: Cells): ChainRow {
  return {
    timestampMs: Date.parse(cells.timestamp),
    underlying: cells.currency,
    indexPrice: Number(cells.index_price),
    forward: Number(cells.underlying_price),
    optionType: cells.option_type,
    strike: Number(cells.strike),
    expiryMs: Date.parse(cells.expiry_datetime),
    volatility: Number(cells.implied_volatility),
    markCoins: Number(cells.mark_price),
  };
}

function readCsv(file: string): Cells[] {
  const [header = '', ...lines] = readMaybeGzipped(file, 'chains').trim().split(/\r?\n/);
  const names = header.split(',');
  const places = COLUMNS.map((name) => {
    const at = names.indexOf(name);
    if (at < 0) throw new InputError(`${file}: expected a column ${name} but the header is ${header}`);
    return [name, at] as const;
  });
  return lines.map((line) => {
    const row = line.split(',');
    return Object.fromEntries(places.map(([name, at]) => [name, row[at] ?? ''])) as Cells;
  });
}

/** Times as text in UTC, so that both kinds of file read alike. */
async function readParquet(file: string): Promise<Cells[]> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    await connection.run("SET TimeZone = 'UTC'");
    const isTime = (name: string): boolean => name === 'timestamp' || name === 'expiry_datetime';
    const wanted = COLUMNS.map((name) =>
      isTime(name)
        ? `strftime(${name}::TIMESTAMPTZ, '%Y-%m-%dT%H:%M:%SZ') AS ${name}`
        : `${name}::VARCHAR AS ${name}`,
    );
    const found = await connection.runAndReadAll(
      `SELECT ${wanted.join(', ')} FROM read_parquet(${quotedFile(file)})`,
    );
    return found.getRowObjects() as unknown as Cells[];
  } catch (error) {
    throw new InputError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
