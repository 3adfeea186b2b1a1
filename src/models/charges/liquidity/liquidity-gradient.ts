/**
 * Derivative of the liquidity charge by the quantity of every leg, for its Aumann-Shapley shares (`measures/aumann-shapley.ts`;
 * market-and-risk.md 5.5): the charge grows like a power 3/2 of size, so that Euler's shares would add up to half too much.
 */
import { DEPTH_BANDS } from './depth-bands.js';
import { bucketCharge, grossTotals } from './liquidity-charge.js';
import type { BucketMarket, GrossTotals, LiquidityLeg } from './liquidity-charge.js';
import { IMPACT_FACTOR } from './square-root-impact.js';

/** Total charge of the legs with other quantities. The worst grid loss of a leg scales with its quantity. */
export function liquidityChargeAt(
  legs: readonly LiquidityLeg[],
  markets: readonly BucketMarket[],
  quantities: ArrayLike<number>,
  impactFactor = IMPACT_FACTOR,
): number {
  const totals = grossTotals(withQuantities(legs, quantities), markets.length);
  return totals.reduce((sum, gross, b) => sum + bucketCharge(gross, markets[b]!, impactFactor).charge, 0);
}

/** d charge / d quantity of every leg: of the term that binds in the leg's bucket. */
export function liquidityGradient(
  legs: readonly LiquidityLeg[],
  markets: readonly BucketMarket[],
  quantities: ArrayLike<number>,
  impactFactor = IMPACT_FACTOR,
): Float64Array {
  const scaled = withQuantities(legs, quantities);
  const totals = grossTotals(scaled, markets.length);
  const slopes = totals.map((gross, b) => bucketSlopes(gross, markets[b]!, impactFactor));
  return Float64Array.from(scaled, (leg, i) => {
    const sign = Math.sign(leg.quantity);
    const { spread, longDelta, shortDelta, vega, gridLoss } = slopes[leg.bucket]!;
    const perDelta = leg.quantity * leg.delta > 0 ? longDelta : shortDelta;
    const perUnit = spread * leg.spreadCost + perDelta * Math.abs(leg.delta) + vega * Math.abs(leg.vega);
    return sign * (perUnit + gridLoss * lossPerUnit(legs[i]!));
  });
}

/** Derivatives of a bucket's charge by its gross sums. */
interface BucketSlopes {
  readonly spread: number;
  readonly longDelta: number;
  readonly shortDelta: number;
  readonly vega: number;
  readonly gridLoss: number;
}

const NO_SLOPES: BucketSlopes = { spread: 0, longDelta: 0, shortDelta: 0, vega: 0, gridLoss: 0 };

function bucketSlopes(gross: GrossTotals, market: BucketMarket, impactFactor: number): BucketSlopes {
  const { charge, walk, spread, impact } = bucketCharge(gross, market, impactFactor);
  if (charge === 0) return NO_SLOPES;
  if (charge === walk) {
    return {
      ...NO_SLOPES,
      longDelta: walkSlope(market.bidDepth, gross.longDelta, market.price, true),
      shortDelta: walkSlope(market.askDepth, gross.shortDelta, market.price, false),
    };
  }
  if (charge === spread) return { ...NO_SLOPES, spread: 1 };
  if (charge === spread + impact) {
    const { price, dailyVolume, dailyVolatility, dailyVegaVolume, dailyVolatilityOfVolatility } = market;
    const delta = gross.longDelta + gross.shortDelta;
    // The average cost is 2/3 of the end impact, its derivative by size the whole of it.
    const perDelta = delta > 0 ? impactFactor * dailyVolatility * Math.sqrt(delta / dailyVolume) * price : 0;
    const share = gross.grossVega / dailyVegaVolume;
    const perVega = gross.grossVega > 0 ? impactFactor * dailyVolatilityOfVolatility * Math.sqrt(share) : 0;
    return { spread: 1, longDelta: perDelta, shortDelta: perDelta, vega: perVega, gridLoss: 0 };
  }
  return { ...NO_SLOPES, gridLoss: 1 };
}

/** Cost of one more coin: the distance of the band that it reaches. */
function walkSlope(
  depth: ArrayLike<number> | undefined,
  quantity: number,
  price: number,
  isSale: boolean,
): number {
  if (depth === undefined) return 0;
  const band = DEPTH_BANDS.findIndex((_, b) => depth[b]! >= quantity);
  if (band >= 0) return price * DEPTH_BANDS[band]!;
  const last = DEPTH_BANDS[DEPTH_BANDS.length - 1]!;
  return price * (isSale ? 1 - (1 - last) * (1 - 2 * last) : (1 + last) * (1 + 2 * last) - 1);
}

function withQuantities(
  legs: readonly LiquidityLeg[],
  quantities: ArrayLike<number>,
): readonly LiquidityLeg[] {
  return legs.map((leg, i) => {
    const quantity = quantities[i]!;
    return { ...leg, quantity, worstGridLoss: lossPerUnit(leg) * Math.abs(quantity) };
  });
}

/** 0 for a position so small that its loss per unit is no number. */
function lossPerUnit({ quantity, worstGridLoss }: LiquidityLeg): number {
  const perUnit = worstGridLoss / Math.abs(quantity);
  return perUnit < Infinity ? perUnit : 0;
}
