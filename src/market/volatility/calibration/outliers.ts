import type { Kernels } from '../../../kernel/kernels.js';
import type { FreeFit } from './free-fit.js';
import { robustFit } from './free-fit.js';
import type { ImpliedQuotes } from './implied-quotes.js';
import { OUTLIER_HALF_SPREADS, OUTLIER_SHARE_MAX } from './parameters.js';
import { varianceOf } from './wings.js';

/**
 * The quotes without those that the others contradict by more than ten half spreads, counted as `OUTLIER`; all of them where
 * that is more than one in five: then it is the slice that does not fit. Huber alone bounds the pull of an absurd quote, but
 * at the end of the range one bounded pull still moves a wing.
 */
export function withoutOutliers(kernels: Kernels, quotes: ImpliedQuotes, fit: FreeFit): ImpliedQuotes {
  if (outliersOf(quotes, fit.wings).length === 0) return quotes;
  const outliers = new Set(outliersOf(quotes, robustFit(kernels, quotes, fit.wings).wings));
  if (outliers.size === 0 || outliers.size > OUTLIER_SHARE_MAX * quotes.count) return quotes;
  const keep = (column: Float64Array): Float64Array => column.filter((_, i) => !outliers.has(i));
  return {
    ...quotes,
    refused: { ...quotes.refused, OUTLIER: outliers.size },
    count: quotes.count - outliers.size,
    logMoneyness: keep(quotes.logMoneyness),
    totalVariance: keep(quotes.totalVariance),
    weight: keep(quotes.weight),
    bidVolatility: keep(quotes.bidVolatility),
    midVolatility: keep(quotes.midVolatility),
    askVolatility: keep(quotes.askVolatility),
    halfSpread: keep(quotes.halfSpread),
  };
}

function outliersOf(quotes: ImpliedQuotes, wings: Float64Array): number[] {
  const found: number[] = [];
  for (let i = 0; i < quotes.count; i += 1) {
    const error = varianceOf(wings, quotes.logMoneyness[i] ?? NaN) - (quotes.totalVariance[i] ?? NaN);
    if (Math.abs(error * (quotes.weight[i] ?? NaN)) > OUTLIER_HALF_SPREADS) found.push(i);
  }
  return found;
}
