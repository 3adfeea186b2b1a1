import type { SviFitInputs, SviFitStatus } from '../svi.js';
import {
  SVI_FIT_STATUSES,
  SVI_LOWER,
  SVI_PARAMETERS,
  SVI_SUMMARY,
  SVI_SUMMARY_LENGTH,
  SVI_UPPER,
  sviFitWorkspaceLength,
} from '../svi.js';
import { entry, requireCount, requireLength } from './checks.js';
import { solveBoxed } from './boxed-step.js';
import { sliceOf, sviDerivatives, sviPoint } from './svi-slice.js';

/** One term of the objective: `cost`, and what it adds to the normal equations, factor x gradient gradient'. */
interface Term {
  readonly first: number;
  readonly gradient: readonly number[];
  readonly residual: number;
  readonly factor: number;
  readonly cost: number;
}

export const DAMPING = { start: 1e-4, min: 1e-15, max: 1e12, up: 8, down: 0.1 } as const;
/** A decrease that is rounding error whatever the quotes. */
const NOTHING = 1e-26;

/** The twin of `native/kernels/svi_fit.cc`: the same steps over a plain list of terms and a full matrix. */
export function sviFit(
  inputs: SviFitInputs,
  parameters: Float64Array,
  summary: Float64Array,
  workspace: Float64Array,
): void {
  checkExtents(inputs, parameters, summary, workspace);
  const count = inputs.sliceCount * SVI_PARAMETERS;
  const isFixed = (row: number): boolean => entry(inputs.isFixed, Math.floor(row / SVI_PARAMETERS)) === 1;
  const lower = (row: number): number => SVI_LOWER[row % SVI_PARAMETERS] ?? NaN;
  const upper = (row: number): number => SVI_UPPER[row % SVI_PARAMETERS] ?? NaN;
  const clip = (value: number, row: number): number => Math.min(Math.max(value, lower(row)), upper(row));

  let current = parameters.slice(0, count).map((value, row) => (isFixed(row) ? value : clip(value, row)));
  let terms = termsAt(inputs, current);
  let cost = costOf(terms);
  let status: SviFitStatus = 'ITERATIONS_EXHAUSTED';
  let iterations = 0;
  let damping: number = DAMPING.start;
  if (!Number.isFinite(cost)) {
    report(inputs, parameters, summary, cost, 0, 'NOT_FINITE');
    return;
  }

  while (iterations < inputs.iterationsMax) {
    iterations += 1;
    const { matrix, gradient } = normalEquations(terms, count);
    const box = { current, isFixed, lower, upper, clip };
    const step = solveBoxed(matrix, gradient, damping, box);
    let isTaken = false;
    if (step !== undefined) {
      const decrease = promised(matrix, gradient, step);
      if (decrease >= 0 && decrease <= inputs.tolerance * cost + NOTHING && damping <= 1) {
        status = 'CONVERGED';
        break;
      }
      const trial = current.map((value, row) => (isFixed(row) ? value : clip(value + entry(step, row), row)));
      const trialTerms = termsAt(inputs, trial);
      const trialCost = costOf(trialTerms);
      isTaken = trialCost < cost;
      if (isTaken) {
        current = trial;
        terms = trialTerms;
        cost = trialCost;
      }
    }
    damping = isTaken ? Math.max(damping * DAMPING.down, DAMPING.min) : damping * DAMPING.up;
    if (damping > DAMPING.max) {
      status = 'CONVERGED';
      break;
    }
  }
  parameters.set(current);
  report(inputs, parameters, summary, cost, iterations, status);
}

function report(
  inputs: SviFitInputs,
  parameters: Float64Array,
  summary: Float64Array,
  cost: number,
  iterations: number,
  status: SviFitStatus,
): void {
  let squares = 0;
  for (let slice = 0; slice < inputs.sliceCount; slice += 1) {
    forEachQuote(inputs, slice, (k, w, weight) => {
      squares += (weight * (sviPoint(sliceOf(parameters, slice), k).w - w)) ** 2;
    });
  }
  summary[SVI_SUMMARY.OBJECTIVE] = cost;
  summary[SVI_SUMMARY.WEIGHTED_SQUARES] = squares;
  summary[SVI_SUMMARY.ITERATIONS] = iterations;
  summary[SVI_SUMMARY.STATUS] = SVI_FIT_STATUSES.indexOf(status);
}

function forEachQuote(
  inputs: SviFitInputs,
  slice: number,
  visit: (k: number, w: number, weight: number) => void,
): void {
  const to = entry(inputs.quoteOffsets, slice + 1);
  for (let i = entry(inputs.quoteOffsets, slice); i < to; i += 1)
    visit(entry(inputs.logMoneyness, i), entry(inputs.totalVariance, i), entry(inputs.weight, i));
}

function costOf(terms: readonly Term[]): number {
  return terms.reduce((sum, { cost }) => sum + cost, 0);
}

function termsAt(inputs: SviFitInputs, parameters: Float64Array): Term[] {
  const terms: Term[] = [];
  for (let slice = 0; slice < inputs.sliceCount; slice += 1) {
    addQuoteTerms(inputs, parameters, slice, terms);
    addPriorTerms(inputs, parameters, slice, terms);
    for (let i = 0; i < inputs.gridCount; i += 1) addGridTerms(inputs, parameters, slice, i, terms);
  }
  return terms;
}

function addQuoteTerms(inputs: SviFitInputs, parameters: Float64Array, slice: number, terms: Term[]): void {
  const mine = sliceOf(parameters, slice);
  const delta = entry(inputs.huberDelta, slice);
  forEachQuote(inputs, slice, (k, w, weight) => {
    const residual = weight * (sviPoint(mine, k).w - w);
    const size = Math.abs(residual);
    terms.push({
      first: slice * SVI_PARAMETERS,
      gradient: sviDerivatives(mine, k).ofW.map((derivative) => weight * derivative),
      residual,
      factor: size <= delta ? 1 : delta / size,
      cost: size <= delta ? size * size : (2 * size - delta) * delta,
    });
  });
}

function addPriorTerms(inputs: SviFitInputs, parameters: Float64Array, slice: number, terms: Term[]): void {
  for (let p = 0; p < SVI_PARAMETERS; p += 1) {
    const row = slice * SVI_PARAMETERS + p;
    const residual = entry(parameters, row) - entry(inputs.prior, row);
    terms.push(penalty(row, [1], residual, entry(inputs.priorPrecision, row)));
  }
}

function addGridTerms(
  inputs: SviFitInputs,
  parameters: Float64Array,
  slice: number,
  index: number,
  terms: Term[],
): void {
  const k = entry(inputs.grid, index);
  const first = slice * SVI_PARAMETERS;
  const mine = sliceOf(parameters, slice);
  const { w, g } = sviPoint(mine, k);
  const { ofW, ofG } = sviDerivatives(mine, k);
  const lack = inputs.butterflyMargin - g;
  if (!(lack <= 0)) terms.push(penalty(first, ofG, -lack, inputs.butterflyPenalty));

  const isFirst = slice === 0;
  const before = isFirst ? entry(inputs.floor, index) : sviPoint(sliceOf(parameters, slice - 1), k).w;
  const fall = before - w;
  if (!(fall <= 0)) {
    const factor = calendarFactor(inputs, slice);
    const minus = ofW.map((derivative) => -derivative);
    const row = isFirst ? minus : [...sviDerivatives(sliceOf(parameters, slice - 1), k).ofW, ...minus];
    terms.push(penalty(isFirst ? first : first - SVI_PARAMETERS, row, fall, factor));
  }
  if (slice + 1 < inputs.sliceCount) return;
  const excess = w - entry(inputs.ceiling, index);
  if (!(excess <= 0)) terms.push(penalty(first, ofW, excess, calendarFactor(inputs, inputs.sliceCount)));
}

function penalty(first: number, gradient: readonly number[], residual: number, factor: number): Term {
  return { first, gradient, residual, factor, cost: factor * residual * residual };
}

/** Penalty of a slice below the one before; the bounds around the first and the last slice have their times. */
function calendarFactor(inputs: SviFitInputs, slice: number): number {
  const before = entry(inputs.timeToExpiryYears, Math.max(slice - 1, 0));
  const after = entry(inputs.timeToExpiryYears, Math.min(slice, inputs.sliceCount - 1));
  return inputs.calendarPenalty / (before * after);
}

function normalEquations(
  terms: readonly Term[],
  count: number,
): { readonly matrix: Float64Array[]; readonly gradient: Float64Array } {
  const matrix = Array.from({ length: count }, () => new Float64Array(count));
  const gradient = new Float64Array(count);
  for (const term of terms) {
    term.gradient.forEach((left, p) => {
      const row = term.first + p;
      gradient[row] = entry(gradient, row) + term.factor * left * term.residual;
      term.gradient.forEach((right, q) => {
        const cells = matrix[row];
        if (cells === undefined) return;
        cells[term.first + q] = (cells[term.first + q] ?? 0) + term.factor * left * right;
      });
    });
  }
  return { matrix, gradient };
}

/** Decrease of the objective that the linear model promises for a step. */
function promised(matrix: readonly Float64Array[], gradient: Float64Array, step: Float64Array): number {
  return matrix.reduce((sum, cells, row) => {
    const product = cells.reduce((inner, cell, column) => inner + cell * entry(step, column), 0);
    return sum - entry(step, row) * (2 * entry(gradient, row) + product);
  }, 0);
}

function checkExtents(
  inputs: SviFitInputs,
  parameters: Float64Array,
  summary: Float64Array,
  workspace: Float64Array,
): void {
  const { sliceCount, gridCount } = inputs;
  requireCount('sliceCount', sliceCount);
  requireLength('quoteOffsets', inputs.quoteOffsets, sliceCount + 1);
  inputs.quoteOffsets.subarray(0, sliceCount + 1).forEach((to, slice) => {
    const from = slice === 0 ? 0 : entry(inputs.quoteOffsets, slice - 1);
    if (to >= from && (slice > 0 || to === 0)) return;
    throw new RangeError(
      `Expected offsets that rise from 0 for quoteOffsets[${slice}] but received ${to} of type number`,
    );
  });
  const quoteCount = entry(inputs.quoteOffsets, sliceCount);
  for (const name of ['logMoneyness', 'totalVariance', 'weight'] as const)
    requireLength(name, inputs[name], quoteCount);
  for (const name of ['timeToExpiryYears', 'huberDelta', 'isFixed'] as const)
    requireLength(name, inputs[name], sliceCount);
  requireCount('gridCount', gridCount);
  for (const name of ['grid', 'floor', 'ceiling'] as const) requireLength(name, inputs[name], gridCount);
  for (const name of ['prior', 'priorPrecision'] as const)
    requireLength(name, inputs[name], sliceCount * SVI_PARAMETERS);
  requireLength('parameters', parameters, sliceCount * SVI_PARAMETERS);
  requireLength('summary', summary, SVI_SUMMARY_LENGTH);
  requireLength('workspace', workspace, sviFitWorkspaceLength(sliceCount, quoteCount, gridCount));
}
