import { NONE } from '../../domain/codes.js';
import { black76Vega } from '../charges/black-sensitivities.js';
import { nakedShortContracts } from '../charges/naked-short.js';
import type { ModelInput } from '../model.js';
import type { DollarLeg, DollarUnit } from '../shared/dollar-account.js';
import { nakedShortShares } from '../shared/shares.js';
import type { BybitPmParameters } from './parameters.js';

type Input = ModelInput<BybitPmParameters>;

/** Coins of futures and perpetuals, long and short alike, at the index: what the future contingency is a share of. */
export function futureNotional(unit: DollarUnit): number {
  return unit.legs.reduce((sum, leg) => sum + legFutureNotional(unit, leg), 0);
}

export function legFutureNotional(unit: DollarUnit, { isOption, delta }: DollarLeg): number {
  return isOption ? 0 : Math.abs(delta) * unit.spot;
}

/** Net short options of every expiry at the index: what the short option contingency is a share of. */
export function shortOptionNotional(input: Input, unit: DollarUnit): number {
  return optionGroups(input, unit).reduce(
    (sum, group) => sum + nakedShortContracts(input, group) * unit.spot,
    0,
  );
}

export function shortOptionShares(input: Input, unit: DollarUnit): Float64Array {
  return nakedShortShares(input, optionGroups(input, unit), () => unit.spot);
}

function optionGroups({ groups }: Input, { underlying }: DollarUnit): ModelInput<unknown>['groups'] {
  return groups.filter((group) => group.underlying === underlying && group.expiry !== NONE);
}

/** Whether expiries of net long vega stand against expiries of net short vega: what the vega contingency is on. */
export function hedgesVegaAcrossExpiries(input: Input, unit: DollarUnit): boolean {
  const { columns } = input.market;
  const byExpiry = new Map<number, number>();
  for (const leg of unit.legs) {
    if (!leg.isOption) continue;
    const vega = black76Vega({
      forward: columns.forward[columns.expiry[leg.instrument] ?? NONE] ?? NaN,
      strike: columns.strike[leg.instrument] ?? NaN,
      volatility: columns.volatility[leg.instrument] ?? NaN,
      timeToExpiryYears: leg.timeToExpiryYears,
    });
    const coins = leg.quantity * (columns.contractSize[leg.instrument] ?? NaN);
    byExpiry.set(leg.timeToExpiryYears, (byExpiry.get(leg.timeToExpiryYears) ?? 0) + coins * vega);
  }
  const vegas = [...byExpiry.values()];
  return vegas.some((vega) => vega > 0) && vegas.some((vega) => vega < 0);
}

/**
 * Whether delta stands at more than one maturity. The venue charges such spreads; the published example is charged for one in
 * which all positions are long, so that opposite signs are no condition.
 */
export function spansMaturities({ legs }: DollarUnit): boolean {
  return new Set(legs.map(({ timeToExpiryYears }) => timeToExpiryYears)).size > 1;
}
