import { amountToNumber } from '../../domain/money.js';
import { NO_COIN, type AccountRows, type AssetFacts } from '../../kernel/book-arrangement.js';
import type { Kernels } from '../../kernel/kernels.js';
import type { Market } from '../../market/snapshot/market.js';
import {
  BALANCES_PER_PORTFOLIO_MAX,
  POSITIONS_PER_PORTFOLIO_MAX,
  PRICE_MAX,
  QUANTITY_MAX,
} from '../../limits.js';
import type { BookColumns } from '../book-columns.js';
import { decimalAmount } from '../decimal-amount.js';
import { instrumentFacts, underlyingFacts } from './instrument-facts.js';
import { assetPrice, type TailMarket } from './tail-cubes.js';
import { TailBooks } from './tail-books.js';
import type { ThreadMemory } from '../thread-memory.js';

const LIMITS = {
  positions: POSITIONS_PER_PORTFOLIO_MAX,
  balances: BALANCES_PER_PORTFOLIO_MAX,
  quantity: QUANTITY_MAX,
  price: PRICE_MAX,
};

/**
 * Lays out the books of accounts `first` to `first + count` for the kernels and values them as the model does, in the engine's
 * order of positions. Whatever is out of the ordinary (a name that is not in the market, a number out of range, an instrument
 * twice) is marked odd: the ordinary engine says what is wrong with it.
 */
export function arrangeBooks(
  kernels: Kernels,
  tail: TailMarket,
  columns: BookColumns,
  first: number,
  count: number,
  memory: ThreadMemory,
): TailBooks {
  const accounts = accountRows(columns, first, count, memory);
  const underlyings = underlyingFacts(tail);
  const books = new TailBooks(memory, accounts, LIMITS.positions, underlyings.count);
  kernels.arrangeBooks(
    instrumentFacts(tail),
    underlyings,
    assetFacts(tail.market, columns.assets),
    accounts,
    LIMITS,
    books,
    books.workspace,
  );
  return books;
}

function accountRows(columns: BookColumns, first: number, count: number, memory: ThreadMemory): AccountRows {
  const rowOffsets = columns.rowOffsets.subarray(first, first + count + 1);
  const balanceOffsets = columns.balanceOffsets.subarray(first, first + count + 1);
  const [rowFrom, rowTo] = [rowOffsets[0] ?? 0, rowOffsets[count] ?? 0];
  const [balanceFrom, balanceTo] = [balanceOffsets[0] ?? 0, balanceOffsets[count] ?? 0];
  const { buffer, byteOffset } = columns.instrument.subarray(rowFrom, rowTo);
  const balanceAsset = columns.balanceAsset.subarray(balanceFrom, balanceTo);
  return {
    count,
    rowOffsets,
    // What the market does not know is -1 there: beyond every instrument here.
    instrument: new Uint32Array(buffer, byteOffset, rowTo - rowFrom),
    quantity: columns.quantity.subarray(rowFrom, rowTo),
    averagePrice: columns.averagePrice?.subarray(rowFrom, rowTo),
    balanceOffsets,
    balanceAsset,
    balanceAmount: amountsOf(
      columns.assets,
      balanceAsset,
      columns.balanceAmount.subarray(balanceFrom, balanceTo),
      memory.doubles('amounts', balanceTo - balanceFrom),
    ),
  };
}

/** Coins of balances: the double at or below the decimal that the file states. NaN where it is out of range or of no asset. */
function amountsOf(
  assets: readonly string[],
  balanceAsset: Uint32Array,
  stated: Float64Array,
  amounts: Float64Array,
): Float64Array {
  for (let at = 0; at < stated.length; at += 1) {
    const amount = stated[at] ?? NaN;
    const name = assets[balanceAsset[at] ?? 0] ?? '';
    if (!(Math.abs(amount) <= PRICE_MAX) || name === '') amounts[at] = NaN;
    else amounts[at] = Number.isSafeInteger(amount) ? amount : amountToNumber(decimalAmount(name, amount));
  }
  return amounts;
}

function assetFacts(market: Market, assets: readonly string[]): AssetFacts {
  return {
    count: assets.length,
    price: Float64Array.from(assets, (name) => assetPrice(market, name)),
    coinOf: Uint32Array.from(assets, (name) => market.table.underlyingIndex.get(name) ?? NO_COIN),
  };
}
