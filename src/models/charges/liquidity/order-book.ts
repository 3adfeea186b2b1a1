import { expected, failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';
import { PRICE_MAX } from '../../../limits.js';

/** One side of a book, best level first: price and size in columns. */
export interface BookSide {
  readonly prices: ArrayLike<number>;
  /** Coins or contracts, >= 0. */
  readonly sizes: ArrayLike<number>;
}

export interface OrderBook {
  readonly bids: BookSide;
  readonly asks: BookSide;
}

/**
 * The book without the orders of one affiliated group: what a group shows itself is nothing that it can sell to.
 * `ownSizes` has one entry per level; a level never falls below 0.
 */
export function withoutOwnOrders({ prices, sizes }: BookSide, ownSizes: ArrayLike<number>): BookSide {
  return {
    prices,
    sizes: Float64Array.from(sizes, (size, level) => Math.max(0, size - (ownSizes[level] ?? 0))),
  };
}

/** `EMPTY` and `ONE_SIDED` books say nothing about what closing costs: the charge stays as it was. */
export type BookState = 'TWO_SIDED' | 'ONE_SIDED' | 'EMPTY';

/** Whether a book can be walked, or what is wrong with it: numbers that are none, levels out of order, a crossed book. */
export function checkOrderBook(book: OrderBook): Outcome<BookState> {
  const wrong = checkSide(book.bids, 'bids', -1) ?? checkSide(book.asks, 'asks', 1);
  if (wrong !== undefined) return wrong;
  const bid = bestPrice(book.bids);
  const ask = bestPrice(book.asks);
  if (bid === undefined && ask === undefined) return success('EMPTY');
  if (bid === undefined || ask === undefined) return success('ONE_SIDED');
  if (bid > ask) {
    const what = expected(`a best bid of at most the best ask ${ask}`, 'book.bids', bid);
    return failure('INVALID_VALUE', 'book.bids', what);
  }
  return success('TWO_SIDED');
}

/** Price of the first level that holds anything. */
export function bestPrice({ prices, sizes }: BookSide): number | undefined {
  for (let level = 0; level < prices.length; level += 1) if (sizes[level]! > 0) return prices[level]!;
  return undefined;
}

function checkSide({ prices, sizes }: BookSide, side: string, direction: 1 | -1): Outcome<never> | undefined {
  for (let level = 0; level < prices.length; level += 1) {
    const field = `book.${side}[${level}]`;
    const price = prices[level]!;
    const size = sizes[level] ?? NaN;
    if (!(price > 0 && price <= PRICE_MAX)) {
      const what = expected(`a price above 0 and at most ${PRICE_MAX}`, `${field}.price`, price);
      return failure('INVALID_VALUE', `${field}.price`, what);
    }
    if (!(size >= 0 && size < Infinity)) {
      return failure(
        'INVALID_VALUE',
        `${field}.size`,
        expected('a size of at least 0', `${field}.size`, size),
      );
    }
    if (level > 0 && direction * (price - prices[level - 1]!) <= 0) {
      const what = expected('levels from the best to the worst', `${field}.price`, price);
      return failure('INVALID_VALUE', `${field}.price`, what);
    }
  }
  return undefined;
}
