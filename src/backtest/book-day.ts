import type { Portfolio } from '../domain/portfolio.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';

/** A book on one day: the market at its close, what is held, and what that earns until the next close. */
export interface BookDay {
  readonly dateMs: number;
  readonly market: MarketSnapshot;
  readonly portfolio: Portfolio;
  /** Dollars. */
  readonly pnl: number;
}

/** Cash of every book, and the currency its contracts settle in. */
export const CASH = 'USDC';

/** A market of underlyings at one close: full confidence in every price, perpetuals without funding, no options yet. */
export function marketOfDay(
  dateMs: number,
  closes: readonly (readonly [underlying: string, price: number])[],
): MarketSnapshot {
  return {
    epoch: 0,
    timeMs: dateMs,
    venue: 'history',
    underlyings: closes.map(([name, indexPrice]) => ({ name, indexPrice, confidence: 1 })),
    assets: [
      { asset: CASH, priceUsd: 1, confidence: 1 },
      ...closes.map(([asset, priceUsd]) => ({ asset, priceUsd, confidence: 1 })),
    ],
    expiries: [],
    instruments: closes.map(([underlying, markPrice]) => ({
      instrument: {
        name: perpetualOf(underlying),
        kind: 'PERPETUAL',
        underlying,
        settlement: 'LINEAR',
        settlementCurrency: CASH,
        contractSize: 1,
      },
      markPrice,
      priceConfidence: 1,
      feeRate: 0,
      eightHourFundingRate: 0,
    })),
  };
}

export function bookOf(
  accountId: string,
  positions: readonly { readonly instrument: string; readonly quantity: number }[],
): Portfolio {
  return { accountId, positions, balances: [], openOrders: [], mmpGroups: [] };
}

export function perpetualOf(underlying: string): string {
  return `${underlying}-${CASH}-PERPETUAL`;
}
