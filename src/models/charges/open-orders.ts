import type { ModelInput, ResolvedOrder } from '../model.js';

type Input = Pick<ModelInput<unknown>, 'orders' | 'mmpGroups' | 'market' | 'unitValue' | 'unitPnl'>;

/**
 * Loss of all open orders in one scenario if they fill at their limits and move against the account: orders never help. A
 * market order fills at the unshocked value. Of a market-maker protection group no more fills than its limit, and what fills is
 * what loses most per contract. Settlement currency, >= 0 (market-and-risk.md 5.11).
 */
export function worstSideOrderLoss(input: Input, scenario: number): number {
  const { orders, mmpGroups } = input;
  let loss = 0;
  for (const resolved of orders) {
    if (limitOf(input, resolved) !== undefined) continue;
    loss += lossPerContract(input, resolved, scenario) * resolved.order.quantity;
  }
  for (const { name, quantityLimit } of mmpGroups) loss += groupLoss(input, name, quantityLimit, scenario);
  return loss;
}

/** Contracts of the order's group that may fill; undefined for an order that no group protects. */
function limitOf({ mmpGroups }: Input, { order }: ResolvedOrder): number | undefined {
  if (order.mmpGroup === undefined) return undefined;
  return mmpGroups.find(({ name }) => name === order.mmpGroup)?.quantityLimit;
}

function lossPerContract(input: Input, { instrument, order }: ResolvedOrder, scenario: number): number {
  const unitValue = input.unitValue[instrument] ?? NaN;
  const value = unitValue + input.unitPnl(instrument, scenario);
  const size = input.market.columns.contractSize[instrument] ?? NaN;
  const limit = order.limitPrice === undefined ? unitValue : order.limitPrice * size;
  const adverse = order.side === 'BUY' ? limit - value : value - limit;
  // A NaN must surface: it is not "no loss".
  return adverse < 0 ? 0 : adverse;
}

/** The most that a protected group can lose: its worst orders first, until the limit is filled. */
function groupLoss(input: Input, group: string, quantityLimit: number, scenario: number): number {
  const losses: { perContract: number; quantity: number }[] = [];
  for (const resolved of input.orders) {
    if (resolved.order.mmpGroup !== group) continue;
    losses.push({
      perContract: lossPerContract(input, resolved, scenario),
      quantity: resolved.order.quantity,
    });
  }
  losses.sort((a, b) => b.perContract - a.perContract);
  let left = quantityLimit;
  let loss = 0;
  for (const { perContract, quantity } of losses) {
    const filled = Math.min(quantity, left);
    loss += filled * perContract;
    left -= filled;
  }
  return loss;
}
