import type { ModelInput } from '../model.js';
import type { DeriveMarket, ExpiryLeg } from '../shared/derive-account.js';
import type { DeriveSmMarket } from './parameters.js';
import { shortOptionMargin, type LegMargin } from './short-option.js';

/** Options of one expiry: what its legs need, and what confidence and depeg charges count. */
export interface ExpiryMargin extends LegMargin {
  /** Contracts of short options, >= 0. */
  readonly shortContracts: number;
}

/**
 * The better of all short legs standing alone and the worst payoff of the expiry as a whole, long legs included; both are
 * <= 0. Long options give no credit and need nothing.
 */
export function expiryMargin(
  input: ModelInput<unknown>,
  market: DeriveMarket,
  expiry: ExpiryLeg,
  rule: DeriveSmMarket['option'],
): ExpiryMargin {
  const { columns } = input.market;
  const legs = input.positions
    .slice(expiry.group.firstPosition, expiry.group.firstPosition + expiry.group.positionCount)
    .map(({ instrument, quantity }) => ({
      contracts: quantity * (columns.contractSize[instrument] ?? NaN),
      value: quantity * (input.unitValue[instrument] ?? NaN),
      strike: columns.strike[instrument] ?? NaN,
      isCall: columns.isCall[instrument] === 1,
    }));
  let initial = 0;
  let maintenance = 0;
  let shortContracts = 0;
  for (const { contracts, value, strike, isCall } of legs) {
    if (contracts >= 0) continue;
    const leg = shortOptionMargin(rule, isCall, strike, market.spot, contracts, value);
    initial += leg.initial;
    maintenance += leg.maintenance;
    shortContracts -= contracts;
  }
  const netCalls = legs.reduce((sum, { contracts, isCall }) => sum + (isCall ? contracts : 0), 0);
  const payoff = worstPayoff(legs);
  const unpaired = Math.min(0, netCalls) * expiry.forward;
  return {
    initial: Math.max(initial, payoff + rule.unpairedInitial * unpaired),
    maintenance: Math.max(maintenance, payoff + rule.unpairedMaintenance * unpaired),
    shortContracts,
  };
}

interface Leg {
  readonly contracts: number;
  readonly strike: number;
  readonly isCall: boolean;
}

/** Payoffs are linear between strikes, so that the worst one stands at a strike or at 0; <= 0. */
function worstPayoff(legs: readonly Leg[]): number {
  let worst = 0;
  for (const price of [0, ...legs.map(({ strike }) => strike)]) {
    const payoff = legs.reduce(
      (sum, { contracts, strike, isCall }) =>
        sum + contracts * Math.max(0, isCall ? price - strike : strike - price),
      0,
    );
    worst = Math.min(worst, payoff);
  }
  return worst;
}
