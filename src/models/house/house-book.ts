import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { arrangeDollarAccount, type DollarAccount } from '../shared/dollar-account.js';
import { factorRows } from '../drawn/factor-rows.js';
import type { HouseInput } from './house-input.js';
import { refusedUnderlying } from '../drawn/refused-underlying.js';
import type { AssetPrices, CoinHolding } from '../drawn/book-vectors.js';
import { assetPrices, coinHoldings } from '../drawn/holdings.js';

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
