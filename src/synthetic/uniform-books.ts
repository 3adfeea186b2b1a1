import { randomStream } from '../measures/random.js';
import type { Market } from '../market/snapshot/market.js';
import type { Deposit } from './collateral.js';
import { accountName, type SyntheticAccount } from './venue.js';

/** Smallest quantity in contracts; the largest is a hundred of them, long or short. */
const LOT = 0.1;
const LOTS_MAX = 100;
/** US dollars that every account holds: margins do not depend on it. */
const CASH_USD = 1_000_000;

/** Account `index` of a seed: `positionCount` different instruments of the market, each as likely, long or short. */
export function uniformBook(
  market: Market,
  positionCount: number,
  seed: number,
  index: number,
): SyntheticAccount {
  const random = randomStream(seed, index);
  const { length } = market.table.instruments;
  if (positionCount > length)
    throw new RangeError(`${String(positionCount)} positions over ${String(length)} instruments`);
  const rows = new Set<number>();
  while (rows.size < positionCount) rows.add(random.integer(length));
  return {
    accountId: accountName(index),
    kind: 'uniform',
    positions: [...rows].map((instrument) => ({
      instrument,
      quantity: signedLots(random.integer(2 * LOTS_MAX)) / (1 / LOT),
      averageEntryPrice: undefined,
    })),
    deposits: [cash(market)],
  };
}

/** -100 to -1 and 1 to 100. */
function signedLots(drawn: number): number {
  return drawn < LOTS_MAX ? drawn - LOTS_MAX : drawn - LOTS_MAX + 1;
}

function cash({ table, columns }: Market): Deposit {
  const { settlementCurrency } = table.instruments[0] ?? {};
  const asset = settlementCurrency ?? 'USD';
  const price = columns.assetPriceUsd[table.assetIndex.get(asset) ?? -1] ?? 1;
  return { asset, amount: Number((CASH_USD / price).toFixed(2)) };
}
