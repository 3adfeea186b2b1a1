import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { arrangeDollarAccount, type DollarAccount } from '../shared/dollar-account.js';
import { factorRows } from './factor-rows.js';
import type { HouseInput } from './house-input.js';
import { underlyingRules } from './parameters.js';
import type { AssetPrices, CoinHolding } from './vectors.js';

/** A book in dollars: what it is worth, and the coins in it whose dollar value moves with spot. */
export interface HouseBook {
  readonly account: DollarAccount;
  readonly coins: readonly CoinHolding[];
  readonly prices: AssetPrices;
}

/** Refuses underlyings without parameters, and spot positions: spot is held as a balance. */
export function arrangeHouseBook(input: HouseInput): Outcome<HouseBook> {
  const refused = refusedUnderlying(input);
  if (refused !== undefined) return refused;
  const { rowOf } = factorRows(input.market);
  const account = arrangeDollarAccount(input, {
    model: 'house',
    deltaOneMove: 'MARK',
    factorRow: (underlying) => rowOf(underlying),
  });
  if (!account.ok) return account;
  return success({ account: account.value, coins: coinHoldings(input), prices: assetPrices(input) });
}

function refusedUnderlying({
  parameters,
  market,
  groups,
  positions,
}: HouseInput): ReturnType<typeof failure> | undefined {
  for (const { underlying, firstPosition } of groups) {
    const name = market.table.underlyings[underlying] ?? '';
    if (underlyingRules(parameters, name) !== undefined) continue;
    return failure(
      'UNSUPPORTED',
      `positions[${String(positions[firstPosition]?.requestIndex ?? 0)}].instrument`,
      `Expected an underlying of parameters.underlyings for house but received ${name}`,
    );
  }
  return undefined;
}

/** Coins of each underlying that move with its spot: balances, and what inverse contracts have earned and not paid out. */
function coinHoldings({ market, balances, groups, positions }: HouseInput): CoinHolding[] {
  const held = new Map<number, number>();
  const add = (asset: string, coins: number): void => {
    const underlying = market.table.underlyingIndex.get(asset);
    if (underlying !== undefined) held.set(underlying, (held.get(underlying) ?? 0) + coins);
  };
  for (const { asset, amount } of balances) add(asset, amount);
  for (const { settlementCurrency, firstPosition, positionCount } of groups) {
    for (const position of positions.slice(firstPosition, firstPosition + positionCount))
      add(settlementCurrency, (position.unrealisedPnl ?? 0) + (position.unsettledFunding ?? 0));
  }
  return [...held].map(([underlying, coins]) => ({ underlying, coins }));
}

function assetPrices({ market }: HouseInput): AssetPrices {
  const { assetIndex } = market.table;
  return (asset) => {
    const price = market.columns.assetPriceUsd[assetIndex.get(asset) ?? -1] ?? NaN;
    return Number.isNaN(price) && asset === 'USD' ? 1 : price;
  };
}
