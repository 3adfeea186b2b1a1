import type { ModelInput } from '../model.js';

/**
 * Loss of every open order in one scenario if it fills at its limit and moves against the account: orders never help. A
 * market order fills at the unshocked value. Settlement currency, >= 0 (market-and-risk.md 5.11, without protection).
 */
export function worstSideOrderLoss(input: ModelInput<unknown>, scenario: number): number {
  const { contractSize } = input.market.columns;
  let loss = 0;
  for (const { instrument, order } of input.orders) {
    const size = contractSize[instrument] ?? NaN;
    const value = (input.unitValue[instrument] ?? NaN) + input.unitPnl(instrument, scenario);
    const limit =
      order.limitPrice === undefined ? (input.unitValue[instrument] ?? NaN) : order.limitPrice * size;
    const adverse = order.side === 'BUY' ? limit - value : value - limit;
    loss += Math.max(0, adverse) * order.quantity;
  }
  return loss;
}
