/**
 * Time as an option sees it that settles on the average of the index over its last `windowSeconds`: the average moves less
 * than the index, and a part of it is known before the end. market-and-risk.md section 4 ("near expiry").
 *
 * Total variance w is the common tongue. A venue's implied volatility means w = sigma^2 T, because that is how venues mark
 * (checked on four of Deribit's chains, three hours before expiry); a volatility of one's own means w = sigma^2 tau_eff.
 * Reading one as the other loses a tenth of a mark two hours out and two thirds half an hour out.
 */
import { SECONDS_PER_YEAR, SETTLEMENT_WINDOW_SECONDS } from '../../domain/time.js';

export type VolatilityClock = 'VENUE' | 'OWN';

/** Seconds of full volatility that are left in the average: tau - 2W/3 before the window, tau/3 in it. */
export function averagingSeconds(secondsToExpiry: number, windowSeconds = SETTLEMENT_WINDOW_SECONDS): number {
  return secondsToExpiry >= windowSeconds ? secondsToExpiry - (2 * windowSeconds) / 3 : secondsToExpiry / 3;
}

/** The clock that a volatility of that kind ticks on, in years. */
export function volatilityYears(
  clock: VolatilityClock,
  secondsToExpiry: number,
  windowSeconds = SETTLEMENT_WINDOW_SECONDS,
): number {
  const seconds = clock === 'VENUE' ? secondsToExpiry : averagingSeconds(secondsToExpiry, windowSeconds);
  return seconds / SECONDS_PER_YEAR;
}

/** Total variance of the settlement price. */
export function totalVariance(
  clock: VolatilityClock,
  volatility: number,
  secondsToExpiry: number,
  windowSeconds = SETTLEMENT_WINDOW_SECONDS,
): number {
  return volatility * volatility * volatilityYears(clock, secondsToExpiry, windowSeconds);
}

/** The volatility that means this total variance on that clock; `secondsToExpiry` > 0. */
export function volatilityOf(
  clock: VolatilityClock,
  variance: number,
  secondsToExpiry: number,
  windowSeconds = SETTLEMENT_WINDOW_SECONDS,
): number {
  return Math.sqrt(variance / volatilityYears(clock, secondsToExpiry, windowSeconds));
}

/** A settlement average as a part that is fixed and a part that still moves with the forward. */
export interface AverageSplit {
  /** Quote currency, 0 before the window. */
  readonly fixed: number;
  /** Quote currency; the forward before the window. */
  readonly variable: number;
}

/**
 * Splits the expected average. `averageSoFar` is the mean over the seconds that have really been averaged, NaN before the
 * window; `forward` is the expected index of the seconds left.
 */
export function splitAverage(
  forward: number,
  averageSoFar: number,
  secondsToExpiry: number,
  windowSeconds = SETTLEMENT_WINDOW_SECONDS,
): AverageSplit {
  if (secondsToExpiry >= windowSeconds) return { fixed: 0, variable: forward };
  return {
    fixed: averageSoFar * (1 - secondsToExpiry / windowSeconds),
    variable: (forward * secondsToExpiry) / windowSeconds,
  };
}
