import type {
  ExpiryQuote,
  InstrumentQuote,
  MarketSnapshot,
  UnderlyingQuote,
} from '../../../src/market/snapshot/market-snapshot.js';
import type { OptionInstrument } from '../../../src/domain/instrument.js';

export const TIME_MS = Date.UTC(2026, 0, 15, 9);
export const EXPIRY_MS = Date.UTC(2026, 2, 27, 8);
export const LATER_EXPIRY_MS = Date.UTC(2026, 5, 26, 8);

export function option(overrides: Partial<OptionInstrument> = {}): OptionInstrument {
  return {
    kind: 'OPTION',
    name: 'BTC-27MAR26-100000-C',
    underlying: 'BTC',
    settlement: 'LINEAR',
    settlementCurrency: 'USDC',
    contractSize: 1,
    expiryMs: EXPIRY_MS,
    strike: 100_000,
    optionType: 'CALL',
    ...overrides,
  };
}

/** A small sound market: two underlyings, an SVI and a points smile, every kind of instrument. */
export function sampleSnapshot(overrides: Partial<MarketSnapshot> = {}): MarketSnapshot {
  return {
    epoch: 7,
    timeMs: TIME_MS,
    venue: 'sample',
    underlyings: [
      { name: 'BTC', indexPrice: 96_650, confidence: 0.99 },
      { name: 'ETH', indexPrice: 3_336, confidence: 0.98 },
    ],
    assets: [
      { asset: 'USDC', priceUsd: 0.9998, confidence: 1 },
      { asset: 'BTC', priceUsd: 96_650, confidence: 0.99 },
    ],
    expiries: [
      {
        underlying: 'BTC',
        expiryMs: EXPIRY_MS,
        forward: 97_600,
        forwardConfidence: 0.97,
        rate: 0.03,
        rateConfidence: 0.9,
        volatility: { kind: 'SVI', a: 0.01, b: 0.05, rho: -0.3, m: 0.02, sigma: 0.2 },
        volatilityConfidence: 0.8,
      },
      {
        underlying: 'BTC',
        expiryMs: LATER_EXPIRY_MS,
        forward: 98_900,
        fixedForward: 0,
        forwardConfidence: 0.96,
        volatility: {
          kind: 'POINTS',
          points: [
            { strike: 80_000, volatility: 0.5 },
            { strike: 100_000, volatility: 0.4 },
            { strike: 120_000, volatility: 0.45 },
          ],
        },
        volatilityConfidence: 0.7,
      },
      { underlying: 'ETH', expiryMs: EXPIRY_MS, forward: 3_360, forwardConfidence: 0.95 },
    ],
    instruments: [
      { instrument: option() },
      {
        instrument: option({ name: 'BTC-27MAR26-90000-P', strike: 90_000, optionType: 'PUT' }),
        markPrice: 3_000,
        markVolatility: 0.41,
        volatilityConfidence: 0.6,
        bidPrice: 2_950,
        askPrice: 3_050,
      },
      { instrument: option({ name: 'BTC-26JUN26-90000-C', strike: 90_000, expiryMs: LATER_EXPIRY_MS }) },
      {
        instrument: option({
          name: 'ETH-27MAR26-3000-C',
          underlying: 'ETH',
          settlement: 'INVERSE',
          settlementCurrency: 'ETH',
          strike: 3_000,
        }),
        markPrice: 0.12,
      },
      {
        instrument: {
          kind: 'PERPETUAL',
          name: 'BTC-PERPETUAL',
          underlying: 'BTC',
          settlement: 'INVERSE',
          settlementCurrency: 'BTC',
          contractSize: 10,
        },
        markPrice: 96_655,
        priceConfidence: 0.9,
      },
      {
        instrument: {
          kind: 'FUTURE',
          name: 'BTC-25SEP26',
          underlying: 'BTC',
          settlement: 'INVERSE',
          settlementCurrency: 'BTC',
          contractSize: 10,
          expiryMs: Date.UTC(2026, 8, 25, 8),
        },
        markPrice: 100_150,
      },
      {
        instrument: {
          kind: 'SPOT',
          name: 'BTC_USDC',
          underlying: 'BTC',
          settlement: 'LINEAR',
          settlementCurrency: 'USDC',
          contractSize: 1,
        },
        markPrice: 96_650,
        priceConfidence: 0.99,
      },
    ],
    ...overrides,
  };
}

/** The sample with one underlying, expiry or instrument changed. */
export function withUnderlying(index: number, change: Partial<UnderlyingQuote>): MarketSnapshot {
  const sample = sampleSnapshot();
  return { ...sample, underlyings: replaced(sample.underlyings, index, change) };
}

export function withExpiry(index: number, change: Partial<ExpiryQuote>): MarketSnapshot {
  const sample = sampleSnapshot();
  return { ...sample, expiries: replaced(sample.expiries, index, change) };
}

export function withInstrument(index: number, change: Partial<InstrumentQuote>): MarketSnapshot {
  const sample = sampleSnapshot();
  return { ...sample, instruments: replaced(sample.instruments, index, change) };
}

function replaced<T extends object>(list: readonly T[], index: number, change: Partial<T>): T[] {
  return list.map((element, row) => (row === index ? { ...element, ...change } : element));
}
