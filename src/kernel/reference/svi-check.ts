import type { SviArbitrage } from '../svi.js';
import { SVI_PARAMETERS } from '../svi.js';
import { entry, requireCount, requireLength } from './checks.js';
import { sliceOf, sviPoint } from './svi-slice.js';

/** The twin of `sviTotalVariance` in `native/kernels/svi_check.cc`. */
export function sviTotalVariance(
  parameters: Float64Array,
  gridCount: number,
  grid: Float64Array,
  variance: Float64Array,
): void {
  requireLength('parameters', parameters, SVI_PARAMETERS);
  requireCount('gridCount', gridCount);
  requireLength('grid', grid, gridCount);
  requireLength('variance', variance, gridCount);
  for (let i = 0; i < gridCount; i += 1) variance[i] = sviPoint(parameters, entry(grid, i)).w;
}

/** The twin of `sviArbitrage` in `native/kernels/svi_check.cc`. */
export function sviArbitrage(
  sliceCount: number,
  slices: Float64Array,
  gridCount: number,
  grid: Float64Array,
  result: SviArbitrage,
): void {
  requireCount('sliceCount', sliceCount);
  requireLength('slices', slices, sliceCount * SVI_PARAMETERS);
  requireCount('gridCount', gridCount);
  requireLength('grid', grid, gridCount);
  for (const name of ['butterfly', 'butterflyAt', 'calendar', 'calendarAt'] as const)
    requireLength(name, result[name], sliceCount);
  for (let slice = 0; slice < sliceCount; slice += 1) {
    const butterfly = lowest(gridCount, grid, (k) => sviPoint(sliceOf(slices, slice), k).g);
    result.butterfly[slice] = butterfly.value;
    result.butterflyAt[slice] = butterfly.at;
    const calendar = lowest(slice === 0 ? 0 : gridCount, grid, (k) => {
      return sviPoint(sliceOf(slices, slice), k).w - sviPoint(sliceOf(slices, slice - 1), k).w;
    });
    result.calendar[slice] = calendar.value;
    result.calendarAt[slice] = calendar.at;
  }
}

/** The smallest value and where; one that is not a number is smaller than all: it must not pass a check. */
function lowest(
  count: number,
  grid: Float64Array,
  valueAt: (k: number) => number,
): { readonly value: number; readonly at: number } {
  let value = Infinity;
  let at = 0;
  for (let i = 0; i < count; i += 1) {
    const candidate = valueAt(entry(grid, i));
    if (candidate >= value || Number.isNaN(value)) continue;
    value = candidate;
    at = entry(grid, i);
  }
  return { value, at };
}
