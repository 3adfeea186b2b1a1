import type { SviSlice, VolatilityPoint, VolatilitySource } from './market-snapshot.js';

/**
 * Annualised volatility of one strike on a smile; NaN where the smile gives none (an SVI slice at or after expiry, where
 * no time is left to spread its variance over).
 */
export function smileVolatility(
  source: VolatilitySource,
  strike: number,
  forward: number,
  timeToExpiryYears: number,
): number {
  if (source.kind === 'POINTS') return pointsVolatility(source.points, strike);
  if (!(timeToExpiryYears > 0)) return NaN;
  return Math.sqrt(sviTotalVariance(source, Math.log(strike / forward)) / timeToExpiryYears);
}

/**
 * Raw SVI, w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)), never below 0. Source: J. Gatheral, A. Jacquier,
 * "Arbitrage-free SVI volatility surfaces", Quantitative Finance 14(1), 2014, equation 3.1.
 */
export function sviTotalVariance({ a, b, rho, m, sigma }: SviSlice, k: number): number {
  const d = k - m;
  return Math.max(0, a + b * (rho * d + Math.sqrt(d * d + sigma * sigma)));
}

/** Smallest total variance of a slice, at k = m - rho sigma / sqrt(1 - rho^2). */
export function sviMinimumVariance({ a, b, rho, sigma }: SviSlice): number {
  return a + b * sigma * Math.sqrt(1 - rho * rho);
}

/**
 * Between two strikes of one expiry the total variance is linear in ln(strike), hence so is the squared volatility; on a
 * strike it is the quote itself, and beyond the ends it is flat.
 */
function pointsVolatility(points: readonly VolatilityPoint[], strike: number): number {
  const above = firstAtOrAbove(points, strike);
  const right = points[above];
  const left = points[above - 1];
  if (right === undefined) return left?.volatility ?? NaN;
  if (left === undefined || right.strike === strike) return right.volatility;
  const weight = Math.log(strike / left.strike) / Math.log(right.strike / left.strike);
  return Math.sqrt((1 - weight) * left.volatility ** 2 + weight * right.volatility ** 2);
}

/** Index of the first point whose strike is not below; the count of points when there is none. */
function firstAtOrAbove(points: readonly VolatilityPoint[], strike: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (points[middle]!.strike < strike) low = middle + 1;
    else high = middle;
  }
  return low;
}
