import { SECONDS_PER_DAY } from '../../domain/time.js';

/** Volatility moves less the longer the expiry: m(t) = (30 / max(DTE, floor))^p, one power up to 30 days and one beyond. */
export interface VolatilityTerm {
  readonly shortPower: number;
  readonly longPower: number;
  readonly floorDays: number;
}

const REFERENCE_DAYS = 30;

/** Multiplier of a 30-day volatility shock at `secondsToExpiry` (margin-models.md 2). */
export function volatilityTermFactor(term: VolatilityTerm, secondsToExpiry: number): number {
  const days = secondsToExpiry / SECONDS_PER_DAY;
  const power = days <= REFERENCE_DAYS ? term.shortPower : term.longPower;
  return (REFERENCE_DAYS / Math.max(days, term.floorDays)) ** power;
}
