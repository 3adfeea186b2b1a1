/**
 * Mark price of futures and perpetuals: the index plus a slow average of how far the market trades from it, inside a band
 * around the index (Deribit, "Futures mark price"; market-and-risk.md section 4). One trade or one quote moves it little.
 */
import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { MILLISECONDS_PER_SECOND } from '../../domain/time.js';
import { PRICE_MAX } from '../../limits.js';
import { MARK_BASIS_TIME_CONSTANT_SECONDS } from './conventions.js';

export interface FutureMarkState {
  readonly timeMs: number;
  /** Average of (bounded price - index), quote currency. */
  readonly basis: number;
}

export interface FutureQuote {
  readonly timeMs: number;
  /** Index price; absent or not positive while the index is halted. */
  readonly indexPrice: number | undefined;
  /** Best bid and ask; both are needed, a one-sided book says nothing about the basis. */
  readonly bid?: number;
  readonly ask?: number;
  /** Last trade; the middle of the book where there is none. */
  readonly last?: number;
}

export interface FutureMarkRule {
  /** Largest distance of the mark from the index, as a share of the index. */
  readonly bandwidth: number;
  readonly timeConstantSeconds?: number;
}

export interface FutureMark {
  readonly state: FutureMarkState;
  readonly mark: number;
  /** `OBSERVED`: the quote moved the average. `CARRIED`: no two-sided book, the average stands. */
  readonly basis: 'OBSERVED' | 'CARRIED';
}

/**
 * The next mark. The first quote sets the average. Fails, and leaves the state to the caller, when the index is halted, the
 * clock goes back, the book is crossed, or the first quote has no two sides.
 */
export function nextFutureMark(
  state: FutureMarkState | undefined,
  quote: FutureQuote,
  { bandwidth, timeConstantSeconds = MARK_BASIS_TIME_CONSTANT_SECONDS }: FutureMarkRule,
): Outcome<FutureMark> {
  const { timeMs, indexPrice } = quote;
  if (!isPrice(indexPrice)) {
    return failure(
      'MISSING_MARKET_DATA',
      'quote.indexPrice',
      expected('a live index', 'quote.indexPrice', indexPrice),
    );
  }
  if (!(bandwidth > 0 && bandwidth < 1))
    return invalid('rule.bandwidth', 'a share between 0 and 1', bandwidth);
  if (!(timeConstantSeconds > 0)) {
    return invalid('rule.timeConstantSeconds', 'a number of seconds above 0', timeConstantSeconds);
  }
  if (!Number.isSafeInteger(timeMs) || (state !== undefined && timeMs < state.timeMs)) {
    return invalid('quote.timeMs', 'whole milliseconds, not before the last quote', timeMs);
  }
  const observed = boundedPrice(quote);
  if (!observed.ok) return observed;
  const price = observed.value;
  if (price === undefined && state === undefined) {
    return failure(
      'MISSING_MARKET_DATA',
      'quote.bid',
      'The first quote needs a bid and an ask to set the basis',
    );
  }
  const before = state?.basis ?? (price ?? indexPrice) - indexPrice;
  const elapsed = state === undefined ? 0 : (timeMs - state.timeMs) / MILLISECONDS_PER_SECOND;
  const weight = -Math.expm1(-elapsed / timeConstantSeconds);
  const basis = price === undefined ? before : before + weight * (price - indexPrice - before);
  return success({
    state: { timeMs, basis },
    mark: Math.min(indexPrice * (1 + bandwidth), Math.max(indexPrice * (1 - bandwidth), indexPrice + basis)),
    basis: price === undefined ? 'CARRIED' : 'OBSERVED',
  });
}

/** The last trade or the middle, inside the book; undefined without two sides. */
function boundedPrice({ bid, ask, last }: FutureQuote): Outcome<number | undefined> {
  if (bid !== undefined && !isPrice(bid)) return invalid('quote.bid', 'a price above 0', bid);
  if (ask !== undefined && !isPrice(ask)) return invalid('quote.ask', 'a price above 0', ask);
  if (last !== undefined && !isPrice(last)) return invalid('quote.last', 'a price above 0', last);
  if (bid === undefined || ask === undefined) return success(undefined);
  if (bid > ask) return invalid('quote.bid', `a bid of at most the ask ${ask}`, bid);
  return success(Math.min(ask, Math.max(bid, last ?? (bid + ask) / 2)));
}

function isPrice(value: number | undefined): value is number {
  return value !== undefined && value > 0 && value <= PRICE_MAX;
}

function invalid(field: string, what: string, received: number): ReturnType<typeof failure> {
  return failure('INVALID_VALUE', field, expected(what, field, received));
}
