import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { black76Vega } from '../charges/black-sensitivities.js';
import { liquidityCharge } from '../charges/liquidity/liquidity-charge.js';
import type { BucketCharge, BucketMarket, LiquidityLeg } from '../charges/liquidity/liquidity-charge.js';
import { liquidityShares } from '../charges/liquidity/liquidity-shares.js';
import { optionSpreadCost, spreadCost } from '../charges/liquidity/spread-cost.js';
import type { BookVectors } from '../drawn/book-vectors.js';
import type { DollarLeg } from '../shared/dollar-account.js';
import type { ModelComponent } from '../model.js';
import { component } from '../shared/result.js';
import { rulesOf, type LiquidityBucket } from './charges.js';
import type { HouseInput } from './house-input.js';
import { gridMoves } from './grid-set.js';
import { rowsOf } from './risk-terms.js';

/** What closing the book costs, dollars, with what each position adds to it. */
export interface CloseOutCost {
  /** With spreads and depth of parameters: slow, for maintenance. No quote of the market enters it. */
  readonly slow: Float64Array;
  /** With the spreads quoted now where they are wider, and the fast depth: for the initial margin. */
  readonly fast: Float64Array;
  readonly buckets: readonly ClosedBucket[];
}

export interface ClosedBucket {
  readonly bucket: LiquidityBucket;
  readonly market: BucketMarket;
  readonly charge: BucketCharge;
}

/** LC of `charges/liquidity` on the book's buckets, twice (market-and-risk.md 5.7). */
export function closeOutCost(
  input: HouseInput,
  buckets: readonly LiquidityBucket[],
  grid: BookVectors,
): Outcome<CloseOutCost> {
  const worst = worstGridLosses(input, grid);
  const side = (isFast: boolean): Outcome<{ shares: Float64Array; buckets: ClosedBucket[] }> => {
    const legs = buckets.flatMap((bucket, index) =>
      bucket.legs.map((leg) => liquidityLeg(input, leg, bucket, index, isFast, worst)),
    );
    const markets = buckets.map((bucket) => bucketMarket(input, bucket, isFast));
    const charge = liquidityCharge(legs, markets, input.parameters.liquidity.impact);
    if (!charge.ok) return charge;
    const byLeg = liquidityShares(legs, charge.value.buckets);
    const shares = new Float64Array(input.positions.length);
    buckets.flatMap((bucket) => bucket.legs).forEach(({ at }, index) => (shares[at] = byLeg[index] ?? NaN));
    const closed = buckets.flatMap((bucket, index) => {
      const [market, own] = [markets[index], charge.value.buckets[index]];
      return market === undefined || own === undefined ? [] : [{ bucket, market, charge: own }];
    });
    return success({ shares, buckets: closed });
  };
  const slow = side(false);
  if (!slow.ok) return slow;
  const fast = side(true);
  if (!fast.ok) return fast;
  return success({ slow: slow.value.shares, fast: fast.value.shares, buckets: slow.value.buckets });
}

/** A whole position as one unit of its sign. */
function liquidityLeg(
  input: HouseInput,
  leg: DollarLeg,
  bucket: LiquidityBucket,
  index: number,
  isFast: boolean,
  worst: Float64Array,
): LiquidityLeg {
  const sign = Math.sign(leg.quantity);
  return {
    bucket: index,
    quantity: sign,
    delta: sign * leg.delta,
    vega: leg.isOption ? Math.abs(vegaDollars(input, leg)) : 0,
    spreadCost: legSpreadCost(input, leg, bucket, isFast),
    worstGridLoss: worst[leg.at] ?? NaN,
  };
}

/** Half-spreads of parameters hold three deviations already; a wider quote now counts in the fast cost. */
function legSpreadCost(
  input: HouseInput,
  leg: DollarLeg,
  { unit }: LiquidityBucket,
  isFast: boolean,
): number {
  const { liquidity } = rulesOf(input, unit);
  const quoted = isFast ? quotedSpread(input, leg) : 0;
  if (!leg.isOption) {
    const value = Math.abs(leg.cashDelta);
    return Math.max(spreadCost(value, 2 * liquidity.deltaOneHalfSpread, 0), quoted / 2);
  }
  return optionSpreadCost({
    quantity: Math.sign(leg.quantity),
    premium: premium(input, leg),
    meanPriceSpread: quoted,
    priceSpreadDeviation: 0,
    halfVolatilitySpread: liquidity.optionHalfSpread,
    vega: vegaDollars(input, leg),
  });
}

function bucketMarket(input: HouseInput, { unit, isOption }: LiquidityBucket, isFast: boolean): BucketMarket {
  const { dailyVolatility, liquidity } = rulesOf(input, unit);
  const depthUsd = isOption ? undefined : liquidity.deltaOneDepthUsd?.[isFast ? 'fast' : 'slow'];
  const depth = depthUsd?.map((dollars) => dollars / unit.spot);
  return {
    price: unit.spot,
    dailyVolatility,
    dailyVolatilityOfVolatility: liquidity.dailyVolOfVol,
    dailyVolume: (isOption ? liquidity.optionAdvUsd : liquidity.deltaOneAdvUsd) / unit.spot,
    dailyVegaVolume: liquidity.optionAdvVega,
    ...(depth === undefined ? {} : { bidDepth: depth, askDepth: depth }),
  };
}

/** Largest loss of every position by itself over the spot and volatility moves of the grid, as the grid counts it. */
function worstGridLosses(input: HouseInput, grid: BookVectors): Float64Array {
  const rows = rowsOf(input, 'grid', 'tail');
  const moves = gridMoves(input.parameters);
  return Float64Array.from(input.positions, (_, at) => {
    let worst = 0;
    for (const row of rows) {
      const loss = -(moves[row]?.weight ?? 1) * grid.positionPnl(at, row);
      // A number that is none stays one, so that it is refused.
      if (!(loss <= worst)) worst = loss;
    }
    return worst;
  });
}

/** Dollars per 1.00 of volatility of an option position, signed. */
function vegaDollars(
  { market: { columns } }: HouseInput,
  { instrument, quantity, timeToExpiryYears }: DollarLeg,
): number {
  const coins = quantity * (columns.contractSize[instrument] ?? NaN);
  return (
    coins *
    black76Vega({
      forward: columns.forward[columns.expiry[instrument] ?? -1] ?? NaN,
      strike: columns.strike[instrument] ?? NaN,
      volatility: columns.volatility[instrument] ?? NaN,
      timeToExpiryYears,
    })
  );
}

/** Dollars of premium of a leg. */
function premium(input: HouseInput, leg: DollarLeg): number {
  const value = Math.abs(leg.quantity) * (input.unitValue[leg.instrument] ?? NaN);
  return value * settlementPrice(input, leg);
}

/** Ask less bid of the whole leg, dollars; 0 where a side is not quoted: the usual spread stands. */
function quotedSpread(input: HouseInput, leg: DollarLeg): number {
  const { bidPrice, askPrice, contractSize, markPrice } = input.market.columns;
  const spread = (askPrice[leg.instrument] ?? NaN) - (bidPrice[leg.instrument] ?? NaN);
  if (!(spread > 0) || !((bidPrice[leg.instrument] ?? NaN) > 0)) return 0;
  const units = Math.abs(leg.quantity) * (contractSize[leg.instrument] ?? NaN);
  // Inverse futures are quoted in dollars per coin and sized in dollars.
  if (leg.isInverse && !leg.isOption) return (units * spread) / (markPrice[leg.instrument] ?? NaN);
  return units * spread * settlementPrice(input, leg);
}

/** Dollars per unit of what an option or linear contract is quoted in. */
function settlementPrice(input: HouseInput, leg: DollarLeg): number {
  if (!leg.isInverse) return leg.quotePrice;
  const { indexPrice, underlying } = input.market.columns;
  return indexPrice[underlying[leg.instrument] ?? 0] ?? NaN;
}

/** The slow cost in both margins, and what the fast one asks beyond it in the initial margin. */
export function liquidityCharges({ slow, fast }: CloseOutCost): ModelComponent[] {
  const sum = (shares: Float64Array): number => shares.reduce((total, share) => total + share, 0);
  const slowTotal = sum(slow);
  const isBeyond = sum(fast) > slowTotal;
  const beyond = fast.map((cost, at) => (isBeyond ? cost - (slow[at] ?? NaN) : 0));
  const beyondTotal = Math.max(0, sum(beyond));
  return [
    component('liquidity', slowTotal, slowTotal, 'EXACT', () => ({ total: slowTotal, byPosition: slow })),
    component('liquidity_now', beyondTotal, 0, 'EXACT', () => ({ total: beyondTotal, byPosition: beyond })),
  ];
}
