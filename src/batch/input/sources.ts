import type { DuckDBConnection } from '@duckdb/node-api';
import path from 'node:path';
import { existsSync } from 'node:fs';
import { BatchInputError, messageOf } from '../batch-error.js';
import { quoted, readRows } from '../duck.js';

/** Files of a run: positions, and collateral beside them or among them. */
export interface InputFiles {
  readonly portfolios: string;
  readonly collateral?: string;
}

/**
 * Opens the files as two views with one form: `positions(row, account_id, instrument, quantity, average_price)` and
 * `collateral(row, account_id, asset, amount)`. `row` counts the records of the file from 1. Refuses columns that are missing or of
 * the wrong type and files that cannot be read.
 */
export async function openSources(connection: DuckDBConnection, files: InputFiles): Promise<void> {
  const columns = await openFile(connection, files.portfolios, 'portfolio_file');
  requireColumns(files.portfolios, columns, ['account_id', 'instrument', 'quantity']);
  requireNumber(files.portfolios, columns, 'quantity');
  if (columns.has('average_price')) requireNumber(files.portfolios, columns, 'average_price');
  const isMixed = columns.has('kind');
  if (isMixed) {
    requireColumns(files.portfolios, columns, ['asset', 'amount']);
    requireNumber(files.portfolios, columns, 'amount');
    await checkKinds(connection, files.portfolios);
  }
  const price = columns.has('average_price') ? 'average_price::DOUBLE' : 'NULL::DOUBLE';
  await connection.run(
    `CREATE VIEW positions AS SELECT row, account_id::VARCHAR AS account_id, instrument::VARCHAR AS instrument,
       quantity::DOUBLE AS quantity, ${price} AS average_price
     FROM portfolio_file ${isMixed ? "WHERE kind = 'position'" : ''}`,
  );
  const parts = isMixed
    ? [
        `SELECT row, account_id::VARCHAR AS account_id, asset::VARCHAR AS asset, amount::DOUBLE AS amount
         FROM portfolio_file WHERE kind = 'collateral'`,
      ]
    : [];
  if (files.collateral !== undefined) {
    const own = await openFile(connection, files.collateral, 'collateral_file');
    requireColumns(files.collateral, own, ['account_id', 'asset', 'amount']);
    requireNumber(files.collateral, own, 'amount');
    parts.push(
      `SELECT row, account_id::VARCHAR AS account_id, asset::VARCHAR AS asset, amount::DOUBLE AS amount
       FROM collateral_file`,
    );
  }
  const none = `SELECT 0 AS row, NULL::VARCHAR AS account_id, NULL::VARCHAR AS asset, 0::DOUBLE AS amount WHERE false`;
  await connection.run(`CREATE VIEW collateral AS ${parts.length === 0 ? none : parts.join(' UNION ALL ')}`);
}

/** Whether the format knows the number of a row wherever it is read. */
export function numbersRows(file: string): boolean {
  return path.extname(file).toLowerCase() === '.parquet';
}

type Columns = ReadonlyMap<string, string>;

const CSV_TYPES = `{'account_id': 'VARCHAR', 'instrument': 'VARCHAR', 'quantity': 'DOUBLE', 'average_price': 'DOUBLE', 'kind': 'VARCHAR', 'asset': 'VARCHAR', 'amount': 'DOUBLE'}`;

/** Columns by name with their types. */
async function openFile(connection: DuckDBConnection, file: string, view: string): Promise<Columns> {
  if (!existsSync(file)) throw new BatchInputError(`${file}: cannot read: the file does not exist`);
  try {
    await connection.run(`CREATE VIEW ${view} AS ${await relation(connection, file)}`);
    const described = await readRows(connection, `DESCRIBE ${view}`);
    return new Map(described.map((row) => [String(row.column_name), String(row.column_type)]));
  } catch (error) {
    throw unreadable(file, error);
  }
}

async function relation(connection: DuckDBConnection, file: string): Promise<string> {
  const name = quoted(file);
  switch (path.extname(file.replace(/\.gz$/, '')).toLowerCase()) {
    case '.parquet':
      return `SELECT file_row_number + 1 AS row, * EXCLUDE (file_row_number) FROM read_parquet(${name}, file_row_number = true)`;
    case '.csv': {
      // Only the columns that the file has may be given a type.
      const sniffed = await readRows(
        connection,
        `DESCRIBE SELECT * FROM read_csv(${name}, header = true, all_varchar = true)`,
      );
      const known = sniffed.map((row) => String(row.column_name));
      const types = [...CSV_TYPES.matchAll(/'(\w+)': '\w+'/g)].flatMap(([entry, column = '']) =>
        known.includes(column) ? [entry] : [],
      );
      const typed = types.length === 0 ? '' : `, types = {${types.join(', ')}}`;
      return `SELECT row_number() OVER () AS row, * FROM read_csv(${name}, header = true, null_padding = false${typed})`;
    }
    case '.json':
    case '.ndjson':
    case '.jsonl':
      return `SELECT row_number() OVER () AS row, * FROM read_json(${name}, maximum_object_size = 268435456)`;
    default:
      throw new BatchInputError(
        `${file}: expected a file named .csv, .csv.gz, .parquet, .json, .jsonl or .ndjson`,
      );
  }
}

function requireColumns(file: string, columns: Columns, wanted: readonly string[]): void {
  const missing = wanted.filter((name) => !columns.has(name));
  if (missing.length === 0) return;
  const found = [...columns.keys()].filter((name) => name !== 'row').join(', ');
  throw new BatchInputError(`${file}: expected the columns ${wanted.join(', ')} but received ${found}`);
}

const NUMBER_TYPE = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;

function requireNumber(file: string, columns: Columns, name: string): void {
  const type = columns.get(name) ?? '';
  if (NUMBER_TYPE.test(type)) return;
  throw new BatchInputError(`${file}: expected a number for the column ${name} but received ${type}`);
}

async function checkKinds(connection: DuckDBConnection, file: string): Promise<void> {
  const bad = await queryInput(
    connection,
    file,
    `SELECT row, kind FROM portfolio_file WHERE kind IS NULL OR kind NOT IN ('position', 'collateral') ORDER BY row LIMIT 1`,
  );
  const [first] = bad;
  if (first === undefined) return;
  throw new BatchInputError(
    `${file}: row ${String(first.row)}: expected position or collateral for kind but received ${String(first.kind)}`,
  );
}

/** Rows of a query over the inputs; what the reader complains about ends the run with the file's name. */
export async function queryInput(
  connection: DuckDBConnection,
  file: string,
  sql: string,
): Promise<Record<string, unknown>[]> {
  try {
    return await readRows(connection, sql);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** The reader's complaint on one line: it names line and value of a CSV, and what is broken in a Parquet file. */
export function unreadable(file: string, error: unknown): Error {
  if (error instanceof BatchInputError) return error;
  const [first = '', ...more] = messageOf(error)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const detail = more
    .filter((line) => /^(Could not|Column|Original Line|Invalid|Error)/i.test(line))
    .slice(0, 2);
  return new BatchInputError(`${file}: ${[first, ...detail].join(' ')}`);
}
