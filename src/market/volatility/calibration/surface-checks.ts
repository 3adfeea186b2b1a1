import type { Kernels } from '../../../kernel/kernels.js';
import { SVI_PARAMETERS, SVI_UPPER } from '../../../kernel/svi.js';
import { calendarGap } from './calendar-gap.js';

/** What the judged grid says about consecutive slices, one entry per slice. */
export interface SliceChecks {
  readonly butterfly: Float64Array;
  readonly butterflyAt: Float64Array;
  readonly calendar: Float64Array;
  readonly calendarAt: Float64Array;
}

export function checkSlices(
  kernels: Kernels,
  slices: readonly Float64Array[],
  grid: Float64Array,
): SliceChecks {
  const column = (): Float64Array => new Float64Array(slices.length);
  const checks = {
    butterfly: column(),
    butterflyAt: column(),
    calendar: column(),
    calendarAt: column(),
  };
  const parameters = new Float64Array(slices.length * SVI_PARAMETERS);
  slices.forEach((slice, i) => {
    parameters.set(slice, i * SVI_PARAMETERS);
  });
  if (slices.length === 0) return checks;
  kernels.sviArbitrage(slices.length, parameters, grid.length, grid, checks);
  const variances = slices.map((slice) => variancesOn(kernels, slice, grid));
  for (const [i, slice] of slices.entries()) {
    const before = slices[i - 1];
    const varianceBefore = variances[i - 1];
    const variance = variances[i];
    if (before === undefined || varianceBefore === undefined || variance === undefined) continue;
    const gap = calendarGap(before, slice, grid, varianceBefore, variance);
    checks.calendar[i] = gap.value;
    checks.calendarAt[i] = gap.at;
  }
  return checks;
}

function variancesOn(kernels: Kernels, slice: Float64Array, grid: Float64Array): Float64Array {
  const variance = new Float64Array(grid.length);
  kernels.sviTotalVariance(slice, grid.length, grid, variance);
  return variance;
}

export function isArbitrageFree({ butterfly, calendar }: SliceChecks, slice: number): boolean {
  return (butterfly[slice] ?? NaN) >= 0 && (calendar[slice] ?? NaN) >= 0;
}

export function allArbitrageFree(checks: SliceChecks): boolean {
  return checks.butterfly.every((_, slice) => isArbitrageFree(checks, slice));
}

/** Rounds of lifting; a lift that spoils a density flattens the slice and needs another. */
const ROUNDS = 12;

/** Total variance by which a lifted slice clears the one before, relative to its own: above rounding, below any price. */
const CLEARANCE = 1e-9;

/** Share of its wings that a slice whose density is still negative keeps per round. */
const FLATTER = 0.97;

/**
 * Removes what little arbitrage a fit left between the points of its grid, in place: a slice below the one before is lifted,
 * one with a negative density gets flatter wings and a wider bottom. Returns the checks of the result.
 */
export function removeRemains(
  kernels: Kernels,
  slices: readonly Float64Array[],
  grid: Float64Array,
): SliceChecks {
  let checks = checkSlices(kernels, slices, grid);
  for (let round = 0; round < ROUNDS && !allArbitrageFree(checks); round += 1) {
    slices.forEach((slice, i) => {
      if ((checks.butterfly[i] ?? NaN) < 0) flatten(slice);
    });
    liftAll(kernels, slices, grid);
    checks = checkSlices(kernels, slices, grid);
  }
  return checks;
}

function flatten(slice: Float64Array): void {
  slice[0] = FLATTER * (slice[0] ?? NaN);
  slice[1] = FLATTER * (slice[1] ?? NaN);
  slice[4] = Math.min((slice[4] ?? NaN) / FLATTER, SVI_UPPER[4] ?? NaN);
}

/** Each slice above the one before, in the order of their expiries. */
function liftAll(kernels: Kernels, slices: readonly Float64Array[], grid: Float64Array): void {
  let before: { readonly slice: Float64Array; readonly variance: Float64Array } | undefined;
  for (const slice of slices) {
    let variance = variancesOn(kernels, slice, grid);
    if (before !== undefined) {
      const gap = calendarGap(before.slice, slice, grid, before.variance, variance).value;
      if (gap < 0) {
        slice[2] = (slice[2] ?? NaN) - gap + CLEARANCE * (slice[2] ?? NaN);
        variance = variancesOn(kernels, slice, grid);
      }
    }
    before = { slice, variance };
  }
}
