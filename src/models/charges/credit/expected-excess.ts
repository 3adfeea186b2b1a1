import { expected, failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';
import { defaultProbabilityOf } from './default-probability.js';
import type { CreditParameters } from './default-probability.js';

/**
 * EEM: mean of what a close-out loses beyond the margin that is held, E[(loss + close-out cost - margin)+], from the same
 * scenarios as the margin, so that collateral that falls with the book is in it (market-and-risk.md 5.8).
 *
 * @param pnl P&L of the account by scenario over the close-out horizon, gains positive, collateral included
 * @param weights one per scenario, summing to a positive number; absent: equal
 */
export function expectedExcess(
  pnl: ArrayLike<number>,
  closeOutCost: number,
  margin: number,
  weights?: ArrayLike<number>,
): Outcome<number> {
  if (pnl.length === 0) return failure('INVALID_VALUE', 'pnl', 'Expected at least one scenario for pnl');
  if (!(closeOutCost >= 0 && closeOutCost < Infinity)) {
    return invalid('closeOutCost', 'a finite number of at least 0', closeOutCost);
  }
  if (!(margin >= 0 && margin < Infinity)) return invalid('margin', 'a finite number of at least 0', margin);
  let excess = 0;
  let total = 0;
  for (let s = 0; s < pnl.length; s += 1) {
    const gain = pnl[s]!;
    const weight = weights === undefined ? 1 : (weights[s] ?? NaN);
    if (!Number.isFinite(gain)) return invalid(`pnl[${s}]`, 'a finite number', gain);
    if (!(weight >= 0 && weight < Infinity)) {
      return invalid(`weights[${s}]`, 'a finite number of at least 0', weight);
    }
    excess += weight * Math.max(0, closeOutCost - gain - margin);
    total += weight;
  }
  if (!(total > 0)) return invalid('weights', 'weights with a positive sum', total);
  return success(excess / total);
}

/**
 * CC: EEM x ((1 - rho) + rho x PD x LGD). Where nothing can be claimed back (rho 0, negative-balance protection) the venue bears
 * every excess; where it can, only what a default loses.
 */
export function creditCharge(excess: number, tier: string | undefined, parameters: CreditParameters): number {
  const { recourse, lossGivenDefault } = parameters;
  return excess * (1 - recourse + recourse * defaultProbabilityOf(tier, parameters) * lossGivenDefault);
}

function invalid(field: string, what: string, received: number): Outcome<never> {
  return failure('INVALID_VALUE', field, expected(what, field, received));
}
