import type { Kernels } from '../../../kernel/kernels.js';
import { essviFromWings, essviToRaw } from '../essvi.js';
import type { SliceKind } from '../surface-slice.js';
import type { Calibration, FitRefusal, SliceMemory } from './calibration-types.js';
import { fitEssvi } from './essvi-fit.js';
import type { FreeFit } from './free-fit.js';
import { freeFit, freeFitFrom } from './free-fit.js';
import type { ImpliedQuotes } from './implied-quotes.js';
import { withoutOutliers } from './outliers.js';
import { ESSVI_QUOTES_MIN, OWN_FIT_HOURS_MIN, SVI_QUOTES_MIN } from './parameters.js';
import { plainWings, rescaled, varianceOf, wingsOf } from './wings.js';

/** What will stand for one expiry, and why not something better. */
export interface SlicePlan {
  readonly quotes: ImpliedQuotes;
  /** Forward of the slice; that of the memory where the request has none. */
  readonly forward: number;
  readonly kind: SliceKind;
  readonly refusals: readonly FitRefusal[];
  /** Of an own fit. */
  readonly free?: FreeFit;
  /** Of the other tiers: what the slice is before its neighbours are heard. */
  readonly base?: Float64Array;
  readonly memory?: SliceMemory;
}

/** An expiry that nothing can stand for. */
export interface NoSlice {
  readonly quotes: ImpliedQuotes;
  readonly refusals: readonly FitRefusal[];
}

export interface Plans {
  readonly plans: readonly SlicePlan[];
  readonly without: readonly NoSlice[];
}

/** Chooses the tier of every expiry and fits what stands alone: unconstrained slices, and slices of few quotes. */
export function planSlices(
  kernels: Kernels,
  quotesOfExpiries: readonly ImpliedQuotes[],
  previous: Calibration | undefined,
): Plans {
  const memoryOf = (quotes: ImpliedQuotes): SliceMemory | undefined => {
    return previous?.memory.get(quotes.expiry.expiryMs);
  };
  const own = quotesOfExpiries.map((quotes) => {
    return tierOf(quotes).kind === 'SVI' ? ownFit(kernels, quotes, memoryOf(quotes)) : undefined;
  });
  const free = own.map((found) => found?.free);
  const plans: SlicePlan[] = [];
  const without: NoSlice[] = [];
  for (const [index, quotes] of quotesOfExpiries.entries()) {
    const { kind, refusals } = tierOf(quotes);
    const memory = memoryOf(quotes);
    const forward = quotes.expiry.forward ?? memory?.forward;
    const shared = { quotes, refusals, ...(memory === undefined ? {} : { memory }) };
    const own = free[index];
    if (own !== undefined && forward !== undefined)
      plans.push({ ...shared, forward, kind: 'SVI', free: own });
    else {
      const shape = shapeOf(quotes, memory, quotesOfExpiries, free, index);
      const canStand = forward !== undefined && quotes.pricingYears > 0 && kind !== undefined;
      const base = canStand ? baseOf(kind, quotes, shape, memory) : undefined;
      if (canStand && base !== undefined) plans.push({ ...shared, forward, kind, base });
      else without.push({ quotes, refusals });
    }
  }
  return { plans, without };
}

/** The plan of an expiry whose fit was refused: its last good slice. */
export function lastGoodPlan(plan: SlicePlan, refusals: readonly FitRefusal[]): SlicePlan | undefined {
  const { quotes, forward, memory, free } = plan;
  if (memory === undefined) return undefined;
  const base = remembered(memory, quotes);
  return {
    quotes,
    forward,
    memory,
    kind: 'LAST_GOOD',
    refusals,
    base,
    ...(free === undefined ? {} : { free }),
  };
}

function tierOf({ expiry, count, timeToExpiryYears }: ImpliedQuotes): {
  readonly kind?: SliceKind;
  readonly refusals: readonly FitRefusal[];
} {
  if (!(timeToExpiryYears > 0)) return { refusals: ['EXPIRED'] };
  if (expiry.forward === undefined || !(expiry.forward > 0 && expiry.forward < Infinity))
    return { kind: 'LAST_GOOD', refusals: ['NO_FORWARD'] };
  if (count === 0) return { kind: 'LAST_GOOD', refusals: ['NO_QUOTES'] };
  if (timeToExpiryYears * HOURS_PER_YEAR < OWN_FIT_HOURS_MIN)
    return { kind: 'SHIFTED', refusals: ['TOO_CLOSE_TO_EXPIRY'] };
  if (count < ESSVI_QUOTES_MIN) return { kind: 'SHIFTED', refusals: ['FEW_QUOTES'] };
  if (count < SVI_QUOTES_MIN) return { kind: 'ESSVI', refusals: ['FEW_QUOTES'] };
  return { kind: 'SVI', refusals: [] };
}

const HOURS_PER_YEAR = 24 * 365;

/** Growth of the mean square of a warm fit, against the last one, that sends it back to a cold start. */
const WARM_GROWTH_MAX = 2;
/** Mean square, in half spreads, that is good whatever it was before. */
const WARM_GOOD = 0.04;

interface OwnFit {
  readonly quotes: ImpliedQuotes;
  readonly free: FreeFit;
}

/** The unconstrained slice, after leaving out quotes that the others contradict. */
function ownFit(kernels: Kernels, all: ImpliedQuotes, memory: SliceMemory | undefined): OwnFit {
  const first = firstFit(kernels, all, memory);
  const quotes = withoutOutliers(kernels, all, first);
  return { quotes, free: quotes === all ? first : freeFit(kernels, quotes, [first.wings]) };
}

/** From the last unconstrained slice where there is one and it still leads to a good fit, else from everywhere. */
function firstFit(kernels: Kernels, quotes: ImpliedQuotes, memory: SliceMemory | undefined): FreeFit {
  if (memory?.unconstrained === undefined) return freeFit(kernels, quotes);
  const warm = freeFitFrom(kernels, quotes, [memory.unconstrained]);
  const limit = Math.max(WARM_GROWTH_MAX * memory.noise ** 2, WARM_GOOD);
  if (warm.squares / quotes.count <= limit) return warm;
  return freeFit(kernels, quotes, [memory.unconstrained]);
}

/** The smile that an expiry of few quotes takes its shape from: its own last good one, else that of the nearest expiry. */
function shapeOf(
  quotes: ImpliedQuotes,
  memory: SliceMemory | undefined,
  all: readonly ImpliedQuotes[],
  free: readonly (FreeFit | undefined)[],
  index: number,
): Float64Array | undefined {
  if (memory !== undefined) return remembered(memory, quotes);
  let best: { readonly wings: Float64Array; readonly distance: number } | undefined;
  for (const [other, candidate] of free.entries()) {
    const years = all[other]?.pricingYears ?? NaN;
    const distance = Math.abs(other - index);
    if (candidate === undefined || !(years > 0) || distance >= (best?.distance ?? Infinity)) continue;
    const atm = varianceOf(candidate.wings, 0);
    // A neighbour's own wings may be far out of its quotes; its level at the money is not.
    best = { wings: rescaled(plainWings(atm), quotes.pricingYears / years), distance };
  }
  return best?.wings;
}

function remembered(memory: SliceMemory, quotes: ImpliedQuotes): Float64Array {
  return rescaled(memory.wings, quotes.pricingYears / memory.pricingYears);
}

function baseOf(
  kind: SliceKind,
  quotes: ImpliedQuotes,
  shape: Float64Array | undefined,
  memory: SliceMemory | undefined,
): Float64Array | undefined {
  if (kind === 'LAST_GOOD') return memory === undefined ? undefined : shape;
  if (kind === 'ESSVI') return essviBase(quotes, shape);
  return shape === undefined ? plainThrough(quotes) : shiftedTo(quotes, shape);
}

/** Half spreads that a wing twice or none as steep as the neighbours' costs. */
const SHRINKAGE = 2;

function essviBase(quotes: ImpliedQuotes, shape: Float64Array | undefined): Float64Array {
  if (shape === undefined) return wingsOf(essviToRaw(essviFromWings(fitEssvi(quotes))));
  const putWing = 2 * (shape[0] ?? NaN);
  const callWing = 2 * (shape[1] ?? NaN);
  const strength = (2 * SHRINKAGE) / (putWing + callWing);
  return wingsOf(essviToRaw(essviFromWings(fitEssvi(quotes, undefined, { callWing, putWing, strength }))));
}

/** Least share of its variance that a shift may leave of a slice. */
const SHIFT_FLOOR = 0.05;

/** The shape moved by the weighted mean of what it misses its quotes by. */
function shiftedTo(quotes: ImpliedQuotes, shape: Float64Array): Float64Array {
  let sum = 0;
  let weights = 0;
  for (let i = 0; i < quotes.count; i += 1) {
    const precision = (quotes.weight[i] ?? NaN) ** 2;
    sum += precision * ((quotes.totalVariance[i] ?? NaN) - varianceOf(shape, quotes.logMoneyness[i] ?? NaN));
    weights += precision;
  }
  const least = shape[2] ?? NaN;
  return shape.map((value, p) => (p === 2 ? Math.max(least + sum / weights, SHIFT_FLOOR * least) : value));
}

/** Without any neighbour: a plain smile at the variance of the quote nearest the money. */
function plainThrough(quotes: ImpliedQuotes): Float64Array {
  let nearest = 0;
  for (let i = 1; i < quotes.count; i += 1)
    if (Math.abs(quotes.logMoneyness[i] ?? NaN) < Math.abs(quotes.logMoneyness[nearest] ?? NaN)) nearest = i;
  return shiftedTo(quotes, plainWings(quotes.totalVariance[nearest] ?? NaN));
}
