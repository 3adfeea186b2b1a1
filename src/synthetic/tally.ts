import type { Market } from '../market/snapshot/market.js';
import type { SyntheticAccount } from './venue.js';

/** How a venue came out. */
export interface Concentration {
  /** Gross notional of all positions, US dollars. */
  readonly grossNotionalUsd: number;
  /** Share of it in the largest hundredth of the accounts. */
  readonly topHundredthShare: number;
  readonly largestPositionCount: number;
  readonly accountsByKind: Readonly<Record<string, number>>;
}

/** Passes accounts on and counts them. */
export class Tally {
  readonly #gross: number[] = [];
  readonly #kinds = new Map<string, number>();
  #largestPositionCount = 0;

  constructor(private readonly market: Market) {}

  *counting(accounts: Iterable<SyntheticAccount>): Generator<SyntheticAccount> {
    for (const account of accounts) {
      this.#gross.push(grossNotionalUsd(this.market, account));
      this.#kinds.set(account.kind, (this.#kinds.get(account.kind) ?? 0) + 1);
      this.#largestPositionCount = Math.max(this.#largestPositionCount, account.positions.length);
      yield account;
    }
  }

  result(): Concentration {
    const descending = Float64Array.from(this.#gross).sort().reverse();
    const sum = (values: Float64Array): number => values.reduce((total, value) => total + value, 0);
    const total = sum(descending);
    const top = sum(descending.subarray(0, Math.ceil(descending.length / 100)));
    return {
      grossNotionalUsd: total,
      topHundredthShare: total > 0 ? top / total : 0,
      largestPositionCount: this.#largestPositionCount,
      accountsByKind: Object.fromEntries([...this.#kinds].sort(([, a], [, b]) => b - a)),
    };
  }
}

function grossNotionalUsd({ table, columns }: Market, { positions }: SyntheticAccount): number {
  return positions.reduce((total, { instrument, quantity }) => {
    const terms = table.instruments[instrument];
    const isInDollars = terms?.settlement === 'INVERSE' && terms.kind !== 'OPTION';
    const unitUsd = isInDollars ? 1 : (columns.indexPrice[columns.underlying[instrument] ?? 0] ?? NaN);
    return total + Math.abs(quantity) * (terms?.contractSize ?? NaN) * unitUsd;
  }, 0);
}
