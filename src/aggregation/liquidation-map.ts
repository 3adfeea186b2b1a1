import type { AccountsAt } from './cascade.js';

/** What would be liquidated if one underlying stood at a price, all others where they are. */
export interface LiquidationMapPoint {
  /** Relative move of spot. */
  readonly spotShock: number;
  readonly accounts: number;
  /** Delta of the books that are below their maintenance margin there, coins, long and short apart: what would have to be sold and bought. */
  readonly soldCoins: number;
  readonly boughtCoins: number;
}

/** The map of one underlying over a grid of moves; `accountsAt` values the accounts after one of them, with one column of delta. */
export function liquidationMap(
  spotShocks: readonly number[],
  accountsAt: (spotShock: number) => AccountsAt,
): LiquidationMapPoint[] {
  return spotShocks.map((spotShock) => liquidationMapPoint(spotShock, accountsAt(spotShock)));
}

/** One point of the map: the accounts at that price, whose first column of delta is that of the underlying. */
export function liquidationMapPoint(
  spotShock: number,
  { equityUsd, maintenanceMarginUsd, deltaCoins }: AccountsAt,
): LiquidationMapPoint {
  const width = deltaCoins.length / equityUsd.length;
  let [accounts, soldCoins, boughtCoins] = [0, 0, 0];
  for (let i = 0; i < equityUsd.length; i += 1) {
    if (!((equityUsd[i] ?? NaN) < (maintenanceMarginUsd[i] ?? NaN))) continue;
    accounts += 1;
    const delta = deltaCoins[i * width] ?? NaN;
    if (delta > 0) soldCoins += delta;
    else boughtCoins -= delta;
  }
  return { spotShock, accounts, soldCoins, boughtCoins };
}
