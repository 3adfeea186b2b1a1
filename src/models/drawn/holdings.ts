import type { ModelInput } from '../model.js';
import type { AssetPrices, CoinHolding } from './book-vectors.js';

type Input = Pick<ModelInput<unknown>, 'market' | 'balances' | 'groups' | 'positions'>;

/** Coins of each underlying that move with its spot: balances, and what inverse contracts have earned and not paid out. */
export function coinHoldings({ market, balances, groups, positions }: Input): CoinHolding[] {
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

export function assetPrices({ market }: Pick<Input, 'market'>): AssetPrices {
  const { assetIndex } = market.table;
  return (asset) => {
    const price = market.columns.assetPriceUsd[assetIndex.get(asset) ?? -1] ?? NaN;
    return Number.isNaN(price) && asset === 'USD' ? 1 : price;
  };
}
