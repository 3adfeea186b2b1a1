import type { ModelInput } from '../model.js';
import type { ExpiryLeg } from '../shared/derive-account.js';
import { groupPnl } from '../shared/group-pnl.js';

/** Rows that a cube carries behind the reported scenarios: forward up and forward down, volatility unchanged. */
export const BASIS_ROWS = 2;

/**
 * Loss of each expiry when its own forward moves against spot, scaled by time; <= 0, no static discount (Derive PMRM and
 * PMRM_2; margin-models.md 3.3). The last two rows of the scenario set are the two moves.
 */
export function basisContingency(
  input: ModelInput<unknown>,
  expiries: readonly ExpiryLeg[],
  { addFactor, multFactor }: { readonly addFactor: number; readonly multFactor: number },
): number {
  const firstRow = input.scenarios.labels.length - BASIS_ROWS;
  let total = 0;
  for (const expiry of expiries) {
    const up = groupPnl(input, expiry.row, firstRow);
    const down = groupPnl(input, expiry.row, firstRow + 1);
    total += basisLoss(up, down, expiry.timeToExpiryYears, addFactor, multFactor);
  }
  return total;
}

/** Loss of one expiry from the P&L of its two moves, <= 0. */
export function basisLoss(
  up: number,
  down: number,
  timeToExpiryYears: number,
  addFactor: number,
  multFactor: number,
): number {
  return Math.min(up, down, 0) * (addFactor + multFactor * timeToExpiryYears);
}
