import type { RawSvi } from './svi.js';
import { WING_SLOPE_MAX, callWingSlope, curvature, putWingSlope, slope, totalVariance } from './svi.js';

/**
 * Static arbitrage of a volatility surface: a slice admits none when g(k) >= 0 everywhere (then its prices imply a density)
 * and its wings rise no faster than 2|k|; two slices admit none when total variance does not fall with time at any k.
 * Source: J. Gatheral, A. Jacquier, Quantitative Finance 14(1), 2014, section 2.
 */

/** An accepted slice has g >= -BUTTERFLY_TOLERANCE. */
export { BUTTERFLY_TOLERANCE } from '../../kernel/surface-query.js';

/** Total variance by which a later slice may lie below an earlier one: rounding of the sum of a slice's terms. */
export const CALENDAR_TOLERANCE = 1e-12;

/** Every accepted surface is free of arbitrage at least on this range of k, beside the quoted one. */
export const TESTED_LOG_MONEYNESS = 1.5;

/** Smallest value on a grid, and where. */
export interface GridMinimum {
  readonly value: number;
  readonly atLogMoneyness: number;
}

/** `count` >= 2 equally spaced points, both ends included. */
export function logMoneynessGrid(from: number, to: number, count: number): Float64Array {
  const grid = new Float64Array(count);
  for (let i = 0; i < count; i += 1) grid[i] = from + ((to - from) * i) / (count - 1);
  return grid;
}

/**
 * g = (1 - k w'/2w)^2 - (w'/2)^2 (1/w + 1/4) + w''/2: the density of ln(settlement / forward) is g times a Gaussian factor.
 * Not a number where there is no variance.
 */
export function butterflyMeasure(w: number, dw: number, d2w: number, k: number): number {
  const first = 1 - (k * dw) / (2 * w);
  const half = dw / 2;
  return first * first - half * half * (1 / w + 0.25) + d2w / 2;
}

export function sliceButterflyMeasure(slice: RawSvi, k: number): number {
  return butterflyMeasure(totalVariance(slice, k), slope(slice, k), curvature(slice, k), k);
}

/** Density of ln(settlement / forward) at k under the pricing measure, from w and g there. */
export function densityOf(w: number, g: number, k: number): number {
  const rootW = Math.sqrt(w);
  const dMinus = -k / rootW - rootW / 2;
  return (g / (rootW * Math.sqrt(2 * Math.PI))) * Math.exp((-dMinus * dMinus) / 2);
}

export function sliceDensity(slice: RawSvi, k: number): number {
  return densityOf(totalVariance(slice, k), sliceButterflyMeasure(slice, k), k);
}

/** The smallest g of a slice on a grid. */
export function minimumButterflyMeasure(slice: RawSvi, grid: Float64Array): GridMinimum {
  return minimumOnGrid(grid, (k) => sliceButterflyMeasure(slice, k));
}

/** The smallest w(far) - w(near) on a grid: negative where total variance falls with time. */
export function minimumCalendarGap(near: RawSvi, far: RawSvi, grid: Float64Array): GridMinimum {
  return minimumOnGrid(grid, (k) => totalVariance(far, k) - totalVariance(near, k));
}

/** b (1 + |rho|) <= 2. */
export function hasAdmissibleWings(slice: RawSvi): boolean {
  return Math.max(putWingSlope(slice), callWingSlope(slice)) <= WING_SLOPE_MAX;
}

/** A value that is not a number is the smallest of all: it must not pass a check. */
export function minimumOnGrid(grid: Float64Array, valueAt: (k: number) => number): GridMinimum {
  let value = Infinity;
  let atLogMoneyness = grid[0] ?? NaN;
  for (const k of grid) {
    const candidate = valueAt(k);
    if (candidate >= value) continue;
    value = candidate;
    atLogMoneyness = k;
    if (Number.isNaN(candidate)) break;
  }
  return { value, atLogMoneyness };
}
