import type { ModelInput, PositionGroup } from '../model.js';

/**
 * Short contracts of an expiry that nothing at the same strike covers. Per strike: a lone leg counts when short; a call
 * and a put of opposite signs net; two shorts add up (Derive PMRM_2; margin-models.md 3.4).
 *
 * The group's positions are sorted by strike, so one pass suffices. Coins, >= 0.
 */
export function nakedShortContracts(
  input: Pick<ModelInput<unknown>, 'positions' | 'market'>,
  group: PositionGroup,
): number {
  const { strike, contractSize } = input.market.columns;
  let total = 0;
  let currentStrike = NaN;
  let shortContracts = 0;
  let longContracts = 0;
  for (let i = group.firstPosition; i < group.firstPosition + group.positionCount; i += 1) {
    const position = input.positions[i];
    if (position === undefined) break;
    const k = strike[position.instrument] ?? NaN;
    if (k !== currentStrike) {
      total += Math.max(0, shortContracts - longContracts);
      currentStrike = k;
      shortContracts = 0;
      longContracts = 0;
    }
    const contracts = position.quantity * (contractSize[position.instrument] ?? NaN);
    if (contracts < 0) shortContracts -= contracts;
    else longContracts += contracts;
  }
  return total + Math.max(0, shortContracts - longContracts);
}
