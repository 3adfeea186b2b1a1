import type { ScenarioTable } from './shocks.js';
import { discounted, type StaticDiscount } from './static-discount.js';

/**
 * The hot loops of the model, shared by the margin of one book and by margins of many books in columns:
 *
 *   PnL_s = d_s (perpetual + risk-cancelling collateral) + sum over expiries of d_s X_e
 *
 * where X_e is the discounted value of the expiry under the scenario minus its unshocked value, and -|...| in a skew scenario:
 * each expiry is assumed to twist the wrong way.
 */

/** Starts the vector with what moves as spot does: a perpetual (0 contracts for none) and collateral, in cash units. */
export function startVector(
  pnl: Float64Array,
  { count, spotMove, dampening }: ScenarioTable,
  perpetualContracts: number,
  perpetualPrice: number,
  collateralValue: ArrayLike<number>,
  collateralCount: number,
): void {
  for (let s = 0; s < count; s += 1) {
    const move = spotMove[s] ?? NaN;
    let own = perpetualContracts * move * perpetualPrice;
    for (let leg = 0; leg < collateralCount; leg += 1) own += move * (collateralValue[leg] ?? NaN);
    pnl[s] = own * (dampening[s] ?? NaN);
  }
}

/** Adds one expiry: `value` is its unshocked value, `vectors` from `first` its P&L before any rule of the model. */
export function addExpiry(
  pnl: Float64Array,
  { count, dampening, isSkewed }: ScenarioTable,
  vectors: Float64Array,
  first: number,
  value: number,
  discount: StaticDiscount,
): void {
  for (let s = 0; s < count; s += 1) {
    const shocked = value + (vectors[first + s] ?? NaN);
    const change = (dampening[s] ?? NaN) * (discounted(shocked, discount) - value);
    pnl[s] = (pnl[s] ?? NaN) + (isSkewed[s] === 1 ? -Math.abs(change) : change);
  }
}
