import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnPageKernels } from '../../kernel/column-pages.js';
import { copyNumbers, forEachChunk, readRows } from '../duck.js';
import type { ModelColumns } from '../shard-columns.js';
import { ThreadMemory } from '../thread-memory.js';
import { factsOf, naming, type FileFacts } from './files.js';
import { ParquetWriter } from './parquet-file.js';
import { flatColumns } from './part-columns.js';
import { writeStaged } from './staged-tables.js';
import { tablesOf, type TableName } from './tables.js';
import { TextTable } from './text-table.js';

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
  readonly includeVectors: boolean;
}

/** Writes the parts of a run one after the other. */
export class PartWriter {
  readonly #connection: DuckDBConnection;
  readonly #instruments: TextTable;
  readonly #writer: ParquetWriter;
  readonly #memory = new ThreadMemory();

  /** @param instruments names of the market's instruments */
  constructor(connection: DuckDBConnection, kernels: ColumnPageKernels, instruments: readonly string[]) {
    this.#connection = connection;
    this.#instruments = TextTable.of(instruments);
    this.#writer = new ParquetWriter(kernels);
  }

  /** Writes the tables of some accounts as `FOLDER/TABLE.parquet`. */
  async write(folder: string, content: PartContent): Promise<ReadonlyMap<TableName, FileFacts>> {
    const accountIds = await readAccountIds(this.#connection, content);
    const names = { accountIds, instruments: this.#instruments };
    const written = new Map<TableName, FileFacts>();
    for (const table of tablesOf(content.includeVectors)) {
      const file = `${folder}/${table}.parquet`;
      if (table === 'failures' || table === 'scenarios') {
        await writeStaged(this.#connection, table, file, content);
        written.set(table, await factsOf(file));
      } else {
        const { rows, columns } = flatColumns(table, content, names, this.#memory);
        written.set(table, await naming(file, () => this.#writer.write(file, rows, columns)));
      }
    }
    return written;
  }
}

/** All names as one text: asking the database for one after the other costs as much as all else here. */
async function readAccountIds(
  connection: DuckDBConnection,
  { firstAccount, accountCount }: PartContent,
): Promise<TextTable> {
  const end = firstAccount + accountCount;
  const own = `FROM accounts WHERE account >= ${String(firstAccount)} AND account < ${String(end)}`;
  const [joined] = await readRows(
    connection,
    `SELECT string_agg(account_id, '' ORDER BY account) AS names ${own}`,
  );
  const lengths = new Uint32Array(accountCount);
  let at = 0;
  await forEachChunk(connection, `SELECT strlen(account_id)::UINTEGER ${own} ORDER BY account`, (chunk) => {
    copyNumbers(chunk, 0, lengths, at);
    at += chunk.rowCount;
  });
  // Accounts are numbered in the order of their names.
  const names = joined?.names;
  return TextTable.fromJoined(typeof names === 'string' ? names : '', lengths, true);
}
