/**
 * Time is milliseconds since the Unix epoch (UTC) and a year is 365 days (ACT/365): the convention of Deribit and
 * Derive, checked on real chains. Nothing in this package reads a clock: every time comes with the market.
 */
export const MILLISECONDS_PER_SECOND = 1_000;
export const SECONDS_PER_DAY = 86_400;
export const SECONDS_PER_YEAR = 365 * SECONDS_PER_DAY;
export const MILLISECONDS_PER_YEAR = SECONDS_PER_YEAR * MILLISECONDS_PER_SECOND;
export const DAYS_PER_YEAR = 365;
/** Venues settle on an average over the last half hour; inside it the part already averaged must be known. */
export const SETTLEMENT_WINDOW_SECONDS = 1_800;

/** Seconds from `nowMs` to `expiryMs`; negative when the expiry has passed. */
export function secondsBetween(nowMs: number, expiryMs: number): number {
  return (expiryMs - nowMs) / MILLISECONDS_PER_SECOND;
}

export function secondsToYears(seconds: number): number {
  return seconds / SECONDS_PER_YEAR;
}

export function secondsToDays(seconds: number): number {
  return seconds / SECONDS_PER_DAY;
}
