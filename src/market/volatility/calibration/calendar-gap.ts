import { varianceOf } from './wings.js';

export interface Gap {
  readonly value: number;
  readonly at: number;
}

/** Share of the variance below which a gap at a point of the grid may hide a crossing beside it. */
const NEAR = 1e-3;
/** Golden-section steps: from two steps of the grid to 1e-10 of them. */
const STEPS = 48;
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Smallest total variance of one slice less that of the slice before, between the points of the grid too: the difference of
 * two hyperbolas has few lows, and each that comes near 0 is followed to its bottom. `before` and `mine` are the variances on
 * the grid.
 */
export function calendarGap(
  wingsBefore: Float64Array,
  wings: Float64Array,
  grid: Float64Array,
  before: Float64Array,
  mine: Float64Array,
): Gap {
  let value = Infinity;
  let at = 0;
  const last = grid.length - 1;
  const gapOnGrid = (j: number): number => (mine[j] ?? NaN) - (before[j] ?? NaN);
  for (let j = 0; j <= last; j += 1) {
    const gap = gapOnGrid(j);
    if (!(gap >= value)) {
      value = gap;
      at = grid[j] ?? NaN;
    }
    if (gap > NEAR * (mine[j] ?? NaN) || j === 0 || j === last) continue;
    if (gapOnGrid(j - 1) < gap || gapOnGrid(j + 1) < gap) continue;
    const bottom = lowestWithin(wingsBefore, wings, grid[j - 1] ?? NaN, grid[j + 1] ?? NaN);
    if (!(bottom.value < value)) continue;
    value = bottom.value;
    at = bottom.at;
  }
  return { value, at };
}

function lowestWithin(wingsBefore: Float64Array, wings: Float64Array, from: number, to: number): Gap {
  const gapAt = (k: number): number => varianceOf(wings, k) - varianceOf(wingsBefore, k);
  let low = from;
  let high = to;
  let left = high - GOLDEN * (high - low);
  let right = low + GOLDEN * (high - low);
  let atLeft = gapAt(left);
  let atRight = gapAt(right);
  for (let i = 0; i < STEPS; i += 1) {
    if (atLeft < atRight) {
      high = right;
      right = left;
      atRight = atLeft;
      left = high - GOLDEN * (high - low);
      atLeft = gapAt(left);
    } else {
      low = left;
      left = right;
      atLeft = atRight;
      right = low + GOLDEN * (high - low);
      atRight = gapAt(right);
    }
  }
  return atLeft < atRight ? { value: atLeft, at: left } : { value: atRight, at: right };
}
