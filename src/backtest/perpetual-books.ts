import { failure, success, type Outcome } from '../domain/outcome.js';
import { bookOf, marketOfDay, perpetualOf, type BookDay } from './book-day.js';
import type { PriceHistory } from './price-history.js';

/** A policy: constant dollars in the perpetual of each underlying, rebalanced every day; negative is short. */
export interface PolicyBook {
  readonly name: string;
  readonly legs: readonly { readonly underlying: string; readonly notionalUsd: number }[];
}

/** The book on every day after the warm-up that has a next one. */
export function perpetualDays(
  history: PriceHistory,
  { name, legs }: PolicyBook,
  warmUpDays: number,
): Outcome<readonly BookDay[]> {
  const priced: {
    readonly prices: Float64Array;
    readonly underlying: string;
    readonly notionalUsd: number;
  }[] = [];
  for (const [at, leg] of legs.entries()) {
    const prices = history.prices.get(leg.underlying);
    if (prices === undefined)
      return failure(
        'MISSING_MARKET_DATA',
        `books.${name}.legs[${String(at)}].underlying`,
        `Expected an underlying with prices (${[...history.prices.keys()].join(', ')}) but received ${leg.underlying}`,
      );
    priced.push({ ...leg, prices });
  }
  const days: BookDay[] = [];
  for (let t = warmUpDays; t + 1 < history.datesMs.length; t += 1) {
    const closeOf = (prices: Float64Array, day = t): number => prices[day] ?? NaN;
    const dateMs = history.datesMs[t] ?? NaN;
    days.push({
      dateMs,
      market: marketOfDay(
        dateMs,
        priced.map(({ underlying, prices }) => [underlying, closeOf(prices)]),
      ),
      portfolio: bookOf(
        name,
        priced.map(({ underlying, prices, notionalUsd }) => ({
          instrument: perpetualOf(underlying),
          quantity: notionalUsd / closeOf(prices),
          unrealisedPnl: 0,
        })),
      ),
      pnl: priced.reduce(
        (sum, { prices, notionalUsd }) => sum + notionalUsd * (closeOf(prices, t + 1) / closeOf(prices) - 1),
        0,
      ),
    });
  }
  return success(days);
}
