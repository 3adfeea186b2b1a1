import type { DuckDBConnection } from '@duckdb/node-api';
import path from 'node:path';
import { BatchInputError, BatchRunError, messageOf } from '../batch-error.js';
import { readRows } from '../duck.js';
import { csvProblem, lineOfRow } from './csv-problems.js';
import { jsonProblem } from './json-problems.js';
import { parquetProblem } from './parquet-problems.js';

/** Files of a run: positions, and collateral beside them or among them. */
export interface InputFiles {
  readonly portfolios: string;
  readonly collateral?: string;
}

export type Format = 'csv' | 'json' | 'parquet';

/** Views of the files as they are, by the name of what they hold. */
export const FILE_VIEWS = { portfolios: 'portfolio_file', collateral: 'collateral_file' } as const;

/** By the ending of the name, gzipped or not. */
export function formatOf(file: string): Format {
  switch (path.extname(file.replace(/\.gz$/, '')).toLowerCase()) {
    case '.parquet':
      return 'parquet';
    case '.csv':
      return 'csv';
    case '.json':
    case '.ndjson':
    case '.jsonl':
      return 'json';
    default:
      throw new BatchInputError(
        `${file}: expected a file named .csv, .csv.gz, .parquet, .json, .jsonl or .ndjson`,
      );
  }
}

/** What failed while both files were read, as an error of the file that cannot be read, or of the run where both can. */
export async function blameFiles(
  connection: DuckDBConnection,
  files: InputFiles,
  error: unknown,
): Promise<Error> {
  if (error instanceof BatchInputError || error instanceof BatchRunError) return error;
  for (const source of ['portfolios', 'collateral'] as const) {
    const file = files[source];
    if (file === undefined) continue;
    try {
      await readAll(connection, FILE_VIEWS[source]);
    } catch (own) {
      return blameFile(connection, file, own);
    }
  }
  const [first = ''] = messageOf(error).split('\n');
  return new BatchRunError(`the run stopped while it read its inputs: ${first}`);
}

async function readAll(connection: DuckDBConnection, view: string): Promise<void> {
  const described = await readRows(connection, `DESCRIBE ${view}`);
  const columns = described.map((row) => String(row.column_name)).join(', ');
  await readRows(connection, `SELECT bit_xor(hash(${columns})) FROM ${view}`);
}

const PROBLEMS: Readonly<
  Record<Format, (connection: DuckDBConnection, file: string) => Promise<string | undefined>>
> = { csv: csvProblem, json: jsonProblem, parquet: parquetProblem };

/** The first thing that is wrong with a file that the reader refused. Reads it again, from its beginning. */
export async function blameFile(
  connection: DuckDBConnection,
  file: string,
  error: unknown,
): Promise<BatchInputError> {
  if (error instanceof BatchInputError) return error;
  try {
    const problem = await PROBLEMS[formatOf(file)](connection, file);
    return new BatchInputError(`${file}: ${problem ?? complaint(error)}`);
  } catch (other) {
    return other instanceof BatchInputError ? other : new BatchInputError(`${file}: ${complaint(error)}`);
  }
}

/** What the reader itself says, on one line. */
function complaint(error: unknown): string {
  const [first = '', ...more] = messageOf(error)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const json =
    /(?:JSON transform error|Malformed JSON) in file ".*", .*in (line|record\/value) (\d+): (.*)$/.exec(
      first,
    );
  if (json !== null) return `${json[1] === 'line' ? 'line' : 'row'} ${json[2] ?? ''}: ${json[3] ?? ''}`;
  const detail = more
    .filter((line) => /^(Could not|Column|Original Line|Invalid|Error)/i.test(line))
    .slice(0, 2);
  return [first, ...detail].join(' ');
}

/** Rows of a query over one file. */
export async function queryFile(
  connection: DuckDBConnection,
  file: string,
  sql: string,
): Promise<Record<string, unknown>[]> {
  try {
    return await readRows(connection, sql);
  } catch (error) {
    throw await blameFile(connection, file, error);
  }
}

/** Where a row of a file is: `row 2`, with its line where the format has lines. */
export async function placeOf(file: string, row: unknown): Promise<string> {
  const line = formatOf(file) === 'csv' ? await lineOfRow(file, Number(row)) : undefined;
  return `row ${String(row)}${line === undefined ? '' : ` (line ${String(line)})`}`;
}
