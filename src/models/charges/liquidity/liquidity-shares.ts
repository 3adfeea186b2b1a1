import type { BucketCharge, LiquidityLeg } from './liquidity-charge.js';
import { grossTotals } from './liquidity-charge.js';

/**
 * What every leg adds to the charge of its bucket, adding up to it: the Aumann-Shapley shares of the term that binds at the whole
 * size, in closed form. Spreads are the leg's own; impact grows with a power of one gross sum, so that it is divided by delta and by
 * vega; a walk is divided by the delta of its side; worst grid losses are the leg's own. (`liquidityGradient` integrates along the
 * way instead, where terms may change.)
 */
export function liquidityShares(
  legs: readonly LiquidityLeg[],
  buckets: readonly BucketCharge[],
): Float64Array {
  const totals = grossTotals(legs, buckets.length);
  return Float64Array.from(legs, (leg) => {
    const charge = buckets[leg.bucket];
    const gross = totals[leg.bucket];
    if (charge === undefined || gross === undefined) return NaN;
    const delta = Math.abs(leg.quantity * leg.delta);
    const spread = Math.abs(leg.quantity) * leg.spreadCost;
    if (charge.charge === 0) return 0;
    if (charge.charge === charge.walk) {
      const isSale = leg.quantity * leg.delta > 0;
      return isSale
        ? part(delta, gross.longDelta) * charge.saleWalk
        : part(delta, gross.shortDelta) * charge.purchaseWalk;
    }
    if (charge.charge === charge.spread) return spread;
    if (charge.charge === charge.spread + charge.impact) {
      return (
        spread +
        part(delta, charge.grossDelta) * charge.deltaImpact +
        part(Math.abs(leg.quantity * leg.vega), charge.grossVega) * charge.vegaImpact
      );
    }
    return part(leg.worstGridLoss, gross.worstGridLoss) * charge.charge;
  });
}

function part(own: number, whole: number): number {
  return whole > 0 ? own / whole : 0;
}
