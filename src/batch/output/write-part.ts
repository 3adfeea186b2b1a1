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
import { quoted, setNumbers } from '../duck.js';
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
  readonly includeVectors: boolean;
}

/** Writes the tables of some accounts as `FOLDER/TABLE.parquet`. */
export async function writePart(
  connection: DuckDBConnection,
  folder: string,
  content: PartContent,
): Promise<void> {
  const names = new Names(content);
  for (const table of tablesOf(content.includeVectors)) {
    await connection.run(`CREATE OR REPLACE TEMP TABLE stage_${table} (${STAGES[table].columns})`);
    const appender = await connection.createAppender(`stage_${table}`, null, 'temp');
    const stage = new Stage(STAGES[table].types, (chunk) => {
      appender.appendDataChunk(chunk);
    });
    for (const { firstAccount, models } of content.results)
      for (const model of models) STAGES[table].add(stage, model, firstAccount, content, names);
    stage.flush();
    appender.closeSync();
    await names.write(connection);
    await connection.run(
      `COPY (${STAGES[table].select}) TO ${quoted(`${folder}/${table}.parquet`)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    await connection.run(`DROP TABLE stage_${table}`);
  }
}

/**
 * Texts that stand in many rows, by number: a row then holds numbers only, which cross into the database as typed arrays. The
 * labels of the models come first, in their order.
 */
class Names {
  readonly #codes = new Map<string, number>();

  constructor({ models }: PartContent) {
    for (const { label } of [...models].sort((a, b) => (a.label < b.label ? -1 : 1))) this.codeOf(label);
  }

  /** -1 for none. */
  codeOf(name: string | null | undefined): number {
    if (name === null || name === undefined) return -1;
    const known = this.#codes.get(name);
    if (known !== undefined) return known;
    this.#codes.set(name, this.#codes.size);
    return this.#codes.size - 1;
  }

  codesOf(names: readonly (string | null)[]): Int32Array {
    return Int32Array.from(names, (name) => this.codeOf(name));
  }

  async write(connection: DuckDBConnection): Promise<void> {
    await connection.run('CREATE OR REPLACE TEMP TABLE stage_names (code INTEGER, name VARCHAR)');
    const appender = await connection.createAppender('stage_names', null, 'temp');
    const stage = new Stage([INTEGER, VARCHAR], (chunk) => {
      appender.appendDataChunk(chunk);
    });
    for (const [name, code] of this.#codes) stage.add(code, name);
    stage.flush();
    appender.closeSync();
  }
}

const CHUNK_ROWS = 2_048;

type Numbers = Float64Array | Int32Array;

/** Rows on their way into a table, a chunk at a time. */
class Stage {
  readonly #types: readonly DuckDBType[];
  readonly #take: (chunk: DuckDBDataChunk) => void;
  #columns: DuckDBValue[][];
  /** Of numbers, filled again and again: the database copies what it takes, and making one costs more than filling it. */
  #chunk: DuckDBDataChunk | undefined;

  constructor(types: readonly DuckDBType[], take: (chunk: DuckDBDataChunk) => void) {
    this.#types = types;
    this.#take = take;
    this.#columns = types.map(() => []);
  }

  add(...values: DuckDBValue[]): void {
    for (let at = 0; at < values.length; at += 1) this.#columns[at]?.push(values[at] ?? null);
    if ((this.#columns[0]?.length ?? 0) >= CHUNK_ROWS) this.flush();
  }

  /** Whole columns, integers and doubles as the types say; nothing may be pending. */
  addColumns(...columns: readonly Numbers[]): void {
    const total = columns[0]?.length ?? 0;
    for (let first = 0; first < total; first += CHUNK_ROWS) {
      const rows = Math.min(CHUNK_ROWS, total - first);
      const chunk = (this.#chunk ??= DuckDBDataChunk.create(this.#types, rows));
      if (chunk.rowCount !== rows) chunk.rowCount = rows;
      columns.forEach((column, at) => {
        setNumbers(chunk, at, column.subarray(first, first + rows));
      });
      this.#take(chunk);
    }
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
  add(stage: Stage, model: ModelColumns, firstAccount: number, content: PartContent, names: Names): void;
}

/** The text behind a column of numbers, as `alias.name`. */
const named = (column: string, alias: string): string =>
  `LEFT JOIN stage_names ${alias} ON ${alias}.code = s.${column}`;

/** A column in which NaN stands for none. */
const orNull = (column: string): string =>
  `CASE WHEN isnan(s.${column}) THEN NULL ELSE s.${column} END AS ${column}`;

const repeated = (value: number, rows: number): Int32Array => new Int32Array(rows).fill(value);

const offsetBy = (accounts: Uint32Array, first: number): Int32Array =>
  Int32Array.from(accounts, (account) => first + account);

/** The first columns of tables with many rows an account: account, model, place. */
const placesOf = (accounts: Uint32Array, firstAccount: number, label: number): Int32Array[] => [
  offsetBy(accounts, firstAccount),
  repeated(label, accounts.length),
  Int32Array.from(accounts.keys()),
];

const STAGES: Readonly<Record<TableName, StageDefinition>> = {
  accounts: {
    columns: `account INTEGER, model INTEGER, model_version INTEGER, parameter_hash INTEGER, currency INTEGER, equity DOUBLE,
      mark_to_market DOUBLE, initial_margin DOUBLE, maintenance_margin DOUBLE, initial_excess DOUBLE, maintenance_excess DOUBLE,
      worst_scenario INTEGER, worst_scenario_pnl DOUBLE, value_at_risk DOUBLE, expected_shortfall DOUBLE,
      expected_shortfall_standard_error DOUBLE, quality INTEGER, position_count INTEGER`,
    types: [
      ...[
        INTEGER,
        INTEGER,
        INTEGER,
        INTEGER,
        INTEGER,
        DOUBLE,
        DOUBLE,
        DOUBLE,
        DOUBLE,
        DOUBLE,
        DOUBLE,
        INTEGER,
      ],
      ...[DOUBLE, DOUBLE, DOUBLE, DOUBLE, INTEGER, INTEGER],
    ],
    select: `SELECT a.account_id, m.name AS model, v.name AS model_version, h.name AS parameter_hash, c.name AS currency, s.equity,
        s.mark_to_market, s.initial_margin, s.maintenance_margin, s.initial_excess, s.maintenance_excess, w.name AS worst_scenario,
        ${orNull('worst_scenario_pnl')}, ${orNull('value_at_risk')}, ${orNull('expected_shortfall')},
        ${orNull('expected_shortfall_standard_error')}, q.name AS quality, s.position_count
      FROM stage_accounts s JOIN accounts a USING (account) ${named('model', 'm')} ${named('model_version', 'v')}
        ${named('parameter_hash', 'h')} ${named('currency', 'c')} ${named('worst_scenario', 'w')} ${named('quality', 'q')}
      ORDER BY s.account, s.model`,
    add: (stage, { model, accounts: rows }, firstAccount, { models }, names) => {
      const { label, version, parameterHash } = models[model] ?? {};
      const count = rows.account.length;
      const currency = names.codesOf(rows.currencies);
      stage.addColumns(
        offsetBy(rows.account, firstAccount),
        repeated(names.codeOf(label), count),
        repeated(names.codeOf(version), count),
        repeated(names.codeOf(parameterHash), count),
        Int32Array.from(rows.currency, (at) => currency[at] ?? -1),
        rows.equity,
        rows.markToMarket,
        rows.initialMargin,
        rows.maintenanceMargin,
        rows.initialExcess,
        rows.maintenanceExcess,
        names.codesOf(rows.worstScenario),
        rows.worstScenarioPnl,
        rows.valueAtRisk,
        rows.expectedShortfall,
        rows.standardError,
        names.codesOf(rows.quality),
        Int32Array.from(rows.positionCount),
      );
    },
  },
  components: {
    columns: `account INTEGER, model INTEGER, place INTEGER, component INTEGER, initial DOUBLE, maintenance DOUBLE,
      currency INTEGER, quality INTEGER`,
    types: [INTEGER, INTEGER, INTEGER, INTEGER, DOUBLE, DOUBLE, INTEGER, INTEGER],
    select: `SELECT account_id, m.name AS model, p.name AS component, kind, value, c.name AS currency, q.name AS quality
      FROM (SELECT account, model, place, component, 'initial' AS kind, initial AS value, currency, quality FROM stage_components
            UNION ALL
            SELECT account, model, place, component, 'maintenance', maintenance, currency, quality FROM stage_components) s
      JOIN accounts USING (account) ${named('model', 'm')} ${named('component', 'p')} ${named('currency', 'c')}
        ${named('quality', 'q')}
      ORDER BY account, s.model, place, kind`,
    add: (stage, { model, accounts, components: rows }, firstAccount, { models }, names) => {
      stage.addColumns(
        ...placesOf(rows.account, firstAccount, names.codeOf(models[model]?.label)),
        names.codesOf(rows.name),
        rows.initial,
        rows.maintenance,
        currencyOfRows(accounts, rows.account, names),
        names.codesOf(rows.quality),
      );
    },
  },
  contributions: {
    columns: `account INTEGER, model INTEGER, place INTEGER, instrument INTEGER, quantity DOUBLE,
      initial_margin_contribution DOUBLE, currency INTEGER`,
    types: [INTEGER, INTEGER, INTEGER, INTEGER, DOUBLE, DOUBLE, INTEGER],
    // Instruments by the market's own numbers.
    select: `SELECT account_id, m.name AS model, i.name AS instrument, s.quantity, s.initial_margin_contribution, c.name AS currency
      FROM stage_contributions s JOIN accounts USING (account) LEFT JOIN instruments i ON i.instrument = s.instrument
        ${named('model', 'm')} ${named('currency', 'c')}
      ORDER BY account, s.model, place`,
    add: (stage, { model, accounts, contributions: rows }, firstAccount, { models }, names) => {
      stage.addColumns(
        ...placesOf(rows.account, firstAccount, names.codeOf(models[model]?.label)),
        Int32Array.from(rows.instrument),
        rows.quantity,
        rows.initialMargin,
        currencyOfRows(accounts, rows.account, names),
      );
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

/** The currency of each row of a table, by its account. */
function currencyOfRows(accounts: ModelColumns['accounts'], rows: Uint32Array, names: Names): Int32Array {
  const codes = names.codesOf(accounts.currencies);
  const currencyOf = new Map(
    Array.from(accounts.account, (at, k) => [at, codes[accounts.currency[k] ?? 0] ?? -1]),
  );
  return Int32Array.from(rows, (account) => currencyOf.get(account) ?? -1);
}
