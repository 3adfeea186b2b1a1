import type { Kernels } from '../../../kernel/kernels.js';
import type { SviFitInputs } from '../../../kernel/svi.js';
import { SVI_PARAMETERS, SVI_SUMMARY, sviFitWorkspaceLength } from '../../../kernel/svi.js';
import type { ImpliedQuotes } from './implied-quotes.js';
import { BUTTERFLY_MARGIN, HUBER_DELTA, NOISE_MIN, TOLERANCE } from './parameters.js';

/** One slice of a joint fit. */
export interface SliceTask {
  readonly quotes: ImpliedQuotes;
  readonly start: Float64Array;
  /** Where the slice is drawn to, and how strongly for a precision of 1. */
  readonly prior: Float64Array;
  readonly precision: Float64Array;
  /** Rmse of its best unconstrained slice, in half spreads: residuals are measured by it, so that slices share fairly. */
  readonly noise: number;
}

export interface JointFit {
  /** [slice][5]; moves with every run. */
  readonly parameters: Float64Array;
  readonly slices: readonly Float64Array[];
  /** False where a run met a number that is not finite. */
  readonly run: (stages: readonly (readonly [number, number])[], iterationsMax: number) => boolean;
  /** Multiplies the residuals of one slice. */
  readonly emphasise: (slice: number, factor: number) => void;
  /** Multiplies the residual of one quote. */
  readonly emphasiseQuote: (slice: number, quote: number, factor: number) => void;
}

/** Fits slices that must not cross, all at once; `grid` is where crossing and negative densities are penalised. */
export function jointFit(kernels: Kernels, tasks: readonly SliceTask[], grid: Float64Array): JointFit {
  const sliceCount = tasks.length;
  const offsets = new Uint32Array(sliceCount + 1);
  tasks.forEach(({ quotes }, i) => {
    offsets[i + 1] = (offsets[i] ?? 0) + quotes.count;
  });
  const quoteCount = offsets[sliceCount] ?? 0;
  const column = (length: number): Float64Array => new Float64Array(length);
  const inputs: SviFitInputs = {
    sliceCount,
    quoteOffsets: offsets,
    logMoneyness: column(quoteCount),
    totalVariance: column(quoteCount),
    weight: column(quoteCount),
    timeToExpiryYears: Float64Array.from(tasks, ({ quotes }) => quotes.pricingYears),
    huberDelta: column(sliceCount),
    isFixed: new Uint8Array(sliceCount),
    gridCount: grid.length,
    grid,
    floor: column(grid.length),
    ceiling: column(grid.length).fill(Infinity),
    butterflyPenalty: 0,
    butterflyMargin: BUTTERFLY_MARGIN,
    calendarPenalty: 0,
    prior: column(sliceCount * SVI_PARAMETERS),
    priorPrecision: column(sliceCount * SVI_PARAMETERS),
    iterationsMax: 0,
    tolerance: TOLERANCE,
  };
  const parameters = column(sliceCount * SVI_PARAMETERS);
  tasks.forEach(({ quotes, start, prior, noise }, i) => {
    const from = offsets[i] ?? 0;
    const scale = 1 / Math.max(noise, NOISE_MIN);
    inputs.logMoneyness.set(quotes.logMoneyness, from);
    inputs.totalVariance.set(quotes.totalVariance, from);
    for (let j = 0; j < quotes.count; j += 1) inputs.weight[from + j] = scale * (quotes.weight[j] ?? NaN);
    inputs.huberDelta[i] = HUBER_DELTA * scale;
    inputs.prior.set(prior, i * SVI_PARAMETERS);
    parameters.set(start, i * SVI_PARAMETERS);
  });
  const summary = column(4);
  const workspace = column(sviFitWorkspaceLength(sliceCount, quoteCount, grid.length));

  return {
    parameters,
    slices: tasks.map((_, i) => parameters.subarray(i * SVI_PARAMETERS, (i + 1) * SVI_PARAMETERS)),
    run(stages, iterationsMax) {
      for (const [penalty, precision] of stages) {
        tasks.forEach((task, i) => {
          inputs.priorPrecision.set(
            task.precision.map((value) => value * precision),
            i * SVI_PARAMETERS,
          );
        });
        const stage = { ...inputs, butterflyPenalty: penalty, calendarPenalty: penalty, iterationsMax };
        kernels.sviFit(stage, parameters, summary, workspace);
        if (!Number.isFinite(summary[SVI_SUMMARY.OBJECTIVE] ?? NaN)) return false;
      }
      return true;
    },
    emphasise(slice, factor) {
      const to = offsets[slice + 1] ?? 0;
      for (let j = offsets[slice] ?? 0; j < to; j += 1) inputs.weight[j] = factor * (inputs.weight[j] ?? NaN);
      inputs.huberDelta[slice] = factor * (inputs.huberDelta[slice] ?? NaN);
    },
    emphasiseQuote(slice, quote, factor) {
      const j = (offsets[slice] ?? 0) + quote;
      inputs.weight[j] = factor * (inputs.weight[j] ?? NaN);
    },
  };
}

/** Points close together at the money and far apart in the wings: short slices are narrow, and all are judged far out. */
export function penaltyGrid(count: number, range: number): Float64Array {
  const reach = Math.sinh(GRID_BEND);
  return Float64Array.from({ length: count }, (_, i) => {
    return (range * Math.sinh(GRID_BEND * ((2 * i) / (count - 1) - 1))) / reach;
  });
}

/** The step at the money is a seventh of an even grid's. */
const GRID_BEND = 4;
