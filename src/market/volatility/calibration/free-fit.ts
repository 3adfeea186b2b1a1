import type { Kernels } from '../../../kernel/kernels.js';
import type { SviFitInputs } from '../../../kernel/svi.js';
import { SVI_PARAMETERS, SVI_SUMMARY, sviFitWorkspaceLength } from '../../../kernel/svi.js';
import type { ImpliedQuotes } from './implied-quotes.js';
import { FREE_ITERATIONS_MAX, FREE_TOLERANCE, HUBER_DELTA, STARTS } from './parameters.js';

/** The best unconstrained slice by weighted least squares. */
export interface FreeFit {
  readonly wings: Float64Array;
  /** Sum of squares of residuals in half spreads. */
  readonly squares: number;
}

const NOTHING = new Float64Array(0);

/** One slice, least squares, nothing else: inputs of the kernel. */
function freeInputs({ count, logMoneyness, totalVariance, weight }: ImpliedQuotes): SviFitInputs {
  return {
    sliceCount: 1,
    quoteOffsets: Uint32Array.of(0, count),
    logMoneyness,
    totalVariance,
    weight,
    timeToExpiryYears: Float64Array.of(1),
    huberDelta: Float64Array.of(Infinity),
    isFixed: new Uint8Array(1),
    gridCount: 0,
    grid: NOTHING,
    floor: NOTHING,
    ceiling: NOTHING,
    butterflyPenalty: 0,
    butterflyMargin: 0,
    calendarPenalty: 0,
    prior: new Float64Array(SVI_PARAMETERS),
    priorPrecision: new Float64Array(SVI_PARAMETERS),
    iterationsMax: FREE_ITERATIONS_MAX,
    tolerance: FREE_TOLERANCE,
  };
}

/** Starts from the corners of the quasi-explicit grid and from `others`; takes the best. Needs at least one quote. */
export function freeFit(
  kernels: Kernels,
  quotes: ImpliedQuotes,
  others: readonly Float64Array[] = [],
): FreeFit {
  return freeFitFrom(kernels, quotes, [...others, ...cornerStarts(kernels, quotes)]);
}

function cornerStarts(kernels: Kernels, quotes: ImpliedQuotes): Float64Array[] {
  const starts = new Float64Array(STARTS * SVI_PARAMETERS);
  const { count, logMoneyness, totalVariance, weight } = quotes;
  const found = kernels.sviStarts(count, logMoneyness, totalVariance, weight, STARTS, starts);
  return Array.from({ length: found }, (_, i) => starts.slice(i * SVI_PARAMETERS, (i + 1) * SVI_PARAMETERS));
}

/** The best unconstrained slice with Huber's loss, from the corners of the grid and from `start`. */
export function robustFit(kernels: Kernels, quotes: ImpliedQuotes, start: Float64Array): FreeFit {
  const starts = cornerStarts(kernels, quotes);
  return bestFrom(kernels, quotes, [start, ...starts], HUBER_DELTA);
}

/** The best of the fits from these starts. */
export function freeFitFrom(
  kernels: Kernels,
  quotes: ImpliedQuotes,
  starts: readonly Float64Array[],
): FreeFit {
  return bestFrom(kernels, quotes, starts, Infinity);
}

function bestFrom(
  kernels: Kernels,
  quotes: ImpliedQuotes,
  starts: readonly Float64Array[],
  huberDelta: number,
): FreeFit {
  const inputs = { ...freeInputs(quotes), huberDelta: Float64Array.of(huberDelta) };
  const summary = new Float64Array(4);
  const workspace = new Float64Array(sviFitWorkspaceLength(1, quotes.count, 0));
  let best: FreeFit = { wings: starts[0] ?? NOTHING, squares: Infinity };
  let lowest = Infinity;
  for (const start of starts) {
    const wings = start.slice();
    kernels.sviFit(inputs, wings, summary, workspace);
    const squares = summary[SVI_SUMMARY.WEIGHTED_SQUARES] ?? NaN;
    const objective = summary[SVI_SUMMARY.OBJECTIVE] ?? NaN;
    if (!(objective < lowest)) continue;
    lowest = objective;
    best = { wings, squares };
  }
  return best;
}
