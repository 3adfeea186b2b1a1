import { expected, failure, success, type Outcome } from '../domain/outcome.js';
import type { PriceHistory } from './price-history.js';

/** One option of a recorded chain. */
export interface ChainOption {
  readonly underlying: string;
  readonly expiryMs: number;
  readonly strike: number;
  readonly optionType: 'CALL' | 'PUT';
  /** Dollars per coin. */
  readonly forward: number;
  /** Annualised fraction, > 0. */
  readonly volatility: number;
  /** Dollars per coin. */
  readonly mark: number;
}

/** All options of one moment of a day. */
export interface ChainDay {
  /** Of its first row. */
  readonly dateMs: number;
  readonly indexPrice: ReadonlyMap<string, number>;
  readonly options: readonly ChainOption[];
}

/** A row as venues publish it; coin-settled marks are in coins. */
export interface ChainRow {
  readonly timestampMs: number;
  readonly underlying: string;
  readonly indexPrice: number;
  readonly forward: number;
  readonly optionType: string;
  readonly strike: number;
  readonly expiryMs: number;
  readonly volatility: number;
  readonly markCoins: number;
}

/** Chains that a volatility needs before the first margin, and some days to test. */
const CHAINS_MIN = 60;

const DAY_MS = 86_400_000;

/**
 * Sorts rows into days; every day has the index of every underlying. Rows without a volatility or without a forward are left out,
 * rows that are no numbers refused. Days may be missing: the result of a book then runs until the next one.
 */
export function chainDays(rows: readonly ChainRow[]): Outcome<readonly ChainDay[]> {
  const days = new Map<number, { dateMs: number; indexPrice: Map<string, number>; options: ChainOption[] }>();
  for (const [at, row] of rows.entries()) {
    const wrong = (['timestampMs', 'indexPrice', 'strike', 'expiryMs'] as const).find(
      (name) => !(row[name] > 0 && Number.isFinite(row[name])),
    );
    if (wrong !== undefined) {
      const field = `chains[${String(at)}].${wrong}`;
      return failure('INVALID_VALUE', field, expected('a finite number above 0', field, row[wrong]));
    }
    const key = Math.floor(row.timestampMs / DAY_MS);
    const day = days.get(key) ?? {
      dateMs: row.timestampMs,
      indexPrice: new Map<string, number>(),
      options: [],
    };
    days.set(key, day);
    if (!day.indexPrice.has(row.underlying)) day.indexPrice.set(row.underlying, row.indexPrice);
    if (!(row.volatility > 0 && row.forward > 0 && row.markCoins >= 0)) continue;
    day.options.push({
      underlying: row.underlying,
      expiryMs: row.expiryMs,
      strike: row.strike,
      optionType: row.optionType.toUpperCase().startsWith('C') ? 'CALL' : 'PUT',
      forward: row.forward,
      volatility: row.volatility,
      mark: row.markCoins * row.indexPrice,
    });
  }
  if (days.size < CHAINS_MIN) {
    const what = expected(`at least ${String(CHAINS_MIN)} days of chains`, 'chains', days.size);
    return failure('MISSING_MARKET_DATA', 'chains', what);
  }
  return success([...days.values()].sort((a, b) => a.dateMs - b.dateMs));
}

/** Index prices of the chains as a history; a missing day is one longer step. */
export function indexHistory(days: readonly ChainDay[]): PriceHistory {
  const names = [...(days[0]?.indexPrice.keys() ?? [])];
  return {
    datesMs: days.map(({ dateMs }) => dateMs),
    prices: new Map(
      names.map((name) => [name, Float64Array.from(days, ({ indexPrice }) => indexPrice.get(name) ?? NaN)]),
    ),
  };
}
