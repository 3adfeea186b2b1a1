import type { DuckDBConnection } from '@duckdb/node-api';
import { existsSync } from 'node:fs';
import { quotedFile } from '../../domain/sql-text.js';
import { BatchInputError } from '../batch-error.js';
import { readRows } from '../duck.js';
import {
  blameFile,
  FILE_VIEWS,
  formatOf,
  placeOf,
  queryFile,
  type Format,
  type InputFiles,
} from './blame.js';
import { COLUMN_NAMES, COLUMN_TYPES, isColumn } from './columns.js';
import { readHeader } from './csv-header.js';
import { csvRelation } from './csv-problems.js';
import { isPortfolioDocument, jsonRelation, sniffedJson, typeProblem } from './json-problems.js';
import { parquetRelation, repeatedColumn } from './parquet-problems.js';
import { shown } from './shown.js';

/**
 * Opens the files as two views with one form: `positions(source, row, account_id, instrument, quantity, average_price)` and
 * `collateral(source, row, account_id, asset, amount)`. `source` is `portfolios` or `collateral`, the file of `files`; `row` counts its
 * records from 1. Refuses columns that are missing or of
 * the wrong type and files that cannot be read.
 */
export async function openSources(connection: DuckDBConnection, files: InputFiles): Promise<void> {
  // Joins keep the order of the rows on their left: the database would turn them around where a file is smaller than the accounts.
  await connection.run(`SET disabled_optimizers = 'join_order,build_side_probe_side'`);
  const columns = await openFile(connection, files.portfolios, FILE_VIEWS.portfolios);
  const isMixed = columns.has('kind');
  requireColumns(files.portfolios, columns, ['account_id', 'instrument', 'quantity']);
  if (isMixed) {
    requireColumns(files.portfolios, columns, ['asset', 'amount']);
    await checkKinds(connection, files.portfolios);
  }
  const price = columns.has('average_price') ? 'average_price::DOUBLE' : 'NULL::DOUBLE';
  await connection.run(
    `CREATE VIEW positions AS SELECT 'portfolios' AS source, row, account_id::VARCHAR AS account_id, instrument::VARCHAR AS instrument,
       quantity::DOUBLE AS quantity, ${price} AS average_price
     FROM ${FILE_VIEWS.portfolios} ${isMixed ? "WHERE kind = 'position'" : ''}`,
  );
  const balances = (source: keyof InputFiles): string =>
    `SELECT '${source}' AS source, row, account_id::VARCHAR AS account_id, asset::VARCHAR AS asset, amount::DOUBLE AS amount
     FROM ${FILE_VIEWS[source]}`;
  const parts = isMixed ? [`${balances('portfolios')} WHERE kind = 'collateral'`] : [];
  if (files.collateral !== undefined) {
    const own = await openFile(connection, files.collateral, FILE_VIEWS.collateral);
    requireColumns(files.collateral, own, ['account_id', 'asset', 'amount']);
    parts.push(balances('collateral'));
  }
  const none = `SELECT '' AS source, 0 AS row, NULL::VARCHAR AS account_id, NULL::VARCHAR AS asset, 0::DOUBLE AS amount WHERE false`;
  await connection.run(`CREATE VIEW collateral AS ${parts.length === 0 ? none : parts.join(' UNION ALL ')}`);
}

/** Whether the format knows the number of a row wherever it is read. */
export function numbersRows(file: string): boolean {
  return formatOf(file) === 'parquet';
}

/** Names of the columns that a file has. */
type Columns = ReadonlySet<string>;

async function openFile(connection: DuckDBConnection, file: string, view: string): Promise<Columns> {
  if (!existsSync(file)) throw new BatchInputError(`${file}: cannot read: the file does not exist`);
  try {
    return await OPEN[formatOf(file)](connection, file, view);
  } catch (error) {
    throw await blameFile(connection, file, error);
  }
}

const OPEN: Readonly<
  Record<Format, (connection: DuckDBConnection, file: string, view: string) => Promise<Columns>>
> = {
  csv: async (connection, file, view) => {
    const header = await readHeader(file);
    await createView(connection, view, 'row_number() OVER ()', header.names, csvRelation(file, header));
    return new Set(header.names);
  },
  json: async (connection, file, view) => {
    if (await isPortfolioDocument(file))
      throw new BatchInputError(
        `${file}: expected records with account_id, instrument and quantity, one for each position, but received a document of ` +
          `portfolios, which "margincube margin --portfolio" takes`,
      );
    const types = await describe(connection, sniffedJson(file));
    await createView(connection, view, 'row_number() OVER ()', COLUMN_NAMES, jsonRelation(file));
    // The reader's name for values that are no records, and for a file without any.
    if (types.size === 1 && types.has('json'))
      await readRows(connection, `SELECT max(account_id) FROM ${view}`);
    const isOdd = [...types].some(
      ([name, type]) =>
        isColumn(name) && !(COLUMN_TYPES[name] === 'DOUBLE' ? NUMBER_TYPE : JSON_TEXT_TYPE).test(type),
    );
    const problem = isOdd ? await typeProblem(connection, file) : undefined;
    if (problem !== undefined) throw new BatchInputError(`${file}: ${problem}`);
    return new Set(types.keys());
  },
  parquet: async (connection, file, view) => {
    const types = await describe(connection, `read_parquet(${quotedFile(file)})`);
    for (const [name, type] of types) {
      if (!isColumn(name)) continue;
      const isNumber = COLUMN_TYPES[name] === 'DOUBLE';
      if (isNumber ? NUMBER_TYPE.test(type) : !NESTED_TYPE.test(type)) continue;
      throw new BatchInputError(
        `${file}: expected a ${isNumber ? 'number' : 'text'} for the column ${name} but received ${type}`,
      );
    }
    if (COLUMN_NAMES.some((name) => types.has(`${name}_1`))) {
      const twice = await repeatedColumn(connection, file);
      if (twice !== undefined)
        throw new BatchInputError(`${file}: expected each column once but ${twice} stands twice`);
    }
    await createView(connection, view, 'file_row_number + 1', [...types.keys()], parquetRelation(file));
    return new Set(types.keys());
  },
};

const NUMBER_TYPE = /^(U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;
const NESTED_TYPE = /^(STRUCT|MAP|UNION|BLOB|BOOLEAN)|\]$/;
/** What is read as it stands: dates and the like are texts that the reader takes for something else. */
const JSON_TEXT_TYPE = /^(VARCHAR|U?BIGINT|U?HUGEINT|DOUBLE|DATE|TIME.*|UUID)$/;

async function describe(
  connection: DuckDBConnection,
  relation: string,
): Promise<ReadonlyMap<string, string>> {
  const described = await readRows(connection, `DESCRIBE SELECT * FROM ${relation}`);
  return new Map(described.map((row) => [String(row.column_name), String(row.column_type)]));
}

/** Only the columns that a run knows: others may have any name. */
async function createView(
  connection: DuckDBConnection,
  view: string,
  row: string,
  names: readonly string[],
  relation: string,
): Promise<void> {
  const columns = [`${row} AS row`, ...names.filter(isColumn)];
  await connection.run(`CREATE VIEW ${view} AS SELECT ${columns.join(', ')} FROM ${relation}`);
}

function requireColumns(file: string, columns: Columns, wanted: readonly string[]): void {
  const missing = wanted.filter((name) => !columns.has(name));
  if (missing.length === 0) return;
  const where = formatOf(file) === 'csv' ? 'line 1: ' : '';
  const found = [...columns].join(', ');
  throw new BatchInputError(
    `${file}: ${where}expected the columns ${wanted.join(', ')} but received ${found}`,
  );
}

async function checkKinds(connection: DuckDBConnection, file: string): Promise<void> {
  const [first] = await queryFile(
    connection,
    file,
    `SELECT row, kind::VARCHAR AS kind FROM ${FILE_VIEWS.portfolios} WHERE kind IS NULL OR kind NOT IN ('position', 'collateral') ORDER BY row LIMIT 1`,
  );
  if (first === undefined) return;
  const kind = typeof first.kind === 'string' ? shown(first.kind) : 'none';
  throw new BatchInputError(
    `${file}: ${await placeOf(file, first.row)}: expected position or collateral for the column kind but received ${kind}`,
  );
}
