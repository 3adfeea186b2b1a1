import { depegPnl } from '../charges/credit/stablecoin-depeg.js';
import type { DollarAccount } from '../shared/dollar-account.js';
import type { HouseInput } from './house-input.js';
import { noRisk, type RiskTerm } from './risk-terms.js';

/**
 * The worst loss of a peg on what each pegged asset is net of debts in it. Pegs break one at a time; the loss competes with those
 * of the grid (market-and-risk.md 5.8).
 */
export function depegLoss(input: HouseInput, { assetEquity }: DollarAccount): RiskTerm {
  const { assets, jumps } = input.parameters.pegs;
  let loss = 0;
  for (const asset of assets) {
    if (asset === input.parameters.cashAsset) continue;
    const held = Math.max(0, assetEquity.get(asset) ?? 0);
    for (const pnl of depegPnl(held, 0, 1, jumps)) loss = Math.max(loss, -pnl);
  }
  return { ...noRisk('depeg', input), loss };
}
