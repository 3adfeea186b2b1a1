import { KIND } from '../../domain/codes.js';
import { failure } from '../../domain/outcome.js';
import type { ModelInput, ResolvedPosition } from '../model.js';
import { refusedOrders } from './orders.js';

type Input = ModelInput<unknown>;
type Refusal = ReturnType<typeof failure> | undefined;

/**
 * Accounts that hold linear contracts and one cash asset, nothing else: what models of clearing houses take. Refuses other
 * settlements, other balances (collateral has rules that those models do not state) and open orders.
 */
export function refusedCashAccount(input: Input, model: string, cashAsset: string): Refusal {
  for (const { instrument, requestIndex } of input.positions) {
    const terms = input.market.table.instruments[instrument];
    if (terms?.settlement === 'LINEAR' && terms.settlementCurrency === cashAsset) continue;
    return failure(
      'UNSUPPORTED',
      `positions[${String(requestIndex)}].instrument`,
      `Expected a linear instrument settled in ${cashAsset} for ${model} but received ${terms?.name ?? ''}`,
    );
  }
  const ordered = refusedOrders(input, model);
  if (ordered !== undefined) return ordered;
  const other = input.balances.find(({ asset, amount }) => asset !== cashAsset && amount !== 0);
  if (other === undefined) return undefined;
  return failure(
    'UNSUPPORTED',
    `balances[${String(other.requestIndex)}].asset`,
    `Expected no balance but ${cashAsset} for ${model} but received "${other.asset}"`,
  );
}

export function cashBalance(input: Input, cashAsset: string): number {
  return input.balances.find(({ asset }) => asset === cashAsset)?.amount ?? 0;
}

/** Value of an option position at its quoted mark, else at the model's value; 0 for everything that is no option. */
export function optionPositionValue(input: Input, { instrument, quantity }: ResolvedPosition): number {
  const { kind, markPrice, contractSize } = input.market.columns;
  if (kind[instrument] !== KIND.OPTION) return 0;
  const quoted = (markPrice[instrument] ?? NaN) * (contractSize[instrument] ?? NaN);
  return quantity * (Number.isFinite(quoted) ? quoted : (input.unitValue[instrument] ?? NaN));
}

/** Unrealised P&L and funding of everything that is no option. */
export function openTradeEquity(input: Input): number {
  return input.positions.reduce((sum, { instrument, unrealisedPnl, unsettledFunding }) => {
    const isOption = input.market.columns.kind[instrument] === KIND.OPTION;
    return sum + (isOption ? 0 : (unrealisedPnl ?? 0)) + (unsettledFunding ?? 0);
  }, 0);
}

/** Confidence of the price or volatility of every position that has one. */
export function positionConfidences({ positions, market }: Input): number[] {
  const { kind, volatilityConfidence, priceConfidence } = market.columns;
  return positions.flatMap(({ instrument }) => {
    const isOption = kind[instrument] === KIND.OPTION;
    const known = (isOption ? volatilityConfidence : priceConfidence)[instrument] ?? NaN;
    return known >= 0 ? [known] : [];
  });
}
