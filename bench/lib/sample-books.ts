/** A seeded market and seeded books of the size of a real chain, for the benches of the pool and the server. */
import type { Portfolio } from '../../src/domain/portfolio.js';
import type { InstrumentQuote, MarketSnapshot } from '../../src/market/snapshot/market-snapshot.js';
import { uniformGenerator } from './measure.js';

const DAY_MS = 86_400_000;
const TIME_MS = Date.UTC(2026, 0, 15, 9);
const INDEX = 96_650;
const EXPIRY_DAYS = [1, 2, 3, 7, 14, 28, 42, 70, 130, 260];
const STRIKES = Array.from({ length: 37 }, (_, n) => 60_000 + 2_000 * n);

/** 740 linear options of BTC over 10 expiries, and the perpetual, as of a time in milliseconds since 1970. */
export function sampleMarketSnapshot(timeMs = TIME_MS): MarketSnapshot {
  const expiries = EXPIRY_DAYS.map((days) => ({
    underlying: 'BTC',
    expiryMs: timeMs + days * DAY_MS,
    forward: INDEX * Math.exp((0.05 * days) / 365),
    forwardConfidence: 0.98,
    rate: 0.05,
    rateConfidence: 1,
    volatility: { kind: 'SVI', a: 0.0005 * days, b: 0.02, rho: -0.3, m: 0, sigma: 0.2 } as const,
    volatilityConfidence: 0.95,
  }));
  const options = expiries.flatMap(({ expiryMs }, expiry) =>
    STRIKES.flatMap((strike) =>
      (['CALL', 'PUT'] as const).map((optionType): InstrumentQuote => ({
        instrument: {
          name: `BTC-${String(EXPIRY_DAYS[expiry])}D-${String(strike)}-${optionType === 'CALL' ? 'C' : 'P'}`,
          kind: 'OPTION',
          underlying: 'BTC',
          settlement: 'LINEAR',
          settlementCurrency: 'USDC',
          contractSize: 1,
          expiryMs,
          strike,
          optionType,
        },
      })),
    ),
  );
  const perpetual: InstrumentQuote = {
    instrument: {
      name: 'BTC-PERP',
      kind: 'PERPETUAL',
      underlying: 'BTC',
      settlement: 'LINEAR',
      settlementCurrency: 'USDC',
      contractSize: 1,
    },
    markPrice: INDEX,
    priceConfidence: 0.99,
  };
  return {
    epoch: 1,
    timeMs,
    venue: 'sample',
    underlyings: [{ name: 'BTC', indexPrice: INDEX, confidence: 0.99 }],
    assets: [{ asset: 'USDC', priceUsd: 1, confidence: 1 }],
    expiries,
    instruments: [perpetual, ...options],
  };
}

/** Books of different instruments, long and short, with cash. */
export function sampleBooks(portfolioCount: number, positionCount: number, seed: number): Portfolio[] {
  const uniform = uniformGenerator(seed);
  const names = sampleMarketSnapshot().instruments.map(({ instrument }) => instrument.name);
  return Array.from({ length: portfolioCount }, (_, account) => {
    const start = Math.floor(uniform() * names.length);
    // A step without a common divisor visits every instrument once before it repeats.
    const step = 53;
    return {
      accountId: `account-${String(account)}`,
      positions: Array.from({ length: positionCount }, (_unused, position) => ({
        instrument: names[(start + position * step) % names.length] ?? '',
        quantity: Math.round((uniform() - 0.5) * 200) / 10 || 0.1,
      })),
      balances: [{ asset: 'USDC', units: '5000000000000', decimals: 6 }],
      openOrders: [],
      mmpGroups: [],
    };
  });
}
