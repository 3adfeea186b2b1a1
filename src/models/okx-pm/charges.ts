import { DAYS_PER_YEAR } from '../../domain/time.js';
import { black76Theta } from '../charges/black-sensitivities.js';
import type { ModelInput } from '../model.js';
import type { DollarLeg, DollarUnit } from '../shared/dollar-account.js';
import { ruleOf, type OkxPmParameters } from './parameters.js';

type Input = ModelInput<OkxPmParameters>;

/** MR2: what a leg gains when a day passes, dollars; no more than the time it has left to pass. (Second-hand.) */
export function decay(input: Input, leg: DollarLeg): number {
  if (!leg.isOption) return 0;
  const { columns } = input.market;
  const years = Math.min(input.parameters.thetaDays / DAYS_PER_YEAR, leg.timeToExpiryYears);
  const theta = black76Theta({
    forward: columns.forward[columns.expiry[leg.instrument] ?? -1] ?? NaN,
    strike: columns.strike[leg.instrument] ?? NaN,
    volatility: columns.volatility[leg.instrument] ?? NaN,
    timeToExpiryYears: leg.timeToExpiryYears,
  });
  const coins = leg.quantity * (columns.contractSize[leg.instrument] ?? NaN);
  return coins * theta * years * leg.quotePrice;
}

/** Legs of one maturity move together against spot. */
export interface BasisBucket {
  /** Dollars, signed. */
  readonly cashDelta: number;
  /** Relative move of the bucket's forward against spot; nothing where it is not known. */
  readonly move: number | undefined;
}

/**
 * MR4: cash delta of every maturity, with its move: the annualised one times the time to expiry, for perpetuals a fixed one.
 * (Fitted for perpetuals, second-hand for the rest.)
 */
export function basisBuckets(parameters: OkxPmParameters, unit: DollarUnit): Map<number, BasisBucket> {
  const annual = ruleOf(parameters.annualisedMove, unit.name);
  const perpetual = ruleOf(parameters.perpetualBasis, unit.name);
  const buckets = new Map<number, BasisBucket>();
  for (const leg of unit.legs) {
    const key = bucketKey(leg);
    const move = leg.isPerpetual ? perpetual : annual === undefined ? undefined : annual * key;
    const cashDelta = (buckets.get(key)?.cashDelta ?? 0) + leg.cashDelta;
    buckets.set(key, { cashDelta, move });
  }
  return buckets;
}

/** Time to expiry in years; 0 for perpetuals. */
export function bucketKey(leg: DollarLeg): number {
  return leg.timeToExpiryYears;
}

/** Forwards move apart, each the way that hurts: sum of |cash delta| x move over what is known. */
export function basisRisk(buckets: ReadonlyMap<number, BasisBucket>): number {
  return [...buckets.values()].reduce(
    (sum, { cashDelta, move }) => sum + Math.abs(cashDelta) * (move ?? 0),
    0,
  );
}

export interface MinimumCharge {
  readonly amount: number;
  /** Beyond the known bands: the last known multiplier counted there. */
  readonly exceedsBands: boolean;
}

/**
 * MR7: rate x absolute cash delta, then a multiplier on every band of that raw charge. (Rate fitted; bands above the last
 * known one not public.)
 */
export function minimumCharge(
  { bands }: OkxPmParameters['minimumCharge'],
  rate: number,
  absoluteCashDelta: number,
): MinimumCharge {
  const raw = rate * absoluteCashDelta;
  let from = 0;
  let amount = 0;
  let multiplier = 1;
  for (const band of bands) {
    const to = band.toUsd ?? Infinity;
    ({ multiplier } = band);
    amount += multiplier * Math.max(0, Math.min(raw, to) - from);
    from = to;
  }
  const beyond = Math.max(0, raw - from);
  return { amount: amount + multiplier * beyond, exceedsBands: beyond > 0 };
}
