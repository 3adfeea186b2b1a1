import { INTERPOLATION } from '../../kernel/surface-query.js';
import { TESTED_LOG_MONEYNESS, logMoneynessGrid } from './arbitrage.js';
import { essviToRaw, essviWings, isEssviInterpolationSafe } from './essvi.js';
import type { EssviSlice } from './essvi.js';
import type { SurfaceSlice } from './surface-slice.js';
import type { RawSvi } from './svi.js';
import { curvature, slope, totalVariance } from './svi.js';

/** By how much, relative, a slice may miss the eSSVI form and still count as one: the rounding of five parameters. */
const ESSVI_FORM_TOLERANCE = 1e-9;

const GRID_POINTS = 301;

/** g that variance linear in time must keep on the grid, so that none is below 0 beside it; else prices are mixed. */
const BUTTERFLY_MARGIN = 1e-4;

/**
 * How total variance runs between two slices, an `INTERPOLATION` code: eSSVI between two of that form where it crosses neither;
 * else linear at fixed k where that keeps a density at all times between; else by a mixture of prices, which always does.
 */
export function interpolationBetween(near: SurfaceSlice, far: SurfaceSlice): number {
  const nearEssvi = essviOf(near);
  const farEssvi = essviOf(far);
  const isEssvi = nearEssvi !== undefined && farEssvi !== undefined;
  if (isEssvi && isEssviInterpolationSafe(essviWings(nearEssvi), essviWings(farEssvi)))
    return INTERPOLATION.ESSVI;
  const grid = logMoneynessGrid(
    Math.min(-TESTED_LOG_MONEYNESS, near.quotedLogMoneynessMin, far.quotedLogMoneynessMin),
    Math.max(TESTED_LOG_MONEYNESS, near.quotedLogMoneynessMax, far.quotedLogMoneynessMax),
    GRID_POINTS,
  );
  return keepsDensityBetween(near.parameters, far.parameters, grid, BUTTERFLY_MARGIN)
    ? INTERPOLATION.VARIANCE
    : INTERPOLATION.PRICE;
}

function essviOf({ kind, parameters }: SurfaceSlice): EssviSlice | undefined {
  if (kind !== 'ESSVI' || !(parameters.a > 0 && parameters.b > 0)) return undefined;
  const essvi = { theta: totalVariance(parameters, 0), psi: 2 * parameters.b, rho: parameters.rho };
  return isSameForm(essviToRaw(essvi), parameters) ? essvi : undefined;
}

function isSameForm(x: RawSvi, y: RawSvi): boolean {
  const isNear = (u: number, v: number, size: number): boolean =>
    Math.abs(u - v) <= ESSVI_FORM_TOLERANCE * size;
  return isNear(x.a, y.a, y.a) && isNear(x.m, y.m, y.sigma) && isNear(x.sigma, y.sigma, y.sigma);
}

/**
 * Whether g >= `margin` at the k of a grid and at every time between two slices, with w linear in time. 4 w^2 (g - margin) is
 * then a polynomial of fourth degree in time, which is nowhere negative where its five Bernstein coefficients are not: a
 * sufficient test of all times at once, and close to the necessary one.
 */
export function keepsDensityBetween(near: RawSvi, far: RawSvi, grid: Float64Array, margin: number): boolean {
  return grid.every((k) => isNowhereNegative(near, far, k, margin));
}

function isNowhereNegative(near: RawSvi, far: RawSvi, k: number, margin: number): boolean {
  const w0 = totalVariance(near, k);
  const w1 = totalVariance(far, k);
  const d0 = slope(near, k);
  const d1 = slope(far, k);
  const e0 = curvature(near, k);
  const e1 = curvature(far, k);
  const u0 = 2 * w0 - k * d0;
  const u1 = 2 * w1 - k * d1;
  // (2w - kw')^2 - 4 margin w^2, of second degree.
  const q0 = u0 * u0 - 4 * margin * w0 * w0;
  const q1 = u0 * u1 - 4 * margin * w0 * w1;
  const q2 = u1 * u1 - 4 * margin * w1 * w1;
  // 2w''w^2 - w'^2 w, of third degree.
  const c0 = w0 * (2 * e0 * w0 - d0 * d0);
  const c1 = (2 * w0 * (e1 * w0 + 2 * e0 * w1) - d0 * (2 * d1 * w0 + d0 * w1)) / 3;
  const c2 = (2 * w1 * (e0 * w1 + 2 * e1 * w0) - d1 * (2 * d0 * w1 + d1 * w0)) / 3;
  const c3 = w1 * (2 * e1 * w1 - d1 * d1);
  // w'w, whose square over 4 is of fourth degree.
  const p0 = d0 * w0;
  const p1 = (d0 * w1 + d1 * w0) / 2;
  const p2 = d1 * w1;
  return (
    q0 + c0 - (p0 * p0) / 4 >= 0 &&
    (q0 + q1) / 2 + (c0 + 3 * c1) / 4 - (p0 * p1) / 4 >= 0 &&
    (q0 + 4 * q1 + q2) / 6 + (c1 + c2) / 2 - (p0 * p2 + 2 * p1 * p1) / 12 >= 0 &&
    (q1 + q2) / 2 + (3 * c2 + c3) / 4 - (p1 * p2) / 4 >= 0 &&
    q2 + c3 - (p2 * p2) / 4 >= 0
  );
}
