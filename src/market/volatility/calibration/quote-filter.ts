import type { CalibrationRequest, ExpiryQuotes, OptionQuote, QuoteRefusal } from './calibration-types.js';
import { PRICE_TICKS_MIN, RELATIVE_SPREAD_MAX } from './parameters.js';

/** A quote that passed the filter, in the unit of the request. */
export interface GoodQuote {
  readonly quote: OptionQuote;
  readonly bid: number;
  readonly ask: number;
}

export type RefusalCounts = Partial<Record<QuoteRefusal, number>>;

/** The out-of-the-money quotes of an expiry that a fit can use, by strike; the others are counted by reason. */
export function filterQuotes(
  request: CalibrationRequest,
  { quotes, forward, expiryMs }: ExpiryQuotes,
  counts: RefusalCounts,
): GoodQuote[] {
  const good: GoodQuote[] = [];
  const isExpired = expiryMs <= request.asOfMs;
  for (const quote of quotes) {
    const refusal = isExpired ? 'EXPIRED' : refusalOf(quote, forward, request.priceTick);
    if (refusal === undefined) good.push({ quote, bid: quote.bidPrice ?? NaN, ask: quote.askPrice ?? NaN });
    else countRefusal(counts, refusal);
  }
  // The order of the sums of a fit, and so its last bits, must not depend on the order of the quotes.
  return good.sort((a, b) => a.quote.strike - b.quote.strike || a.bid - b.bid || a.ask - b.ask);
}

export function countRefusal(counts: RefusalCounts, refusal: QuoteRefusal): void {
  counts[refusal] = (counts[refusal] ?? 0) + 1;
}

function refusalOf(
  { strike, optionType, bidPrice, askPrice }: OptionQuote,
  forward: number | undefined,
  tick: number,
): QuoteRefusal | undefined {
  const bid = bidPrice ?? 0;
  const ask = askPrice ?? 0;
  if (!(strike > 0 && strike < Infinity && bid >= 0 && bid < Infinity && ask >= 0 && ask < Infinity))
    return 'INVALID_NUMBER';
  if (forward === undefined || !(forward > 0 && forward < Infinity)) return 'NO_FORWARD';
  if (optionType === 'CALL' ? strike < forward : strike >= forward) return 'IN_THE_MONEY';
  if (bid === 0 && ask === 0) return 'NO_QUOTE';
  if (bid === 0 || ask === 0) return 'ONE_SIDED';
  if (bid > ask) return 'CROSSED';
  const mid = (bid + ask) / 2;
  if (ask - bid > RELATIVE_SPREAD_MAX * mid) return 'WIDE';
  if (mid <= PRICE_TICKS_MIN * tick) return 'FEW_TICKS';
  return undefined;
}
