import type { Amount } from '../../src/domain/money.js';
import { numberToAmount } from '../../src/domain/money.js';
import type { Portfolio, Position } from '../../src/domain/portfolio.js';
import type { Market } from '../../src/market/snapshot/market.js';
import type { InstrumentQuote, MarketSnapshot } from '../../src/market/snapshot/market-snapshot.js';
import { resolveMarket } from '../../src/market/snapshot/resolve-market.js';

const DAY_MS = 86_400_000;
export const NOW_MS = Date.UTC(2026, 0, 15, 9);
export const SAMPLE_EXPIRIES_DAYS = [0.5, 2, 30, 180];
export const SAMPLE_STRIKES = [60_000, 80_000, 90_000, 100_000, 110_000, 140_000];

/** A small market: BTC linear (USDC) and inverse (coin), one ETH perpetual of each kind. */
export function sampleSnapshot(change: Partial<MarketSnapshot> = {}): MarketSnapshot {
  const instruments: InstrumentQuote[] = [];
  for (const settlement of ['LINEAR', 'INVERSE'] as const) {
    const isLinear = settlement === 'LINEAR';
    for (const [underlying, markPrice] of [
      ['BTC', 96_700],
      ['ETH', 3_340],
    ] as const) {
      instruments.push({
        instrument: {
          name: `${underlying}-${isLinear ? 'USDC-' : ''}PERPETUAL`,
          kind: 'PERPETUAL',
          underlying,
          settlement,
          settlementCurrency: isLinear ? 'USDC' : underlying,
          contractSize: isLinear ? 1 : 10,
        },
        markPrice,
        priceConfidence: 0.98,
      });
    }
    for (const days of SAMPLE_EXPIRIES_DAYS) {
      for (const strike of SAMPLE_STRIKES) {
        for (const optionType of ['CALL', 'PUT'] as const) {
          instruments.push({
            instrument: {
              name: optionName(days, strike, optionType, isLinear),
              kind: 'OPTION',
              underlying: 'BTC',
              settlement,
              settlementCurrency: isLinear ? 'USDC' : 'BTC',
              contractSize: 1,
              expiryMs: NOW_MS + days * DAY_MS,
              strike,
              optionType,
            },
          });
        }
      }
    }
  }
  instruments.push({
    instrument: {
      name: 'BTC-30D',
      kind: 'FUTURE',
      underlying: 'BTC',
      settlement: 'INVERSE',
      settlementCurrency: 'BTC',
      contractSize: 10,
      expiryMs: NOW_MS + 30 * DAY_MS,
    },
    markPrice: 97_200,
    priceConfidence: 0.97,
  });
  return {
    epoch: 7,
    timeMs: NOW_MS,
    venue: 'sample',
    underlyings: [
      { name: 'BTC', indexPrice: 96_650, confidence: 0.99 },
      { name: 'ETH', indexPrice: 3_336, confidence: 0.99 },
    ],
    assets: [
      { asset: 'USDC', priceUsd: 1, confidence: 1 },
      { asset: 'BTC', priceUsd: 96_650, confidence: 0.99 },
    ],
    expiries: SAMPLE_EXPIRIES_DAYS.map((days) => ({
      underlying: 'BTC',
      expiryMs: NOW_MS + days * DAY_MS,
      forward: 96_650 * Math.exp(0.05 * (days / 365)),
      forwardConfidence: 0.96,
      rate: 0.04,
      rateConfidence: 1,
      volatility: {
        kind: 'POINTS',
        points: SAMPLE_STRIKES.map((strike) => ({
          strike,
          volatility: 0.45 + 0.6 * Math.log(strike / 96_650) ** 2 - 0.05 * Math.log(strike / 96_650),
        })),
      },
      volatilityConfidence: 0.9,
    })),
    instruments,
    ...change,
  };
}

export function optionName(
  days: number,
  strike: number,
  optionType: 'CALL' | 'PUT',
  isLinear: boolean,
): string {
  return `BTC-${String(days)}D-${String(strike)}-${optionType === 'CALL' ? 'C' : 'P'}${isLinear ? '-USDC' : ''}`;
}

export function sampleMarket(change: Partial<MarketSnapshot> = {}): Market {
  const market = resolveMarket(sampleSnapshot(change));
  if (!market.ok) throw new Error(`${market.failure.field}: ${market.failure.message}`);
  return market.value;
}

export function cash(asset: string, value: number): Amount {
  return numberToAmount(asset, value, 8);
}

export function book(positions: readonly Position[], balances: readonly Amount[] = []): Portfolio {
  return { accountId: 'account', positions, balances, openOrders: [], mmpGroups: [] };
}
