import type { ModelComponent } from '../model.js';
import { component } from '../shared/result.js';
import type { HouseInput } from './house-input.js';
import type { CloseOutCost } from './liquidity.js';
import type { BookVectors } from '../drawn/book-vectors.js';

/**
 * What the account is expected to lose beyond its maintenance margin at close-out, EEM x ((1 - rho) + rho PD LGD): the venue
 * bears it but for enforceable recourse (market-and-risk.md 5.8). Wrong-way risk is in the draws, because collateral is.
 */
export function creditCharge(
  input: HouseInput,
  drawn: BookVectors,
  cost: CloseOutCost,
  maintenanceMargin: number,
): ModelComponent {
  const { recourse, defaultProbability, lossGivenDefault } = input.parameters.credit;
  const closing = cost.slow.reduce((sum, share) => sum + share, 0);
  const beyond: number[] = [];
  let excess = 0;
  for (let s = 0; s < drawn.count; s += 1) {
    const loss = -(drawn.total[s] ?? NaN) + closing - maintenanceMargin;
    if (!(loss <= 0)) {
      excess += loss;
      beyond.push(s);
    }
  }
  const borne = 1 - recourse + recourse * defaultProbability * lossGivenDefault;
  const total = (excess / drawn.count) * borne;
  // Divided by what is lost where it is more than the margin, the margin's own part with it.
  const lost = beyond.reduce((sum, s) => sum - (drawn.total[s] ?? NaN) + closing, 0);
  return component('counterparty_credit', total, 0, 'EXACT', () => ({
    total,
    byPosition: Float64Array.from(input.positions, (_, at) => {
      const own =
        beyond.reduce((sum, s) => sum - drawn.positionPnl(at, s), 0) + beyond.length * (cost.slow[at] ?? NaN);
      return lost === 0 ? 0 : (total * own) / lost;
    }),
  }));
}
