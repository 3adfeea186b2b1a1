import type { Failure } from '../domain/outcome.js';
import { sharedFloat64, sharedUint32, sharedUint8 } from './book-columns.js';
import { Table, Texts, type CodedTexts } from './growing-columns.js';

/**
 * The results of one model for a run of accounts, as columns in shared memory: they cross threads as they are. `account` counts from the first account of the
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

/** Collects the rows of one model in shared memory that grows. */
export class ModelColumnsBuilder {
  readonly accounts = new Table((rows) => ({
    account: sharedUint32(rows),
    currency: sharedUint8(rows),
    equity: sharedFloat64(rows),
    markToMarket: sharedFloat64(rows),
    initialMargin: sharedFloat64(rows),
    maintenanceMargin: sharedFloat64(rows),
    initialExcess: sharedFloat64(rows),
    maintenanceExcess: sharedFloat64(rows),
    worstScenarioPnl: sharedFloat64(rows),
    valueAtRisk: sharedFloat64(rows),
    expectedShortfall: sharedFloat64(rows),
    standardError: sharedFloat64(rows),
    positionCount: sharedUint32(rows),
  }));
  readonly components = new Table((rows) => ({
    account: sharedUint32(rows),
    initial: sharedFloat64(rows),
    maintenance: sharedFloat64(rows),
  }));
  readonly contributions = new Table((rows) => ({
    account: sharedUint32(rows),
    instrument: sharedUint32(rows),
    quantity: sharedFloat64(rows),
    initialMargin: sharedFloat64(rows),
  }));
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

  /** The columns of all rows; the builder is not used any more. */
  build(model: number): ModelColumns {
    return {
      model,
      accounts: {
        ...this.accounts.build(),
        currencies: this.currencies,
        worstScenario: this.worstScenario.build(),
        quality: this.quality.build(),
      },
      components: {
        ...this.components.build(),
        name: this.componentName.build(),
        quality: this.componentQuality.build(),
      },
      contributions: this.contributions.build(),
      vectors: this.vectors,
      failures: this.failures,
    };
  }
}
