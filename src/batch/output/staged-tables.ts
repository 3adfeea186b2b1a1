import type { DuckDBConnection, DuckDBDataChunk, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { quoted } from '../../domain/sql-text.js';
import { duckdb } from '../duck.js';
import type { ModelColumns } from '../shard-columns.js';
import { COLUMNS } from './tables.js';
import type { PartContent } from './write-part.js';

const { DOUBLE, INTEGER, LIST, VARCHAR } = duckdb;

/** Tables with texts or lists of their own in every row, and with what only the files know. */
export type StagedTable = 'failures' | 'scenarios';

/** Where the results have their rows. */
const STAGED_ROWS = { failures: 'failures', scenarios: 'vectors' } as const;

/** Writes such a table by way of the database. */
export async function writeStaged(
  connection: DuckDBConnection,
  table: StagedTable,
  file: string,
  content: PartContent,
): Promise<void> {
  const { columns, types, select } = STAGES[table];
  const write = async (rows: string): Promise<void> => {
    await connection.run(`COPY (${rows}) TO ${quoted(file)} (FORMAT parquet, COMPRESSION zstd)`);
  };
  if (!content.results.some(({ models }) => models.some((model) => model[STAGED_ROWS[table]].length > 0))) {
    // Most parts have no failures, and planning to look for their rows takes longer than all of the other tables.
    const none = COLUMNS[table].map(([name, type]) => `NULL::${type} AS ${name}`);
    await write(`SELECT ${none.join(', ')} WHERE false`);
    return;
  }
  await connection.run(`CREATE OR REPLACE TEMP TABLE stage_${table} (${columns})`);
  const appender = await connection.createAppender(`stage_${table}`, null, 'temp');
  const stage = new Stage(types, (chunk) => {
    appender.appendDataChunk(chunk);
  });
  for (const { firstAccount, models } of content.results)
    for (const model of models) STAGES[table].add(stage, model, firstAccount, content);
  stage.flush();
  appender.closeSync();
  await write(select);
  await connection.run(`DROP TABLE stage_${table}`);
}

const CHUNK_ROWS = 2_048;

/** Numbers in lists of one chunk, 8 MB: DuckDB keeps the lists of a chunk in one piece. */
const CHUNK_CELLS = 1_000_000;

/** Rows on their way into a table, a chunk at a time. */
class Stage {
  readonly #types: readonly DuckDBType[];
  readonly #take: (chunk: DuckDBDataChunk) => void;
  #columns: DuckDBValue[][];
  #cells = 0;

  constructor(types: readonly DuckDBType[], take: (chunk: DuckDBDataChunk) => void) {
    this.#types = types;
    this.#take = take;
    this.#columns = types.map(() => []);
  }

  add(...values: DuckDBValue[]): void {
    for (let at = 0; at < values.length; at += 1) {
      const value = values[at] ?? null;
      this.#columns[at]?.push(value);
      if (value instanceof duckdb.DuckDBListValue) this.#cells += value.items.length;
    }
    if ((this.#columns[0]?.length ?? 0) >= CHUNK_ROWS || this.#cells >= CHUNK_CELLS) this.flush();
  }

  flush(): void {
    const rows = this.#columns[0]?.length ?? 0;
    if (rows === 0) return;
    const chunk = duckdb.DuckDBDataChunk.create(this.#types, rows);
    chunk.setColumns(this.#columns);
    this.#take(chunk);
    this.#columns = this.#types.map(() => []);
    this.#cells = 0;
  }
}

interface StageDefinition {
  readonly columns: string;
  readonly types: readonly DuckDBType[];
  readonly select: string;
  add(stage: Stage, model: ModelColumns, firstAccount: number, content: PartContent): void;
}

const STAGES: Readonly<Record<StagedTable, StageDefinition>> = {
  failures: {
    columns: `account INTEGER, model VARCHAR, field VARCHAR, reason VARCHAR, message VARCHAR, list VARCHAR, place INTEGER,
      value VARCHAR, expected VARCHAR`,
    types: [INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, INTEGER, VARCHAR, VARCHAR],
    // The n-th position or balance of an account in the order of its file is the row that the failure is about.
    select: `SELECT coalesce(p.row, c.row)::BIGINT AS row_number, a.account_id, f.model, f.field, f.reason, f.message, f.value, f.expected,
        coalesce(p.source, c.source) AS file
      FROM stage_failures f JOIN accounts a USING (account)
      LEFT JOIN (SELECT account_id, source, row, row_number() OVER (PARTITION BY account_id ORDER BY row) - 1 AS place FROM positions
                 WHERE account_id IN (SELECT account_id FROM stage_failures JOIN accounts USING (account))) p
        ON f.list = 'positions' AND p.account_id = a.account_id AND p.place = f.place
      LEFT JOIN (SELECT account_id, source, row,
                   row_number() OVER (PARTITION BY account_id ORDER BY source = 'collateral', row) - 1 AS place FROM collateral
                 WHERE account_id IN (SELECT account_id FROM stage_failures JOIN accounts USING (account))) c
        ON f.list = 'balances' AND c.account_id = a.account_id AND c.place = f.place
      ORDER BY f.account, f.model`,
    add: (stage, { model, failures }, firstAccount, { models }) => {
      for (const { account, field, reason, message } of failures) {
        const [, list = null, place = null] = /^(positions|balances)\[(\d+)\]/.exec(field) ?? [];
        const [, wanted = null, received = null] =
          /^Expected (.*?) but (?:received )?(.*)$/.exec(message) ?? [];
        stage.add(
          firstAccount + account,
          models[model]?.label ?? '',
          field,
          reason,
          message,
          list,
          place === null ? null : Number(place),
          received,
          wanted,
        );
      }
    },
  },
  scenarios: {
    columns: 'account INTEGER, model VARCHAR, pnl DOUBLE[], currency VARCHAR',
    types: [INTEGER, VARCHAR, LIST(DOUBLE), VARCHAR],
    select: `SELECT account_id, model, pnl, currency FROM stage_scenarios JOIN accounts USING (account) ORDER BY account, model`,
    add: (stage, { model, accounts, vectors }, firstAccount, { models }) => {
      const currencyOf = currencies(accounts);
      for (const { account, pnl } of vectors)
        stage.add(
          firstAccount + account,
          models[model]?.label ?? '',
          duckdb.listValue([...pnl]),
          currencyOf.get(account) ?? '',
        );
    },
  },
};

function currencies({ account, currency, currencies: names }: ModelColumns['accounts']): Map<number, string> {
  return new Map(Array.from(account, (at, k) => [at, names[currency[k] ?? 0] ?? '']));
}
