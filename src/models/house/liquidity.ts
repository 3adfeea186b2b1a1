import type { DollarLeg } from '../shared/dollar-account.js';
import type { ModelComponent } from '../model.js';
import { component } from '../shared/result.js';
import { rulesOf, type LiquidityBucket } from './charges.js';
import type { HouseInput } from './house-input.js';
import { squareRootCost } from './square-root-cost.js';

/** What closing the book costs, bucket by bucket, with what each position adds to it (Aumann-Shapley). */
export interface CloseOutCost {
  /** With the spreads of parameters: slow, for maintenance. */
  readonly slow: Float64Array;
  /** With the spreads quoted now where they are wider: fast, for the initial margin. */
  readonly fast: Float64Array;
  /** Days that closing each bucket takes at the allowed participation, and what weighs it. */
  readonly buckets: readonly { readonly bucket: LiquidityBucket; readonly days: number }[];
}

/**
 * Half-spreads gross, and the square-root law on gross delta and gross vega of a bucket: offsetting legs must be traded too
 * (market-and-risk.md 5.7).
 */
export function closeOutCost(
  input: HouseInput,
  buckets: readonly LiquidityBucket[],
  vegaOf: (leg: DollarLeg) => number,
): CloseOutCost {
  const slow = new Float64Array(input.positions.length);
  const fast = new Float64Array(slow.length);
  const { impact, participation } = input.parameters.liquidity;
  const days = buckets.map((bucket) => {
    const rules = rulesOf(input, bucket.unit);
    const { liquidity } = rules;
    const adv = bucket.isOption ? liquidity.optionAdvUsd : liquidity.deltaOneAdvUsd;
    const dollars = bucket.legs.reduce((sum, { cashDelta }) => sum + Math.abs(cashDelta), 0);
    const vega = bucket.legs.reduce((sum, leg) => sum + Math.abs(vegaOf(leg)), 0);
    const deltaImpact = squareRootCost(impact, rules.dailyVolatility, dollars, adv);
    const vegaImpact = squareRootCost(impact, liquidity.dailyVolOfVol, vega, liquidity.optionAdvVega);
    for (const leg of bucket.legs) {
      const impactShare =
        shareOf(Math.abs(leg.cashDelta), dollars) * deltaImpact +
        shareOf(Math.abs(vegaOf(leg)), vega) * vegaImpact;
      const usual = leg.isOption
        ? Math.abs(vegaOf(leg)) * liquidity.optionHalfSpread
        : Math.abs(leg.cashDelta) * liquidity.deltaOneHalfSpread;
      // A long option cannot cost more to sell than it is worth.
      const spread = leg.isOption && leg.quantity > 0 ? Math.min(usual, premium(input, leg)) : usual;
      slow[leg.at] = spread + impactShare;
      fast[leg.at] = Math.max(spread, quotedHalfSpread(input, leg)) + impactShare;
    }
    return { bucket, days: dollars / (participation * adv) };
  });
  return { slow, fast, buckets: days };
}

function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

/** Dollars of premium of a leg. */
function premium(input: HouseInput, leg: DollarLeg): number {
  const value = Math.abs(leg.quantity) * (input.unitValue[leg.instrument] ?? NaN);
  return value * settlementPrice(input, leg);
}

/** Half of ask less bid, dollars; 0 where a side is not quoted: the usual spread stands. */
function quotedHalfSpread(input: HouseInput, leg: DollarLeg): number {
  const { bidPrice, askPrice, contractSize } = input.market.columns;
  const spread = (askPrice[leg.instrument] ?? NaN) - (bidPrice[leg.instrument] ?? NaN);
  if (!(spread > 0) || !((bidPrice[leg.instrument] ?? NaN) > 0)) return 0;
  const units = Math.abs(leg.quantity) * (contractSize[leg.instrument] ?? NaN);
  // Inverse futures are quoted in dollars per coin and sized in dollars.
  if (leg.isInverse && !leg.isOption)
    return (units * spread) / 2 / (input.market.columns.markPrice[leg.instrument] ?? NaN);
  return (units * spread * settlementPrice(input, leg)) / 2;
}

/** Dollars per unit of what an option or linear contract is quoted in. */
function settlementPrice(input: HouseInput, leg: DollarLeg): number {
  if (!leg.isInverse) return leg.quotePrice;
  const { indexPrice, underlying } = input.market.columns;
  return indexPrice[underlying[leg.instrument] ?? 0] ?? NaN;
}

/** The slow cost in both margins, and what the fast one asks beyond it in the initial margin. */
export function liquidityCharges({ slow, fast }: CloseOutCost): ModelComponent[] {
  const beyond = fast.map((cost, at) => cost - (slow[at] ?? NaN));
  const sum = (shares: Float64Array): number => shares.reduce((total, share) => total + share, 0);
  const [slowTotal, beyondTotal] = [sum(slow), sum(beyond)];
  return [
    component('liquidity', slowTotal, slowTotal, 'EXACT', () => ({ total: slowTotal, byPosition: slow })),
    component('liquidity_now', beyondTotal, 0, 'EXACT', () => ({ total: beyondTotal, byPosition: beyond })),
  ];
}
