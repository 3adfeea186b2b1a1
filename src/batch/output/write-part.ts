import type { DuckDBConnection } from '@duckdb/node-api';
import type { ModelColumns } from '../shard-columns.js';
import { naming } from './files.js';
import { writeParquet } from './parquet-file.js';
import { flatColumns } from './part-columns.js';
import { writeStaged } from './staged-tables.js';
import { tablesOf } from './tables.js';

/** One model of a run, as the tables name it. */
export interface NamedModel {
  readonly id: string;
  readonly version: string;
  readonly parameterHash: string;
  /** What the column `model` says: `es`, or `es@set` where a run has several of one model. */
  readonly label: string;
}

export interface PartContent {
  /** The accounts of the part, by their numbers. */
  readonly firstAccount: number;
  readonly accountCount: number;
  /** In the order of accounts, with the number of the first account of each. */
  readonly results: readonly { readonly firstAccount: number; readonly models: readonly ModelColumns[] }[];
  readonly models: readonly NamedModel[];
  /** Names of the market's instruments. */
  readonly instruments: readonly string[];
  readonly includeVectors: boolean;
}

/** Writes the tables of some accounts as `FOLDER/TABLE.parquet`. */
export async function writePart(
  connection: DuckDBConnection,
  folder: string,
  content: PartContent,
): Promise<void> {
  const accountIds = await readAccountIds(connection, content);
  for (const table of tablesOf(content.includeVectors)) {
    const file = `${folder}/${table}.parquet`;
    if (table === 'failures' || table === 'scenarios') {
      await writeStaged(connection, table, file, content);
    } else {
      const { rows, columns } = flatColumns(table, content, accountIds);
      await naming(file, () => writeParquet(file, rows, columns));
    }
  }
}

async function readAccountIds(
  connection: DuckDBConnection,
  { firstAccount, accountCount }: PartContent,
): Promise<string[]> {
  const end = firstAccount + accountCount;
  const reader = await connection.runAndReadAll(
    `SELECT account_id FROM accounts WHERE account >= ${String(firstAccount)} AND account < ${String(end)} ORDER BY account`,
  );
  return (reader.getColumns()[0] ?? []).map(String);
}
