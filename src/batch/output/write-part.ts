import {
  DOUBLE,
  DuckDBDataChunk,
  INTEGER,
  LIST,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
  listValue,
} from '@duckdb/node-api';
import type { ModelColumns } from '../shard-columns.js';
import { quoted } from '../duck.js';
import { tablesOf, type TableName } from './tables.js';

/** One model of a run, as the tables name it. */
export interface NamedModel {
  readonly id: string;
  readonly version: string;
  readonly parameterHash: string;
  /** What the column `model` says: `es`, or `es@set` where a run has several of one model. */
  readonly label: string;
}

export interface PartContent {
  /** Global number of the first account of each result. */
  readonly results: readonly { readonly firstAccount: number; readonly models: readonly ModelColumns[] }[];
  readonly models: readonly NamedModel[];
  readonly instruments: readonly string[];
  readonly includeVectors: boolean;
}

/** Writes the tables of some accounts as `FOLDER/TABLE.parquet`. */
export async function writePart(
  connection: DuckDBConnection,
  folder: string,
  content: PartContent,
): Promise<void> {
  for (const table of tablesOf(content.includeVectors)) {
    await connection.run(`CREATE OR REPLACE TEMP TABLE stage_${table} (${STAGES[table].columns})`);
    const appender = await connection.createAppender(`stage_${table}`, null, 'temp');
    const stage = new Stage(STAGES[table].types, (chunk) => {
      appender.appendDataChunk(chunk);
    });
    for (const { firstAccount, models } of content.results)
      for (const model of models) STAGES[table].add(stage, model, firstAccount, content);
    stage.flush();
    appender.closeSync();
    await connection.run(
      `COPY (${STAGES[table].select}) TO ${quoted(`${folder}/${table}.parquet`)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    await connection.run(`DROP TABLE stage_${table}`);
  }
}

const CHUNK_ROWS = 2_048;

/** Rows on their way into a table, a chunk at a time. */
class Stage {
  readonly #types: readonly DuckDBType[];
  readonly #take: (chunk: DuckDBDataChunk) => void;
  #columns: DuckDBValue[][];

  constructor(types: readonly DuckDBType[], take: (chunk: DuckDBDataChunk) => void) {
    this.#types = types;
    this.#take = take;
    this.#columns = types.map(() => []);
  }

  add(...values: DuckDBValue[]): void {
    for (let at = 0; at < values.length; at += 1) this.#columns[at]?.push(values[at] ?? null);
    if ((this.#columns[0]?.length ?? 0) >= CHUNK_ROWS) this.flush();
  }

  flush(): void {
    const rows = this.#columns[0]?.length ?? 0;
    if (rows === 0) return;
    const chunk = DuckDBDataChunk.create(this.#types, rows);
    chunk.setColumns(this.#columns);
    this.#take(chunk);
    this.#columns = this.#types.map(() => []);
  }
}

interface StageDefinition {
  readonly columns: string;
  readonly types: readonly DuckDBType[];
  readonly select: string;
  add(stage: Stage, model: ModelColumns, firstAccount: number, content: PartContent): void;
}

const orNull = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

const STAGES: Readonly<Record<TableName, StageDefinition>> = {
  accounts: {
    columns: `account INTEGER, model VARCHAR, model_version VARCHAR, parameter_hash VARCHAR, currency VARCHAR, equity DOUBLE,
      mark_to_market DOUBLE, initial_margin DOUBLE, maintenance_margin DOUBLE, initial_excess DOUBLE, maintenance_excess DOUBLE,
      worst_scenario VARCHAR, worst_scenario_pnl DOUBLE, value_at_risk DOUBLE, expected_shortfall DOUBLE,
      expected_shortfall_standard_error DOUBLE, quality VARCHAR, position_count INTEGER`,
    types: [
      ...[
        INTEGER,
        VARCHAR,
        VARCHAR,
        VARCHAR,
        VARCHAR,
        DOUBLE,
        DOUBLE,
        DOUBLE,
        DOUBLE,
        DOUBLE,
        DOUBLE,
        VARCHAR,
      ],
      ...[DOUBLE, DOUBLE, DOUBLE, DOUBLE, VARCHAR, INTEGER],
    ],
    select: `SELECT a.account_id, s.* EXCLUDE (account) FROM stage_accounts s JOIN accounts a USING (account) ORDER BY account, model`,
    add: (stage, { model, accounts: rows }, firstAccount, { models }) => {
      const { label = '', version = '', parameterHash = '' } = models[model] ?? {};
      rows.account.forEach((account, k) => {
        stage.add(
          firstAccount + account,
          label,
          version,
          parameterHash,
          rows.currencies[rows.currency[k] ?? 0] ?? '',
          rows.equity[k] ?? null,
          rows.markToMarket[k] ?? null,
          rows.initialMargin[k] ?? null,
          rows.maintenanceMargin[k] ?? null,
          rows.initialExcess[k] ?? null,
          rows.maintenanceExcess[k] ?? null,
          rows.worstScenario[k] ?? null,
          orNull(rows.worstScenarioPnl[k]),
          orNull(rows.valueAtRisk[k]),
          orNull(rows.expectedShortfall[k]),
          orNull(rows.standardError[k]),
          rows.quality[k] ?? null,
          rows.positionCount[k] ?? null,
        );
      });
    },
  },
  components: {
    columns: `account INTEGER, model VARCHAR, place INTEGER, component VARCHAR, initial DOUBLE, maintenance DOUBLE,
      currency VARCHAR, quality VARCHAR`,
    types: [INTEGER, VARCHAR, INTEGER, VARCHAR, DOUBLE, DOUBLE, VARCHAR, VARCHAR],
    select: `SELECT account_id, model, component, kind, value, currency, quality
      FROM (SELECT account, model, place, component, 'initial' AS kind, initial AS value, currency, quality FROM stage_components
            UNION ALL
            SELECT account, model, place, component, 'maintenance', maintenance, currency, quality FROM stage_components)
      JOIN accounts USING (account) ORDER BY account, model, place, kind`,
    add: (stage, { model, accounts, components: rows }, firstAccount, { models }) => {
      const currencyOf = currencies(accounts);
      rows.account.forEach((account, k) => {
        stage.add(
          firstAccount + account,
          models[model]?.label ?? '',
          k,
          rows.name[k] ?? '',
          rows.initial[k] ?? null,
          rows.maintenance[k] ?? null,
          currencyOf.get(account) ?? '',
          rows.quality[k] ?? null,
        );
      });
    },
  },
  contributions: {
    columns: `account INTEGER, model VARCHAR, place INTEGER, instrument VARCHAR, quantity DOUBLE,
      initial_margin_contribution DOUBLE, currency VARCHAR`,
    types: [INTEGER, VARCHAR, INTEGER, VARCHAR, DOUBLE, DOUBLE, VARCHAR],
    select: `SELECT account_id, model, instrument, quantity, initial_margin_contribution, currency
      FROM stage_contributions JOIN accounts USING (account) ORDER BY account, model, place`,
    add: (stage, { model, accounts, contributions: rows }, firstAccount, { models, instruments }) => {
      const currencyOf = currencies(accounts);
      rows.account.forEach((account, k) => {
        stage.add(
          firstAccount + account,
          models[model]?.label ?? '',
          k,
          instruments[rows.instrument[k] ?? 0] ?? '',
          rows.quantity[k] ?? null,
          rows.initialMargin[k] ?? null,
          currencyOf.get(account) ?? '',
        );
      });
    },
  },
  failures: {
    columns: `account INTEGER, model VARCHAR, field VARCHAR, reason VARCHAR, message VARCHAR, list VARCHAR, place INTEGER,
      value VARCHAR, expected VARCHAR`,
    types: [INTEGER, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR, INTEGER, VARCHAR, VARCHAR],
    // The n-th position or balance of an account in the order of its file is the row that the failure is about.
    select: `SELECT coalesce(p.row, c.row)::BIGINT AS row_number, a.account_id, f.model, f.field, f.reason, f.message, f.value, f.expected
      FROM stage_failures f JOIN accounts a USING (account)
      LEFT JOIN (SELECT account_id, row, row_number() OVER (PARTITION BY account_id ORDER BY row) - 1 AS place FROM positions
                 WHERE account_id IN (SELECT account_id FROM stage_failures JOIN accounts USING (account))) p
        ON f.list = 'positions' AND p.account_id = a.account_id AND p.place = f.place
      LEFT JOIN (SELECT account_id, row, row_number() OVER (PARTITION BY account_id ORDER BY row) - 1 AS place FROM collateral
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
          listValue([...pnl]),
          currencyOf.get(account) ?? '',
        );
    },
  },
};

function currencies({ account, currency, currencies: names }: ModelColumns['accounts']): Map<number, string> {
  return new Map(Array.from(account, (at, k) => [at, names[currency[k] ?? 0] ?? '']));
}
