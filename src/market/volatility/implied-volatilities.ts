/** Volatilities implied by bid, mid and ask of option quotes, each side by itself: a bad bid says nothing about the ask. */
import { IMPLIED_VOLATILITY_STATUS } from '../../kernel/implied-volatility.js';
import type { Kernels } from '../../kernel/kernels.js';

/** Columns of quotes, one entry per option. */
export interface QuoteColumns {
  readonly count: number;
  /** 1 for a call, 0 for a put. */
  readonly isCall: Uint8Array;
  /** Quote currency per coin. */
  readonly forward: Float64Array;
  readonly strike: Float64Array;
  /** ACT/365, on the clock that will price the option. */
  readonly timeToExpiryYears: Float64Array;
  /** Undiscounted, in the unit of the forward: a price in coins times its row's forward. NaN or 0: nobody bids. */
  readonly bid: Float64Array;
  /** As `bid`; NaN or 0: nobody offers. */
  readonly ask: Float64Array;
}

/** What a side can be beside the statuses of the kernel. */
export const QUOTE_SIDE_STATUS = {
  ...IMPLIED_VOLATILITY_STATUS,
  /** No price on this side; for the mid: on either side. */
  ABSENT: 16,
  /** Of the mid: the bid is above the ask. */
  CROSSED: 17,
} as const;
export type QuoteSideStatus = (typeof QUOTE_SIDE_STATUS)[keyof typeof QUOTE_SIDE_STATUS];

/** One entry per option. */
export interface SideVolatilities {
  /** What was inverted; NaN when absent. */
  readonly price: Float64Array;
  /** Annualised fraction; 0 unless the status is `OK`. */
  readonly volatility: Float64Array;
  /** Codes of `QUOTE_SIDE_STATUS`. */
  readonly status: Uint8Array;
}

export interface ImpliedVolatilities {
  readonly bid: SideVolatilities;
  readonly mid: SideVolatilities;
  readonly ask: SideVolatilities;
}

/** @throws {RangeError} for columns shorter than `count`; never for what a quote says. */
export function impliedVolatilities(kernels: Kernels, quotes: QuoteColumns): ImpliedVolatilities {
  const bid = invertSide(kernels, quotes, (i) => present(quotes.bid[i]));
  const ask = invertSide(kernels, quotes, (i) => present(quotes.ask[i]));
  const mid = invertSide(kernels, quotes, (i) => ((bid.price[i] ?? NaN) + (ask.price[i] ?? NaN)) / 2);
  for (let i = 0; i < quotes.count; i += 1) {
    if (!((bid.price[i] ?? NaN) > (ask.price[i] ?? NaN))) continue;
    mid.status[i] = QUOTE_SIDE_STATUS.CROSSED;
    mid.volatility[i] = 0;
  }
  return { bid, mid, ask };
}

/** The wire of a venue writes an absent side as 0 or leaves it out. */
function present(price: number | undefined): number {
  return price === undefined || price === 0 ? NaN : price;
}

function invertSide(
  kernels: Kernels,
  quotes: QuoteColumns,
  priceOf: (index: number) => number,
): SideVolatilities {
  const { count, isCall, forward, strike, timeToExpiryYears } = quotes;
  const price = Float64Array.from({ length: count }, (_, index) => priceOf(index));
  const volatility = new Float64Array(count);
  const status = new Uint8Array(count);
  kernels.impliedVolatility({ count, isCall, forward, strike, price, timeToExpiryYears }, volatility, status);
  for (let i = 0; i < count; i += 1) {
    if (Number.isNaN(price[i])) status[i] = QUOTE_SIDE_STATUS.ABSENT;
  }
  return { price, volatility, status };
}
