import type { FitQuality } from './calibration-types.js';
import type { ImpliedQuotes } from './implied-quotes.js';
import { varianceOf } from './wings.js';

/** How a slice fits the quotes of its expiry; undefined without quotes. */
export function fitQuality(quotes: ImpliedQuotes, wings: Float64Array): FitQuality | undefined {
  if (quotes.count === 0) return undefined;
  let squares = 0;
  let volatilitySquares = 0;
  let weights = 0;
  let inside = 0;
  for (let i = 0; i < quotes.count; i += 1) {
    const w = varianceOf(wings, quotes.logMoneyness[i] ?? NaN);
    squares += ((w - (quotes.totalVariance[i] ?? NaN)) * (quotes.weight[i] ?? NaN)) ** 2;
    const volatility = Math.sqrt(w / quotes.pricingYears);
    const precision = 1 / (quotes.halfSpread[i] ?? NaN) ** 2;
    volatilitySquares += precision * (volatility - (quotes.midVolatility[i] ?? NaN)) ** 2;
    weights += precision;
    if (isInside(quotes, i, volatility)) inside += 1;
  }
  return {
    weightedRmse: Math.sqrt(squares / quotes.count),
    weightedRmseVolatility: Math.sqrt(volatilitySquares / weights),
    insideShare: inside / quotes.count,
  };
}

/** Within bid and ask, give or take what inverting a price leaves. */
export function isInside(quotes: ImpliedQuotes, index: number, volatility: number): boolean {
  const bid = quotes.bidVolatility[index] ?? NaN;
  const ask = quotes.askVolatility[index] ?? NaN;
  return volatility >= bid * (1 - INVERSION_ERROR) && volatility <= ask * (1 + INVERSION_ERROR);
}

const INVERSION_ERROR = 1e-12;

export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
