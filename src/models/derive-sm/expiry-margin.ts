import type { ModelInput } from '../model.js';
import type { DeriveMarket, ExpiryLeg } from '../shared/derive-account.js';
import type { DeriveSmMarket } from './parameters.js';
import { shortOptionMargin, type LegMargin } from './short-option.js';

/** Options of one expiry: what its legs need, and what confidence and depeg charges count. */
export interface ExpiryMargin extends LegMargin {
  /** Contracts of short options, >= 0. */
  readonly shortContracts: number;
  /** Initial requirement (value less excess) of every leg, in the order of the group's positions; adds up to the expiry's. */
  readonly initialByLeg: readonly number[];
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
  const isolated = legs.map(({ contracts, value, strike, isCall }) => {
    if (contracts >= 0) return 0;
    const leg = shortOptionMargin(rule, isCall, strike, market.spot, contracts, value);
    initial += leg.initial;
    maintenance += leg.maintenance;
    shortContracts -= contracts;
    return leg.initial;
  });
  const netCalls = legs.reduce((sum, { contracts, isCall }) => sum + (isCall ? contracts : 0), 0);
  const worst = worstPayoff(legs);
  const unpaired = Math.min(0, netCalls) * expiry.forward;
  const bounded = worst.pnl + rule.unpairedInitial * unpaired;
  const unpairedPerCall = netCalls < 0 ? rule.unpairedInitial * expiry.forward : 0;
  return {
    initial: Math.max(initial, bounded),
    maintenance: Math.max(maintenance, worst.pnl + rule.unpairedMaintenance * unpaired),
    shortContracts,
    initialByLeg: legs.map((leg, at) => {
      if (initial >= bounded) return leg.value - (isolated[at] ?? NaN);
      // Where no price loses, only the unpaired calls count.
      const paid = worst.pnl < 0 ? leg.contracts * payoff(leg, worst.price) : 0;
      return leg.value - paid - (leg.isCall ? leg.contracts * unpairedPerCall : 0);
    }),
  };
}

interface Leg {
  readonly contracts: number;
  readonly strike: number;
  readonly isCall: boolean;
}

/** Payoffs are linear between strikes, so that the worst one stands at a strike or at 0; <= 0. */
function worstPayoff(legs: readonly Leg[]): { pnl: number; price: number } {
  let worst = { pnl: 0, price: 0 };
  for (const price of [0, ...legs.map(({ strike }) => strike)]) {
    const pnl = legs.reduce((sum, leg) => sum + leg.contracts * payoff(leg, price), 0);
    if (pnl < worst.pnl) worst = { pnl, price };
  }
  return worst;
}

function payoff({ strike, isCall }: Leg, price: number): number {
  return Math.max(0, isCall ? price - strike : strike - price);
}
