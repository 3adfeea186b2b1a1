/**
 * LC: what closing a book costs, by liquidity bucket (underlying x spot, perpetual, dated future, or option expiry x moneyness).
 * Quantities are gross inside a bucket: a deep in-the-money call cancels net delta and has no vega, and must be traded all the
 * same. market-and-risk.md 5.7:
 *
 *   LC = sum over buckets of max(walk, spread + impact)
 *
 * A bucket without volume cannot be closed by trading: it costs the worst grid loss of its legs. The square-root law grows
 * without bound as volume falls to nothing; that loss therefore bounds it, so that less volume never charges less.
 */
import { expected, failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';
import { DEPTH_BANDS, bandWalkCost } from './depth-bands.js';
import { IMPACT_FACTOR, impactCost } from './square-root-impact.js';

/** One position as liquidity sees it. Per unit, except the quantity. */
export interface LiquidityLeg {
  /** Index of its bucket. */
  readonly bucket: number;
  /** Signed units. */
  readonly quantity: number;
  /** Coins per unit; 1 for linear contracts of one coin. */
  readonly delta: number;
  /** Per 1.00 of volatility; 0 for delta one. */
  readonly vega: number;
  /** Cost of crossing the spread with one unit on the side that closes (`spread-cost.ts`), settlement currency, >= 0. */
  readonly spreadCost: number;
  /** Largest loss of the whole position over the grid, >= 0: its cost where nothing trades. */
  readonly worstGridLoss: number;
}

/** What is known of a bucket's market. */
export interface BucketMarket {
  /** Price of the underlying, settlement currency per coin. */
  readonly price: number;
  /** Daily volatility of the price, fraction; of the implied volatility, points as fractions. */
  readonly dailyVolatility: number;
  readonly dailyVolatilityOfVolatility: number;
  /** Coins of delta, and vega, traded a day; 0 when nothing trades. */
  readonly dailyVolume: number;
  readonly dailyVegaVolume: number;
  /** Depth to sell into and to buy from by band, cumulative coins of delta (`depth-bands.ts`); absent where unknown. */
  readonly bidDepth?: ArrayLike<number>;
  readonly askDepth?: ArrayLike<number>;
}

export interface BucketCharge {
  /** Gross coins of delta and gross vega. */
  readonly grossDelta: number;
  readonly grossVega: number;
  readonly spread: number;
  /** By the square-root law, unbounded; 0 where nothing trades: of delta, of vega, and both. */
  readonly deltaImpact: number;
  readonly vegaImpact: number;
  readonly impact: number;
  /** Cost by depth; 0 where depth is unknown: of what is sold, of what is bought, and both. */
  readonly saleWalk: number;
  readonly purchaseWalk: number;
  readonly walk: number;
  /** What the bucket pays: max(walk, spread + impact), the latter at most the legs' worst grid losses (or the spread). */
  readonly charge: number;
  /** The depth does not take the position, or nothing trades at all. */
  readonly insufficientDepth: boolean;
}

export interface LiquidityCharge {
  readonly buckets: readonly BucketCharge[];
  /** Sum over the buckets, settlement currency. */
  readonly total: number;
}

/** The charge of a book. Fails on a number that is none; the order of the legs does not matter beyond rounding. */
export function liquidityCharge(
  legs: readonly LiquidityLeg[],
  markets: readonly BucketMarket[],
  impactFactor = IMPACT_FACTOR,
): Outcome<LiquidityCharge> {
  const wrong = checkMarkets(markets) ?? checkLegs(legs, markets.length);
  if (wrong !== undefined) return wrong;
  const buckets = grossTotals(legs, markets.length).map((gross, bucket) =>
    bucketCharge(gross, markets[bucket]!, impactFactor),
  );
  return success({ buckets, total: buckets.reduce((sum, { charge }) => sum + charge, 0) });
}

/** Gross sums of a bucket's legs. */
export interface GrossTotals {
  longDelta: number;
  shortDelta: number;
  grossVega: number;
  spread: number;
  worstGridLoss: number;
}

export function grossTotals(legs: readonly LiquidityLeg[], bucketCount: number): readonly GrossTotals[] {
  const totals = Array.from({ length: bucketCount }, () => ({
    longDelta: 0,
    shortDelta: 0,
    grossVega: 0,
    spread: 0,
    worstGridLoss: 0,
  }));
  for (const { bucket, quantity, delta, vega, spreadCost, worstGridLoss } of legs) {
    const total = totals[bucket]!;
    // Closing a positive delta sells it, whether it is a long call or a short put.
    if (quantity * delta > 0) total.longDelta += quantity * delta;
    else total.shortDelta -= quantity * delta;
    total.grossVega += Math.abs(quantity * vega);
    total.spread += Math.abs(quantity) * spreadCost;
    total.worstGridLoss += worstGridLoss;
  }
  return totals;
}

export function bucketCharge(gross: GrossTotals, market: BucketMarket, impactFactor: number): BucketCharge {
  const { longDelta, shortDelta, grossVega, spread } = gross;
  const { price, dailyVolume, dailyVegaVolume, dailyVolatility, dailyVolatilityOfVolatility } = market;
  const grossDelta = longDelta + shortDelta;
  const isUntraded = (grossDelta > 0 && dailyVolume === 0) || (grossVega > 0 && dailyVegaVolume === 0);
  const sale = walkCost(market.bidDepth, longDelta, price, true);
  const purchase = walkCost(market.askDepth, shortDelta, price, false);
  const walk = sale.cost + purchase.cost;
  const insufficientDepth = isUntraded || sale.insufficientDepth || purchase.insufficientDepth;
  const ifTraded = (cost: number): number => (isUntraded ? 0 : cost);
  const deltaImpact = ifTraded(impactCost(grossDelta, dailyVolume, dailyVolatility, price, impactFactor));
  const vegaImpact = ifTraded(
    impactCost(grossVega, dailyVegaVolume, dailyVolatilityOfVolatility, 1, impactFactor),
  );
  const impact = deltaImpact + vegaImpact;
  const traded = isUntraded ? Infinity : spread + impact;
  const charge = Math.max(walk, Math.min(traded, Math.max(spread, gross.worstGridLoss)));
  return {
    grossDelta,
    grossVega,
    spread,
    deltaImpact,
    vegaImpact,
    impact,
    saleWalk: sale.cost,
    purchaseWalk: purchase.cost,
    walk,
    charge,
    insufficientDepth,
  };
}

function walkCost(
  depth: ArrayLike<number> | undefined,
  quantity: number,
  price: number,
  isSale: boolean,
): { readonly cost: number; readonly insufficientDepth: boolean } {
  if (depth === undefined || quantity === 0) return { cost: 0, insufficientDepth: false };
  return bandWalkCost(depth, quantity, price, isSale);
}

function checkMarkets(markets: readonly BucketMarket[]): Outcome<never> | undefined {
  for (let index = 0; index < markets.length; index += 1) {
    const market = markets[index]!;
    const at = (name: keyof BucketMarket): string => `buckets[${index}].${name}`;
    if (!isSize(market.price)) return invalid(at('price'), market.price);
    if (!isSize(market.dailyVolatility)) return invalid(at('dailyVolatility'), market.dailyVolatility);
    if (!isSize(market.dailyVolatilityOfVolatility)) {
      return invalid(at('dailyVolatilityOfVolatility'), market.dailyVolatilityOfVolatility);
    }
    if (!isSize(market.dailyVolume)) return invalid(at('dailyVolume'), market.dailyVolume);
    if (!isSize(market.dailyVegaVolume)) return invalid(at('dailyVegaVolume'), market.dailyVegaVolume);
    const wrong = checkDepth(market.bidDepth, at('bidDepth')) ?? checkDepth(market.askDepth, at('askDepth'));
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

function checkDepth(depth: ArrayLike<number> | undefined, field: string): Outcome<never> | undefined {
  if (depth === undefined) return undefined;
  for (let band = 0; band < DEPTH_BANDS.length; band += 1) {
    const size = depth[band] ?? NaN;
    if (!isSize(size)) return invalid(`${field}[${band}]`, size);
  }
  return undefined;
}

function checkLegs(legs: readonly LiquidityLeg[], bucketCount: number): Outcome<never> | undefined {
  for (let index = 0; index < legs.length; index += 1) {
    const leg = legs[index]!;
    const at = (name: keyof LiquidityLeg): string => `legs[${index}].${name}`;
    if (!(Number.isInteger(leg.bucket) && leg.bucket >= 0 && leg.bucket < bucketCount)) {
      return invalid(at('bucket'), leg.bucket, `one of ${bucketCount} buckets`);
    }
    if (!Number.isFinite(leg.quantity)) return invalid(at('quantity'), leg.quantity, 'a finite number');
    if (!Number.isFinite(leg.delta)) return invalid(at('delta'), leg.delta, 'a finite number');
    if (!Number.isFinite(leg.vega)) return invalid(at('vega'), leg.vega, 'a finite number');
    if (!isSize(leg.spreadCost)) return invalid(at('spreadCost'), leg.spreadCost);
    if (!isSize(leg.worstGridLoss)) return invalid(at('worstGridLoss'), leg.worstGridLoss);
  }
  return undefined;
}

function isSize(value: number): boolean {
  return value >= 0 && value < Infinity;
}

function invalid(field: string, value: number, what = 'a finite number of at least 0'): Outcome<never> {
  return failure('INVALID_VALUE', field, expected(what, field, value));
}
