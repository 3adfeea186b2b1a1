import type { CodedTexts, ModelColumns } from '../shard-columns.js';
import type { Column, ColumnValues, TextValues } from './parquet-file.js';
import { COLUMNS } from './tables.js';
import type { PartContent } from './write-part.js';

/** Tables of typed columns; the others hold texts of their own in every row. */
export type FlatTable = 'accounts' | 'components' | 'contributions';

export interface FlatColumns {
  readonly rows: number;
  readonly columns: readonly Column[];
}

/**
 * The columns of a table in the order of its file: by account, then by the label of the model. The rows of every result are in the
 * order of accounts already.
 *
 * @param accountIds names of the accounts of the shard, in their order
 */
export function flatColumns(
  table: FlatTable,
  content: PartContent,
  accountIds: readonly string[],
): FlatColumns {
  const runs = runsOf(content, (model) => model[table].account);
  const sheet = new Sheet(runs, content, accountIds);
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
  readonly #accountIds: readonly string[];

  constructor(runs: readonly Run[], content: PartContent, accountIds: readonly string[]) {
    this.rows = runs.reduce((sum, { from, to }) => sum + to - from, 0);
    this.#runs = runs;
    this.#content = content;
    this.#accountIds = accountIds;
  }

  doubles(of: (model: ModelColumns) => Float64Array): Float64Array {
    const values = new Float64Array(this.rows);
    let at = 0;
    for (const { columns, from, to } of this.#runs) {
      values.set(of(columns).subarray(from, to), at);
      at += to - from;
    }
    return values;
  }

  integers(
    of: (model: ModelColumns) => ArrayLike<number>,
    offset: (run: Run) => number = () => 0,
  ): Int32Array {
    const values = new Int32Array(this.rows);
    let at = 0;
    for (const run of this.#runs) {
      const own = of(run.columns);
      const added = offset(run);
      for (let row = run.from; row < run.to; row += 1, at += 1) values[at] = (own[row] ?? 0) + added;
    }
    return values;
  }

  accountIds(of: (model: ModelColumns) => Uint32Array): TextValues {
    const codes = this.integers(of, ({ firstAccount }) => firstAccount);
    return { kind: 'text', codes, texts: this.#accountIds };
  }

  instruments(of: (model: ModelColumns) => Uint32Array): TextValues {
    return { kind: 'text', codes: this.integers(of), texts: this.#content.instruments };
  }

  /** One text for all rows of a model. */
  ofModel(of: (model: PartContent['models'][number]) => string): TextValues {
    const codes = new Int32Array(this.rows);
    let at = 0;
    for (const { columns, from, to } of this.#runs) {
      codes.fill(columns.model, at, at + to - from);
      at += to - from;
    }
    return { kind: 'text', codes, texts: this.#content.models.map(of) };
  }

  texts(of: (model: ModelColumns) => CodedTexts): TextValues {
    const known = new Map<string, number>();
    const codeOf = (text: string): number => {
      const code = known.get(text) ?? known.size;
      known.set(text, code);
      return code;
    };
    const codesOf = new Map<CodedTexts, Int32Array>();
    const codes = new Int32Array(this.rows);
    let at = 0;
    for (const { columns, from, to } of this.#runs) {
      const own = of(columns);
      const shared = codesOf.get(own) ?? Int32Array.from(own.texts, codeOf);
      codesOf.set(own, shared);
      for (let row = from; row < to; row += 1, at += 1) codes[at] = shared[own.codes[row] ?? -1] ?? -1;
    }
    return { kind: 'text', codes, texts: [...known.keys()] };
  }

  /** Currencies of rows, by their accounts: both are in the order of accounts. */
  currencies(of: (model: ModelColumns) => Uint32Array): TextValues {
    const names = [...new Set(this.#runs.flatMap(({ columns }) => columns.accounts.currencies))];
    const codes = new Int32Array(this.rows).fill(-1);
    const places = new Map<ModelColumns, number>();
    let at = 0;
    for (const { columns, from, to } of this.#runs) {
      const { account, currency, currencies } = columns.accounts;
      const codeOf = currencies.map((name) => names.indexOf(name));
      const wanted = of(columns);
      let place = places.get(columns) ?? 0;
      for (let row = from; row < to; row += 1, at += 1) {
        while (place < account.length && (account[place] ?? 0) < (wanted[row] ?? 0)) place += 1;
        if (account[place] === wanted[row]) codes[at] = codeOf[currency[place] ?? 0] ?? -1;
      }
      places.set(columns, place);
    }
    return { kind: 'text', codes, texts: names };
  }
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
  const values = new Float64Array(2 * sheet.rows);
  const kinds = new Int32Array(2 * sheet.rows);
  for (let row = 0; row < sheet.rows; row += 1) {
    values[2 * row] = initial[row] ?? NaN;
    values[2 * row + 1] = maintenance[row] ?? NaN;
    kinds[2 * row + 1] = 1;
  }
  return [
    inBothRows(sheet.accountIds(accountOfComponents)),
    inBothRows(sheet.ofModel(({ label }) => label)),
    inBothRows(sheet.texts(({ components }) => components.name)),
    { kind: 'text', codes: kinds, texts: ['initial', 'maintenance'] },
    double(values),
    inBothRows(sheet.currencies(accountOfComponents)),
    inBothRows(sheet.texts(({ components }) => components.quality)),
  ];
}

function inBothRows({ codes, texts }: TextValues): TextValues {
  const both = new Int32Array(2 * codes.length);
  for (let row = 0; row < codes.length; row += 1) both[2 * row] = both[2 * row + 1] = codes[row] ?? -1;
  return { kind: 'text', codes: both, texts };
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
