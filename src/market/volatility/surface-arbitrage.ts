import type { Kernels } from '../../kernel/kernels.js';
import {
  BUTTERFLY_TOLERANCE,
  CALENDAR_TOLERANCE,
  TESTED_LOG_MONEYNESS,
  hasAdmissibleWings,
  logMoneynessGrid,
} from './arbitrage.js';
import type { Surface } from './surface.js';
import { allocateAnswers, surfaceForward, surfaceRecords } from './surface.js';

/** A number that a check found, and where. */
export interface Found {
  readonly value: number;
  readonly atLogMoneyness: number;
  readonly atYears: number;
}

export interface SurfaceArbitrage {
  /** Smallest g over the slices and the times between them. */
  readonly minimumButterflyMeasure: Found;
  /** Smallest rise of total variance from one tested time to the next. */
  readonly minimumCalendarGap: Found;
  /** Times of slices whose wings rise faster than 2|k|. */
  readonly steepWingsAtYears: readonly number[];
  readonly isFree: boolean;
}

/** Times tested between two slices. */
const TIMES_BETWEEN = 10;

const GRID_POINTS = 301;

/**
 * Static arbitrage of a surface on k in [-1.5, 1.5] and wherever it was quoted, at every slice and at ten times between each
 * pair of neighbours.
 */
export function surfaceArbitrage(kernels: Kernels, surface: Surface): SurfaceArbitrage {
  const { columns } = surface;
  const grid = logMoneynessGrid(
    Math.min(-TESTED_LOG_MONEYNESS, ...columns.quotedMin),
    Math.max(TESTED_LOG_MONEYNESS, ...columns.quotedMax),
    GRID_POINTS,
  );
  let butterfly: Found = { value: Infinity, atLogMoneyness: NaN, atYears: NaN };
  let calendar: Found = butterfly;
  let before: Float64Array | undefined;
  for (const years of testedTimes(columns.timeToExpiryYears)) {
    const { butterflyMeasure, totalVariance } = smileAt(kernels, surface, years, grid);
    butterfly = smaller(butterfly, grid, years, (i) => butterflyMeasure[i]!);
    const earlier = before;
    if (earlier !== undefined)
      calendar = smaller(calendar, grid, years, (i) => totalVariance[i]! - earlier[i]!);
    before = totalVariance;
  }
  const steepWingsAtYears = surfaceRecords(surface)
    .slices.filter(({ parameters }) => !hasAdmissibleWings(parameters))
    .map(({ timeToExpiryYears }) => timeToExpiryYears);
  return {
    minimumButterflyMeasure: butterfly,
    minimumCalendarGap: calendar,
    steepWingsAtYears,
    isFree:
      butterfly.value >= -BUTTERFLY_TOLERANCE &&
      calendar.value >= -CALENDAR_TOLERANCE &&
      steepWingsAtYears.length === 0,
  };
}

function* testedTimes(sliceYears: Float64Array): Generator<number> {
  for (const [index, years] of sliceYears.entries()) {
    yield years;
    const next = sliceYears[index + 1];
    if (next === undefined) return;
    for (let i = 1; i <= TIMES_BETWEEN; i += 1) yield years + ((next - years) * i) / (TIMES_BETWEEN + 1);
  }
}

/** The smile of one time, at the k of a grid. */
function smileAt(kernels: Kernels, surface: Surface, years: number, grid: Float64Array) {
  const forward = surfaceForward(surface, years);
  const answers = allocateAnswers(grid.length);
  const queries = {
    count: grid.length,
    strike: grid.map((k) => forward * Math.exp(k)),
    timeToExpiryYears: new Float64Array(grid.length).fill(years),
  };
  kernels.surfaceQuery(surface.columns, queries, answers);
  return answers;
}

function smaller(
  found: Found,
  grid: Float64Array,
  atYears: number,
  valueAt: (index: number) => number,
): Found {
  let smallest = found;
  for (const [index, atLogMoneyness] of grid.entries()) {
    const value = valueAt(index);
    if (value < smallest.value) smallest = { value, atLogMoneyness, atYears };
  }
  return smallest;
}
