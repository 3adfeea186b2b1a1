import type { CodedTexts } from '../growing-columns.js';
import type { ModelColumns } from '../shard-columns.js';
import type { ThreadMemory } from '../thread-memory.js';
import type { Column, ColumnValues, TextValues } from './parquet-file.js';
import { COLUMNS } from './tables.js';
import { TextTable } from './text-table.js';
import type { PartContent } from './write-part.js';

/** Tables of typed columns; the others hold texts of their own in every row. */
export type FlatTable = 'accounts' | 'components' | 'contributions';

export interface FlatColumns {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/** Names that stand in many rows. */
export interface RowNames {
  /** Of the accounts of the shard, in their order. */
  readonly accountIds: TextTable;
  /** Of the market. */
  readonly instruments: TextTable;
}

/**
 * The columns of a table in the order of its file: by account, then by the label of the model. The rows of every result are in the
 * order of accounts already. The columns lie in `memory` and are over with those of the next table.
 */
export function flatColumns(
  table: FlatTable,
  content: PartContent,
  names: RowNames,
  memory: ThreadMemory,
): FlatColumns {
  const runs = runsOf(content, (model) => model[table].account);
  const sheet = new Sheet(runs, content, names, memory);
  const values = VALUES[table](sheet);
  const rows = sheet.rows * (table === 'components' ? 2 : 1);
  const columns = COLUMNS[table].map(([name], at): Column => {
    const own = values[at];
    if (own === undefined) throw new TypeError(`${table} has no column ${name}`);
    return { name, ...own };
  });
  return { rows, columns };
}

/** Rows `from` to `to` of one result. */
interface Run {
  readonly columns: ModelColumns;
  /** Place among the accounts of the shard of the result's first one. */
  readonly firstAccount: number;
  readonly from: number;
  readonly to: number;
}

function runsOf(
  { results, models, firstAccount: first }: PartContent,
  accountsOf: (model: ModelColumns) => Uint32Array,
): Run[] {
  const label = ({ model }: ModelColumns): string => models[model]?.label ?? '';
  return results.flatMap(({ firstAccount, models: unordered }) => {
    const ordered = [...unordered].sort((a, b) => (label(a) < label(b) ? -1 : 1));
    return interleave(ordered, accountsOf).map((run) => ({ ...run, firstAccount: firstAccount - first }));
  });
}

/** Account by account where there are several models. */
function interleave(
  models: readonly ModelColumns[],
  accountsOf: (model: ModelColumns) => Uint32Array,
): Omit<Run, 'firstAccount'>[] {
  const [only] = models;
  if (only !== undefined && models.length === 1)
    return [{ columns: only, from: 0, to: accountsOf(only).length }];
  const next = models.map(() => 0);
  const last = Math.max(...models.map((model) => accountsOf(model).at(-1) ?? -1));
  const runs: Omit<Run, 'firstAccount'>[] = [];
  for (let account = 0; account <= last; account += 1)
    models.forEach((columns, k) => {
      const accounts = accountsOf(columns);
      const from = next[k] ?? 0;
      let to = from;
      while (accounts[to] === account) to += 1;
      if (to > from) runs.push({ columns, from, to });
      next[k] = to;
    });
  return runs;
}

/** Columns of a table from those of its runs. */
class Sheet {
  readonly rows: number;
  readonly #runs: readonly Run[];
  readonly #content: PartContent;
  readonly #names: RowNames;
  readonly #memory: ThreadMemory;
  #columns = 0;

  constructor(runs: readonly Run[], content: PartContent, names: RowNames, memory: ThreadMemory) {
    this.rows = runs.reduce((sum, { from, to }) => sum + to - from, 0);
    this.#runs = runs;
    this.#content = content;
    this.#names = names;
    this.#memory = memory;
  }

  /** Memory for a column of its own, with whatever is in it. */
  doubleColumn(length: number): Float64Array {
    this.#columns += 1;
    return this.#memory.doubles(`column ${String(this.#columns)}`, length).subarray(0, length);
  }

  integerColumn(length: number): Int32Array {
    this.#columns += 1;
    const own = this.#memory.integers(`column ${String(this.#columns)}`, length);
    return new Int32Array(own.buffer, own.byteOffset, length);
  }

  doubles(of: (model: ModelColumns) => Float64Array): Float64Array {
    const values = this.doubleColumn(this.rows);
    this.#forEachRun((columns, from, to, at) => {
      values.set(of(columns).subarray(from, to), at);
    });
    return values;
  }

  integers(of: (model: ModelColumns) => Uint32Array): Int32Array {
    const values = this.integerColumn(this.rows);
    this.#forEachRun((columns, from, to, at) => {
      values.set(of(columns).subarray(from, to), at);
    });
    return values;
  }

  accountIds(of: (model: ModelColumns) => Uint32Array): TextValues {
    const codes = this.integers(of);
    this.#forEachRun((_, from, to, at, firstAccount) => {
      addTo(codes, at, at + to - from, firstAccount);
    });
    return { kind: 'text', codes, texts: this.#names.accountIds };
  }

  instruments(of: (model: ModelColumns) => Uint32Array): TextValues {
    return { kind: 'text', codes: this.integers(of), texts: this.#names.instruments };
  }

  /** One text for all rows of a model. */
  ofModel(of: (model: PartContent['models'][number]) => string): TextValues {
    const codes = this.integerColumn(this.rows);
    this.#forEachRun(({ model }, from, to, at) => {
      codes.fill(model, at, at + to - from);
    });
    return { kind: 'text', codes, texts: TextTable.of(this.#content.models.map(of)) };
  }

  texts(of: (model: ModelColumns) => CodedTexts): TextValues {
    const known = new Map<string, number>();
    const codeOf = (text: string): number => {
      const code = known.get(text) ?? known.size;
      known.set(text, code);
      return code;
    };
    const codesOf = new Map<CodedTexts, Int32Array>();
    const codes = this.integerColumn(this.rows);
    this.#forEachRun((columns, from, to, at) => {
      const own = of(columns);
      const shared = codesOf.get(own) ?? Int32Array.from(own.texts, codeOf);
      codesOf.set(own, shared);
      translate(own.codes, from, to, shared, codes, at);
    });
    return { kind: 'text', codes, texts: TextTable.of([...known.keys()]) };
  }

  /** Currencies of rows, by their accounts: both are in the order of accounts. */
  currencies(of: (model: ModelColumns) => Uint32Array): TextValues {
    const names = [...new Set(this.#runs.flatMap(({ columns }) => columns.accounts.currencies))];
    const texts = TextTable.of(names);
    const codes = this.integerColumn(this.rows);
    // Whatever the account, there is one currency: every row of a table belongs to a row of `accounts`.
    if (names.length === 1) return { kind: 'text', codes: codes.fill(0), texts };
    const places = new Map<ModelColumns, number>();
    this.#forEachRun((columns, from, to, at) => {
      const { account, currency, currencies } = columns.accounts;
      const codeOf = currencies.map((name) => names.indexOf(name));
      const wanted = of(columns);
      let place = places.get(columns) ?? 0;
      for (let row = from; row < to; row += 1) {
        while (place < account.length && (account[place] ?? 0) < (wanted[row] ?? 0)) place += 1;
        const isThere = account[place] === wanted[row];
        codes[at + row - from] = isThere ? (codeOf[currency[place] ?? 0] ?? -1) : -1;
      }
      places.set(columns, place);
    });
    return { kind: 'text', codes, texts };
  }

  /** @param take `at` is the row of the table of the run's first one */
  #forEachRun(
    take: (columns: ModelColumns, from: number, to: number, at: number, firstAccount: number) => void,
  ): void {
    let at = 0;
    for (const { columns, from, to, firstAccount } of this.#runs) {
      take(columns, from, to, at, firstAccount);
      at += to - from;
    }
  }
}

function addTo(values: Int32Array, from: number, to: number, added: number): void {
  if (added === 0) return;
  for (let at = from; at < to; at += 1) values[at] = (values[at] ?? 0) + added;
}

/** Codes `from` to `to` by another numbering; -1 stays. */
function translate(
  codes: Int32Array,
  from: number,
  to: number,
  newCode: Int32Array,
  out: Int32Array,
  at: number,
): void {
  for (let row = from; row < to; row += 1) out[at + row - from] = newCode[codes[row] ?? -1] ?? -1;
}

const double = (values: Float64Array): ColumnValues => ({ kind: 'double', values });

const accountOfAccounts = ({ accounts }: ModelColumns): Uint32Array => accounts.account;

function accountValues(sheet: Sheet): readonly ColumnValues[] {
  return [
    sheet.accountIds(accountOfAccounts),
    sheet.ofModel(({ label }) => label),
    sheet.ofModel(({ version }) => version),
    sheet.ofModel(({ parameterHash }) => parameterHash),
    sheet.currencies(accountOfAccounts),
    double(sheet.doubles(({ accounts }) => accounts.equity)),
    double(sheet.doubles(({ accounts }) => accounts.markToMarket)),
    double(sheet.doubles(({ accounts }) => accounts.initialMargin)),
    double(sheet.doubles(({ accounts }) => accounts.maintenanceMargin)),
    double(sheet.doubles(({ accounts }) => accounts.initialExcess)),
    double(sheet.doubles(({ accounts }) => accounts.maintenanceExcess)),
    sheet.texts(({ accounts }) => accounts.worstScenario),
    double(sheet.doubles(({ accounts }) => accounts.worstScenarioPnl)),
    double(sheet.doubles(({ accounts }) => accounts.valueAtRisk)),
    double(sheet.doubles(({ accounts }) => accounts.expectedShortfall)),
    double(sheet.doubles(({ accounts }) => accounts.standardError)),
    sheet.texts(({ accounts }) => accounts.quality),
    { kind: 'integer', values: sheet.integers(({ accounts }) => accounts.positionCount) },
  ];
}

const accountOfComponents = ({ components }: ModelColumns): Uint32Array => components.account;

/** Two rows for each of the results: initial, then maintenance. */
function componentValues(sheet: Sheet): readonly ColumnValues[] {
  const initial = sheet.doubles(({ components }) => components.initial);
  const maintenance = sheet.doubles(({ components }) => components.maintenance);
  const values = sheet.doubleColumn(2 * sheet.rows);
  alternate(initial, maintenance, values);
  const kinds = sheet.integerColumn(2 * sheet.rows);
  alternate(sheet.integerColumn(sheet.rows).fill(0), sheet.integerColumn(sheet.rows).fill(1), kinds);
  const inBothRows = ({ codes, texts }: TextValues): TextValues => {
    const both = sheet.integerColumn(2 * codes.length);
    alternate(codes, codes, both);
    return { kind: 'text', codes: both, texts };
  };
  return [
    inBothRows(sheet.accountIds(accountOfComponents)),
    inBothRows(sheet.ofModel(({ label }) => label)),
    inBothRows(sheet.texts(({ components }) => components.name)),
    { kind: 'text', codes: kinds, texts: TextTable.of(['initial', 'maintenance']) },
    double(values),
    inBothRows(sheet.currencies(accountOfComponents)),
    inBothRows(sheet.texts(({ components }) => components.quality)),
  ];
}

/** One of the first, one of the second, and so on. */
function alternate<Values extends Float64Array | Int32Array>(
  first: Values,
  second: Values,
  both: Values,
): void {
  for (let at = 0; at < first.length; at += 1) {
    both[2 * at] = first[at] ?? NaN;
    both[2 * at + 1] = second[at] ?? NaN;
  }
}

const accountOfContributions = ({ contributions }: ModelColumns): Uint32Array => contributions.account;

function contributionValues(sheet: Sheet): readonly ColumnValues[] {
  return [
    sheet.accountIds(accountOfContributions),
    sheet.ofModel(({ label }) => label),
    sheet.instruments(({ contributions }) => contributions.instrument),
    double(sheet.doubles(({ contributions }) => contributions.quantity)),
    double(sheet.doubles(({ contributions }) => contributions.initialMargin)),
    sheet.currencies(accountOfContributions),
  ];
}

const VALUES: Readonly<Record<FlatTable, (sheet: Sheet) => readonly ColumnValues[]>> = {
  accounts: accountValues,
  components: componentValues,
  contributions: contributionValues,
};
