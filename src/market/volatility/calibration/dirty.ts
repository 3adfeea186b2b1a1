import type { ExpiryQuotes, OptionQuote } from './calibration-types.js';
import { DIRTY_AGE_MS, DIRTY_HALF_SPREADS } from './parameters.js';

/** Quotes with the time of the fit that used them, or at which they are looked at. */
export interface TimedQuotes {
  readonly expiries: readonly ExpiryQuotes[];
  readonly asOfMs: number;
}

/**
 * Expiries that need a new fit: a quote appeared or went, one moved by more than a tenth of its half spread, the forward moved
 * by as much of the narrowest half spread, or 250 ms have passed since the fit. `forwardInPriceUnit` is the price move of an
 * option for a relative move of its forward: 1 for prices in coins, the forward for prices in dollars.
 */
export function dirtyExpiries(
  fitted: TimedQuotes,
  now: TimedQuotes,
  forwardInPriceUnit: (forward: number) => number,
): number[] {
  const before = new Map(fitted.expiries.map((expiry) => [expiry.expiryMs, expiry] as const));
  const isOld = now.asOfMs - fitted.asOfMs >= DIRTY_AGE_MS;
  return now.expiries
    .filter((expiry) => isOld || isDirty(before.get(expiry.expiryMs), expiry, forwardInPriceUnit))
    .map(({ expiryMs }) => expiryMs);
}

function isDirty(
  before: ExpiryQuotes | undefined,
  after: ExpiryQuotes,
  forwardInPriceUnit: (forward: number) => number,
): boolean {
  if (before?.quotes.length !== after.quotes.length) return true;
  const known = new Map(before.quotes.map((quote) => [keyOf(quote), quote] as const));
  let narrowest = Infinity;
  for (const quote of after.quotes) {
    const old = known.get(keyOf(quote));
    if (old === undefined) return true;
    const half = ((quote.askPrice ?? NaN) - (quote.bidPrice ?? NaN)) / 2;
    if (hasMoved(old.bidPrice, quote.bidPrice, half) || hasMoved(old.askPrice, quote.askPrice, half))
      return true;
    if (half > 0) narrowest = Math.min(narrowest, half);
  }
  if (before.forward === undefined || after.forward === undefined) return before.forward !== after.forward;
  const move = Math.abs(after.forward / before.forward - 1) * forwardInPriceUnit(after.forward);
  return !(move <= DIRTY_HALF_SPREADS * narrowest);
}

function keyOf({ strike, optionType, group }: OptionQuote): string {
  return `${strike} ${optionType} ${group ?? ''}`;
}

/** Without a half spread any move counts. */
function hasMoved(before: number | undefined, after: number | undefined, half: number): boolean {
  if (before === undefined || after === undefined) return before !== after;
  const move = Math.abs(after - before);
  return half > 0 ? move > DIRTY_HALF_SPREADS * half : move > 0;
}
