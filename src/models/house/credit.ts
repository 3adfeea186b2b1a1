import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { creditCharge, expectedExcess } from '../charges/credit/expected-excess.js';
import type { BookVectors } from '../drawn/book-vectors.js';
import type { ModelComponent } from '../model.js';
import { component } from '../shared/result.js';
import type { HouseInput } from './house-input.js';
import type { CloseOutCost } from './liquidity.js';

/**
 * CC: what the account is expected to lose beyond its maintenance margin at close-out, as far as nobody is liable for it
 * (`charges/credit`, market-and-risk.md 5.8). Wrong-way risk is in the draws, because collateral is.
 */
export function creditTerm(
  { parameters: { credit }, positions }: HouseInput,
  drawn: BookVectors,
  cost: CloseOutCost,
  maintenanceMargin: number,
): Outcome<ModelComponent> {
  const closing = cost.slow.reduce((sum, share) => sum + share, 0);
  const excess = expectedExcess(drawn.total, closing, maintenanceMargin);
  if (!excess.ok) return excess;
  const total = creditCharge(excess.value, credit.tier, credit);
  const byPosition = (): Float64Array => {
    const beyond = Array.from(drawn.total.keys()).filter(
      (s) => closing - (drawn.total[s] ?? NaN) > maintenanceMargin,
    );
    // Divided by what is lost where it is more than the margin, the margin's own part with it.
    const lost = beyond.reduce((sum, s) => sum - (drawn.total[s] ?? NaN) + closing, 0);
    return Float64Array.from(positions, (_, at) => {
      const own =
        beyond.reduce((sum, s) => sum - drawn.positionPnl(at, s), 0) + beyond.length * (cost.slow[at] ?? NaN);
      return lost === 0 ? 0 : (total * own) / lost;
    });
  };
  return success(
    component('counterparty_credit', total, 0, 'EXACT', () => ({ total, byPosition: byPosition() })),
  );
}
