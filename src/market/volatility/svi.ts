import type { SviSlice } from '../snapshot/market-snapshot.js';

/**
 * Raw SVI of one expiry: w(k) = a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2)), with k = ln(strike / forward) and w the
 * total variance, volatility^2 x years. Source: J. Gatheral, A. Jacquier, "Arbitrage-free SVI volatility surfaces",
 * Quantitative Finance 14(1), 2014, section 3.1.
 */
export type RawSvi = Pick<SviSlice, 'a' | 'b' | 'rho' | 'm' | 'sigma'>;

/** Steepest wing that leaves every moment of the price finite. Source: R. Lee, Mathematical Finance 14(3), 2004. */
export const WING_SLOPE_MAX = 2;

/** w(k); negative where the parameters allow it. */
export function totalVariance({ a, b, rho, m, sigma }: RawSvi, k: number): number {
  const d = k - m;
  return a + b * (rho * d + Math.sqrt(d * d + sigma * sigma));
}

/** dw/dk. */
export function slope({ b, rho, m, sigma }: RawSvi, k: number): number {
  const d = k - m;
  return b * (rho + d / Math.sqrt(d * d + sigma * sigma));
}

/** d2w/dk2, positive wherever b and sigma are. */
export function curvature({ b, m, sigma }: RawSvi, k: number): number {
  const d = k - m;
  const squared = d * d + sigma * sigma;
  return (b * sigma * sigma) / (squared * Math.sqrt(squared));
}

/** Smallest total variance of the slice. */
export function minimumVariance({ a, b, rho, sigma }: RawSvi): number {
  return a + b * sigma * Math.sqrt((1 - rho) * (1 + rho));
}

/** Where the smallest total variance lies. */
export function minimumVarianceLogMoneyness({ rho, m, sigma }: RawSvi): number {
  return m - (rho * sigma) / Math.sqrt((1 - rho) * (1 + rho));
}

/** Limit of -dw/dk for falling strikes, b (1 - rho). */
export function putWingSlope({ b, rho }: RawSvi): number {
  return b * (1 - rho);
}

/** Limit of dw/dk for rising strikes, b (1 + rho). */
export function callWingSlope({ b, rho }: RawSvi): number {
  return b * (1 + rho);
}

/** The slice `alpha` higher everywhere: its shape in k is unchanged. */
export function lifted<T extends RawSvi>(slice: T, alpha: number): T {
  return { ...slice, a: slice.a + alpha };
}
