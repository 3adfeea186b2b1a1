import { expected, failure, success, type Outcome } from '../domain/outcome.js';
import { endImpact, IMPACT_FACTOR } from '../models/charges/liquidity/square-root-impact.js';

/** What a market in stress can take. */
export interface MarketDepth {
  /** Standard deviation of a day's ln return, > 0. */
  readonly dailyVolatility: number;
  /** Coins that trade in a day of stress, > 0. */
  readonly dailyVolumeCoins: number;
}

/** Failures name the field below `field`. */
export function checkDepth(depth: MarketDepth, field: string): Outcome<undefined> {
  for (const name of ['dailyVolatility', 'dailyVolumeCoins'] as const) {
    const path = `${field}.${name}`;
    if (!(depth[name] > 0 && Number.isFinite(depth[name])))
      return failure('INVALID_VALUE', path, expected('a finite number above 0', path, depth[name]));
  }
  return success(undefined);
}

/**
 * Factor that all that has been sold so far leaves on the price, exp(-sgn(Q) Y sigma sqrt(|Q| / volume)) (market-and-risk.md 9). It
 * is a function of the whole quantity from the first price on: in how many slices it was sold changes nothing. Summed up slice by
 * slice, or taken of the last slice only, the same law would give six to twenty times as much.
 *
 * @param soldCoins sales positive, purchases negative
 */
export function impactFactor(soldCoins: number, depth: MarketDepth, coefficient = IMPACT_FACTOR): number {
  const { dailyVolatility, dailyVolumeCoins } = depth;
  const moved = endImpact(dailyVolatility, Math.abs(soldCoins) / dailyVolumeCoins, coefficient);
  return Math.exp(-Math.sign(soldCoins) * moved);
}
