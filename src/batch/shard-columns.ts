import type { Failure } from '../domain/outcome.js';

/**
 * The results of one model for a run of accounts, as columns that cross threads. `account` counts from the first account of the
 * shard; the rows of every table are in ascending order of it.
 */
export interface ModelColumns {
  /** Place of the model among those of the run. */
  readonly model: number;
  readonly accounts: AccountColumns;
  readonly components: ComponentColumns;
  readonly contributions: ContributionColumns;
  readonly vectors: readonly VectorRow[];
  readonly failures: readonly FailureRow[];
}

/** Texts by number, -1 for none: few texts cross threads for many rows. */
export interface CodedTexts {
  readonly codes: Int32Array;
  readonly texts: readonly string[];
}

export interface AccountColumns {
  readonly account: Uint32Array;
  /** Index into `currencies`. */
  readonly currency: Uint8Array;
  readonly currencies: readonly string[];
  readonly equity: Float64Array;
  readonly markToMarket: Float64Array;
  readonly initialMargin: Float64Array;
  readonly maintenanceMargin: Float64Array;
  readonly initialExcess: Float64Array;
  readonly maintenanceExcess: Float64Array;
  /** None for a book without risk. */
  readonly worstScenario: CodedTexts;
  readonly worstScenarioPnl: Float64Array;
  /** NaN where the model estimates no tail. */
  readonly valueAtRisk: Float64Array;
  readonly expectedShortfall: Float64Array;
  readonly standardError: Float64Array;
  readonly quality: CodedTexts;
  readonly positionCount: Uint32Array;
}

export interface ComponentColumns {
  readonly account: Uint32Array;
  readonly name: CodedTexts;
  readonly initial: Float64Array;
  readonly maintenance: Float64Array;
  readonly quality: CodedTexts;
}

export interface ContributionColumns {
  readonly account: Uint32Array;
  readonly instrument: Uint32Array;
  readonly quantity: Float64Array;
  readonly initialMargin: Float64Array;
}

export interface VectorRow {
  readonly account: number;
  readonly pnl: Float64Array;
}

export interface FailureRow extends Pick<Failure, 'reason' | 'field' | 'message'> {
  readonly account: number;
}

/** Collects the rows of one model in memory that grows. */
export class ModelColumnsBuilder {
  readonly accounts = new Table([
    'account',
    'currency',
    'equity',
    'markToMarket',
    'initialMargin',
    'maintenanceMargin',
    'initialExcess',
    'maintenanceExcess',
    'worstScenarioPnl',
    'valueAtRisk',
    'expectedShortfall',
    'standardError',
    'positionCount',
  ]);
  readonly components = new Table(['account', 'initial', 'maintenance']);
  readonly contributions = new Table(['account', 'instrument', 'quantity', 'initialMargin']);
  readonly currencies: string[] = [];
  readonly worstScenario = new Texts();
  readonly quality = new Texts();
  readonly componentName = new Texts();
  readonly componentQuality = new Texts();
  readonly vectors: VectorRow[] = [];
  readonly failures: FailureRow[] = [];

  currencyOf(name: string): number {
    const known = this.currencies.indexOf(name);
    return known >= 0 ? known : this.currencies.push(name) - 1;
  }

  build(model: number): ModelColumns {
    const accounts = this.accounts;
    const components = this.components;
    const contributions = this.contributions;
    return {
      model,
      accounts: {
        account: Uint32Array.from(accounts.column('account')),
        currency: Uint8Array.from(accounts.column('currency')),
        currencies: this.currencies,
        equity: accounts.column('equity'),
        markToMarket: accounts.column('markToMarket'),
        initialMargin: accounts.column('initialMargin'),
        maintenanceMargin: accounts.column('maintenanceMargin'),
        initialExcess: accounts.column('initialExcess'),
        maintenanceExcess: accounts.column('maintenanceExcess'),
        worstScenario: this.worstScenario.build(),
        worstScenarioPnl: accounts.column('worstScenarioPnl'),
        valueAtRisk: accounts.column('valueAtRisk'),
        expectedShortfall: accounts.column('expectedShortfall'),
        standardError: accounts.column('standardError'),
        quality: this.quality.build(),
        positionCount: Uint32Array.from(accounts.column('positionCount')),
      },
      components: {
        account: Uint32Array.from(components.column('account')),
        name: this.componentName.build(),
        initial: components.column('initial'),
        maintenance: components.column('maintenance'),
        quality: this.componentQuality.build(),
      },
      contributions: {
        account: Uint32Array.from(contributions.column('account')),
        instrument: Uint32Array.from(contributions.column('instrument')),
        quantity: contributions.column('quantity'),
        initialMargin: contributions.column('initialMargin'),
      },
      vectors: this.vectors,
      failures: this.failures,
    };
  }
}

const INITIAL_ROWS = 1_024;

/** One text for each row, kept once. */
class Texts {
  readonly #places = new Map<string, number>();
  #codes = new Int32Array(INITIAL_ROWS);
  #count = 0;

  push(text: string | null): void {
    if (this.#count === this.#codes.length) {
      const grown = new Int32Array(2 * this.#codes.length);
      grown.set(this.#codes);
      this.#codes = grown;
    }
    this.#codes[this.#count] = text === null ? -1 : this.#placeOf(text);
    this.#count += 1;
  }

  build(): CodedTexts {
    return { codes: this.#codes.slice(0, this.#count), texts: [...this.#places.keys()] };
  }

  #placeOf(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.#places.size);
    return this.#places.size - 1;
  }
}

/** Columns of doubles that grow together by doubling. */
class Table<Name extends string> {
  readonly #names: readonly Name[];
  #columns: Float64Array[];
  count = 0;

  constructor(names: readonly Name[]) {
    this.#names = names;
    this.#columns = names.map(() => new Float64Array(INITIAL_ROWS));
  }

  /** One value per column, in their order. */
  add(...values: number[]): void {
    if (this.count === this.#columns[0]?.length) {
      this.#columns = this.#columns.map((column) => {
        const grown = new Float64Array(2 * column.length);
        grown.set(column);
        return grown;
      });
    }
    for (let at = 0; at < values.length; at += 1) {
      const column = this.#columns[at];
      if (column !== undefined) column[this.count] = values[at] ?? NaN;
    }
    this.count += 1;
  }

  column(name: Name): Float64Array {
    return this.#columns[this.#names.indexOf(name)]?.slice(0, this.count) ?? new Float64Array(0);
  }
}
