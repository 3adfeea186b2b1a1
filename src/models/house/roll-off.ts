import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { SECONDS_PER_DAY, secondsBetween } from '../../domain/time.js';
import type { HouseInput } from './house-input.js';
import { largest, noRisk, scaled, type RiskTerm } from './risk-terms.js';

/**
 * A hedge that expires first hides risk only until it is gone: M >= (1 - t / 24 h) x M(book without what expires by t) for every
 * expiry t within a day (market-and-risk.md 5.3), so that the requirement rises step by step and never jumps.
 *
 * @param riskWithout requirement of the positions for which the predicate holds
 */
export function rollOffTerm(
  input: HouseInput,
  riskWithout: (isHeld: (position: number) => boolean) => Outcome<RiskTerm>,
): Outcome<RiskTerm> {
  // Dated futures stand in the group of what never expires: the time is that of the position, not of its group.
  const seconds = input.positions.map(({ instrument }) => {
    const terms = input.market.table.instruments[instrument];
    return terms !== undefined && 'expiryMs' in terms
      ? secondsBetween(input.market.timeMs, terms.expiryMs)
      : Infinity;
  });
  const ends = [...new Set(seconds)].filter((end) => end < SECONDS_PER_DAY);
  let worst = noRisk('roll_off', input);
  for (const end of ends) {
    const rest = riskWithout((position) => (seconds[position] ?? Infinity) > end);
    if (!rest.ok) return rest;
    worst = largest(worst, scaled(rest.value, 1 - end / SECONDS_PER_DAY, 'roll_off'));
  }
  return success(worst);
}
