import { loadKernels } from '../../../../src/kernel/load-kernels.js';
import { calibrateSurface } from '../../../../src/market/volatility/calibration/calibrate-surface.js';
import type {
  Calibration,
  CalibrationRequest,
  ExpiryQuotes,
  OptionQuote,
} from '../../../../src/market/volatility/calibration/calibration-types.js';
import type { ImpliedQuotes } from '../../../../src/market/volatility/calibration/implied-quotes.js';
import { HALF_SPREAD_MIN } from '../../../../src/market/volatility/calibration/parameters.js';
import { black76Price } from '../../../../src/kernel/reference/black76.js';
import { varianceOf } from '../../../../src/market/volatility/calibration/wings.js';

export interface VolatilityQuote {
  readonly k: number;
  readonly bid: number;
  readonly ask: number;
}

/** Quotes of one expiry, given as volatilities of one clock. */
export function quotesFromVolatilities(
  years: number,
  quotes: readonly VolatilityQuote[],
  halfSpreadMin = HALF_SPREAD_MIN,
): ImpliedQuotes {
  const column = (of: (quote: VolatilityQuote) => number): Float64Array => Float64Array.from(quotes, of);
  const mid = (quote: VolatilityQuote): number => (quote.bid + quote.ask) / 2;
  const half = (quote: VolatilityQuote): number => Math.max((quote.ask - quote.bid) / 2, halfSpreadMin);
  return {
    expiry: { expiryMs: 1, forward: 1, quotes: [] },
    timeToExpiryYears: years,
    pricingYears: years,
    refused: {},
    count: quotes.length,
    logMoneyness: column(({ k }) => k),
    totalVariance: column((quote) => mid(quote) ** 2 * years),
    weight: column((quote) => 1 / (2 * mid(quote) * years * half(quote))),
    bidVolatility: column(({ bid }) => bid),
    midVolatility: column(mid),
    askVolatility: column(({ ask }) => ask),
    halfSpread: column(half),
  };
}

export const KERNELS = loadKernels();
export const AS_OF_MS = Date.UTC(2026, 0, 15, 9);
export const DAY_MS = 86_400_000;
export const WINDOW_MS = 1_800_000;

export interface SampleSlice {
  readonly days: number;
  /** p1, p2, wMin, m, s, in standard deviations at the money; wMin in variances. */
  readonly shape?: readonly number[];
  readonly volatility?: number;
  /** Half spread, in volatility. */
  readonly halfSpread?: number;
  readonly count?: number;
  readonly forward?: number;
  /** Largest |k|, in standard deviations. */
  readonly reach?: number;
}

const SHAPE = [0.7, 0.5, 0.9, 0.05, 1.2];

export function sampleWings(slice: SampleSlice, years: number): Float64Array {
  const deviation = (slice.volatility ?? 0.6) * Math.sqrt(years);
  const shape = slice.shape ?? SHAPE;
  return Float64Array.from(shape, (value, p) => value * (p === 2 ? deviation * deviation : deviation));
}

/** Years of the pricing clock, spelled out. */
export function clockYears(days: number): number {
  return (days * DAY_MS - (2 / 3) * WINDOW_MS) / (365 * DAY_MS);
}

/** Out-of-the-money quotes in coins around a known smile. */
export function sampleExpiry(slice: SampleSlice): ExpiryQuotes {
  const years = clockYears(slice.days);
  const forward = slice.forward ?? 90_000;
  const wings = sampleWings(slice, years);
  const count = slice.count ?? 31;
  const deviation = (slice.volatility ?? 0.6) * Math.sqrt(years);
  const quotes = Array.from({ length: count }, (_, i): OptionQuote => {
    const reach = slice.reach ?? 1.6;
    const k = count === 1 ? 0.1 * deviation : deviation * reach * ((2 * i) / (count - 1) - 1);
    const strike = forward * Math.exp(k);
    const isCall = strike >= forward;
    const volatility = Math.sqrt(varianceOf(wings, Math.log(strike / forward)) / years);
    const half = slice.halfSpread ?? 0.005;
    const price = (v: number): number => black76Price(isCall, forward, strike, v, years) / forward;
    return {
      strike,
      optionType: isCall ? 'CALL' : 'PUT',
      bidPrice: price(volatility - half),
      askPrice: price(volatility + half),
    };
  });
  return { expiryMs: AS_OF_MS + slice.days * DAY_MS, forward, quotes };
}

export function sampleRequest(
  expiries: readonly ExpiryQuotes[],
  overrides: Partial<CalibrationRequest> = {},
): CalibrationRequest {
  return {
    underlying: 'BTC',
    spot: 90_000,
    asOfMs: AS_OF_MS,
    version: 1,
    priceUnit: 'COIN',
    priceTick: 1e-9,
    settlementWindowMs: WINDOW_MS,
    expiries,
    ...overrides,
  };
}

export function calibrated(
  expiries: readonly ExpiryQuotes[],
  overrides: Partial<CalibrationRequest> = {},
): Calibration {
  return calibrateSurface(KERNELS, sampleRequest(expiries, overrides));
}
