/** Volatility that options ask for a fixed time ahead. */
import { expected, failure, success, type Outcome } from '../../domain/outcome.js';

/** At-the-money volatility of one expiry. */
export interface TermPoint {
  /** > 0. */
  readonly timeToExpiryYears: number;
  /** Annualised fraction, > 0. */
  readonly volatility: number;
}

const DAYS_PER_YEAR = 365;

/** Horizon of the index, days. */
export const IMPLIED_INDEX_DAYS = 30;

/** Annualised volatility over the horizon: total variance is linear between two expiries, volatility flat beyond them. */
export function impliedVolatilityIndex(
  points: readonly TermPoint[],
  horizonDays = IMPLIED_INDEX_DAYS,
): Outcome<number> {
  const wrong = points.findIndex(
    ({ timeToExpiryYears: t, volatility: v }) => !(t > 0 && v > 0 && t < Infinity && v < Infinity),
  );
  if (wrong >= 0) {
    const field = `points[${String(wrong)}]`;
    const what = 'a time to expiry and a volatility > 0';
    return failure('INVALID_VALUE', field, expected(what, field, points[wrong]));
  }
  const sorted = [...points].sort((a, b) => a.timeToExpiryYears - b.timeToExpiryYears);
  const first = sorted[0];
  const last = sorted[sorted.length - 1];
  if (first === undefined || last === undefined)
    return failure('MISSING_MARKET_DATA', 'points', expected('at least one expiry', 'points', 0));
  const horizon = horizonDays / DAYS_PER_YEAR;
  if (horizon <= first.timeToExpiryYears) return success(first.volatility);
  if (horizon >= last.timeToExpiryYears) return success(last.volatility);
  const above = sorted.findIndex(({ timeToExpiryYears }) => timeToExpiryYears >= horizon);
  const near = sorted[above - 1] ?? first;
  const far = sorted[above] ?? last;
  const variance = ({ timeToExpiryYears, volatility }: TermPoint): number =>
    volatility * volatility * timeToExpiryYears;
  const share = (horizon - near.timeToExpiryYears) / (far.timeToExpiryYears - near.timeToExpiryYears);
  return success(Math.sqrt(((1 - share) * variance(near) + share * variance(far)) / horizon));
}
