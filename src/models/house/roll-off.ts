import { NONE } from '../../domain/codes.js';
import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { SECONDS_PER_DAY, secondsBetween } from '../../domain/time.js';
import type { PositionGroup } from '../model.js';
import type { HouseInput } from './house-input.js';
import { largest, noRisk, scaled, type RiskTerm } from './risk-terms.js';

/**
 * A hedge that expires first hides risk only until it is gone: M >= (1 - t / 24 h) x M(book without what expires by t) for every
 * expiry t within a day (market-and-risk.md 5.3), so that the requirement rises step by step and never jumps.
 *
 * @param riskWithout requirement of the groups for which the predicate holds
 */
export function rollOffTerm(
  input: HouseInput,
  riskWithout: (isHeld: (group: PositionGroup) => boolean) => Outcome<RiskTerm>,
): Outcome<RiskTerm> {
  const { expiryMs } = input.market.columns;
  const secondsOf = ({ expiry }: PositionGroup): number =>
    expiry === NONE ? Infinity : secondsBetween(input.market.timeMs, expiryMs[expiry] ?? NaN);
  const ends = [...new Set(input.groups.map(secondsOf))].filter((seconds) => seconds < SECONDS_PER_DAY);
  let worst = noRisk('roll_off', input);
  for (const end of ends) {
    const rest = riskWithout((group) => secondsOf(group) > end);
    if (!rest.ok) return rest;
    worst = largest(worst, scaled(rest.value, 1 - end / SECONDS_PER_DAY, 'roll_off'));
  }
  return success(worst);
}
