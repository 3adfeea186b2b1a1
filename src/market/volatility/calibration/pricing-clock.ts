import { secondsBetween, secondsToYears } from '../../../domain/time.js';

/** ACT/365, exact milliseconds; negative after the expiry. */
export function calendarYears(asOfMs: number, expiryMs: number): number {
  return secondsToYears(secondsBetween(asOfMs, expiryMs));
}

/**
 * Years of variance left in an option that settles on the average of a window W: the time less two thirds of W before the
 * window, a third of the time inside it. The variance of an average of Brownian motion over W is a third of that at its end.
 */
export function pricingYears(asOfMs: number, expiryMs: number, settlementWindowMs: number): number {
  const left = calendarYears(asOfMs, expiryMs);
  const window = calendarYears(0, settlementWindowMs);
  return left >= window ? left - (2 / 3) * window : left / 3;
}
