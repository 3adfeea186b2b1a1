import type { EssviWings } from '../essvi.js';
import { essviFromWings, essviToRaw } from '../essvi.js';
import { totalVariance } from '../svi.js';

/** Quotes of one slice: total variance at ln(strike / forward), and one over its error. */
export interface VarianceQuotes {
  readonly count: number;
  readonly logMoneyness: Float64Array;
  readonly totalVariance: Float64Array;
  readonly weight: Float64Array;
}

/** Where a slice is drawn to: the wings of its neighbours at this time, and how strongly, in half spreads per unit. */
export interface EssviShrinkage {
  readonly callWing: number;
  readonly putWing: number;
  readonly strength: number;
}

const ITERATIONS = 200;
const STEP = 1e-7;
const WING_MIN = 1e-6;
/** Strictly below 4 and above the bounds of theta: the conditions are sharp, rounding is not. */
const WING_MAX = 4 * (1 - 1e-12);
const ABOVE = 1 + 1e-12;

/**
 * The eSSVI slice nearest to the quotes that admits no butterfly arbitrage and no calendar arbitrage against the slice before:
 * A >= A_prev, B >= B_prev, theta = max(theta_prev, (A + B) max(A, B)/8, (A + B) theta_prev / (A_prev + B_prev)) + slack. The
 * last term keeps psi / theta from rising, which with the others is sufficient. After A. Mingone, "No arbitrage global
 * parametrization for the eSSVI volatility surface", 2022. Needs at least one quote.
 */
export function fitEssvi(
  quotes: VarianceQuotes,
  before?: EssviWings,
  shrinkage?: EssviShrinkage,
): EssviWings {
  const lower = [
    Math.max(before?.callWing ?? 0, WING_MIN),
    Math.max(before?.putWing ?? 0, WING_MIN),
    0,
  ] as const;
  const residuals = (x: readonly number[]): number[] => residualsOf(quotes, wingsAt(x, before), shrinkage);
  let best: { readonly x: readonly number[]; readonly cost: number } | undefined;
  for (const start of startsOf(quotes, lower, before)) {
    const found = levenbergMarquardt(residuals, start, lower);
    if (best === undefined || found.cost < best.cost) best = found;
  }
  return wingsAt(best?.x ?? lower, before);
}

function wingsAt(x: readonly number[], before: EssviWings | undefined): EssviWings {
  const [callWing, putWing, slack] = x as readonly [number, number, number];
  const sum = callWing + putWing;
  const bySlope = (sum * Math.max(callWing, putWing)) / 8;
  const byShape = before === undefined ? 0 : (sum * before.theta) / (before.callWing + before.putWing);
  return { theta: Math.max(before?.theta ?? 0, bySlope, byShape) * ABOVE + slack, callWing, putWing };
}

function residualsOf(quotes: VarianceQuotes, wings: EssviWings, shrinkage?: EssviShrinkage): number[] {
  const raw = essviToRaw(essviFromWings(wings));
  const residuals: number[] = [];
  for (let i = 0; i < quotes.count; i += 1) {
    const error = totalVariance(raw, quotes.logMoneyness[i] ?? NaN) - (quotes.totalVariance[i] ?? NaN);
    residuals.push((quotes.weight[i] ?? NaN) * error);
  }
  if (shrinkage !== undefined)
    residuals.push(
      shrinkage.strength * (wings.callWing - shrinkage.callWing),
      shrinkage.strength * (wings.putWing - shrinkage.putWing),
    );
  return residuals;
}

/** Theta of the quote nearest the money, with wings of several steepnesses and leans. */
function startsOf(
  quotes: VarianceQuotes,
  lower: readonly number[],
  before: EssviWings | undefined,
): number[][] {
  let theta = quotes.totalVariance[0] ?? NaN;
  let nearest = Infinity;
  for (let i = 0; i < quotes.count; i += 1) {
    const distance = Math.abs(quotes.logMoneyness[i] ?? NaN);
    if (distance < nearest) theta = quotes.totalVariance[i] ?? NaN;
    nearest = Math.min(nearest, distance);
  }
  const root = Math.sqrt(theta);
  return [0.4, 1, 1.8].flatMap((steepness) =>
    [-0.6, 0, 0.6].map((lean) => {
      const x = [
        Math.max(steepness * root * (1 + lean), lower[0] ?? 0),
        Math.max(steepness * root * (1 - lean), lower[1] ?? 0),
        0,
      ];
      x[2] = Math.max(theta - wingsAt(x, before).theta, 0);
      return x;
    }),
  );
}

/** Three boxed parameters, differences for derivatives: a slow path for few quotes. */
function levenbergMarquardt(
  residualsAt: (x: readonly number[]) => number[],
  start: readonly number[],
  lower: readonly number[],
): { readonly x: readonly number[]; readonly cost: number } {
  const clip = (value: number, p: number): number =>
    Math.max(lower[p] ?? 0, p < 2 ? Math.min(value, WING_MAX) : value);
  let x = start.map(clip);
  let residuals = residualsAt(x);
  let cost = squares(residuals);
  let damping = 1e-3;
  for (let i = 0; i < ITERATIONS && damping < 1e12; i += 1) {
    const columns = x.map((value, p) => {
      const step = STEP * Math.max(value, 1e-4);
      const moved = residualsAt(x.map((other, q) => (q === p ? other + step : other)));
      return moved.map((residual, row) => (residual - (residuals[row] ?? NaN)) / step);
    });
    const step = dampedStep(columns, residuals, damping);
    const trial = x.map((value, p) => clip(value + (step[p] ?? 0), p));
    const trialResiduals = residualsAt(trial);
    const trialCost = squares(trialResiduals);
    if (trialCost < cost) {
      const isDone = cost - trialCost <= 1e-14 * cost;
      x = trial;
      residuals = trialResiduals;
      cost = trialCost;
      damping = Math.max(damping / 10, 1e-14);
      if (isDone) break;
    } else damping *= 8;
  }
  return { x, cost };
}

function squares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

/** (J'J + damping diag) step = -J'r, eliminated. */
function dampedStep(columns: readonly number[][], residuals: readonly number[], damping: number): number[] {
  const product = (a: readonly number[], b: readonly number[]): number =>
    a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
  const rows = columns.map((column, p) => [
    ...columns.map(
      (other, q) => product(column, other) * (p === q ? 1 + damping : 1) + (p === q ? 1e-300 : 0),
    ),
    -product(column, residuals),
  ]);
  for (const [p, pivot] of rows.entries()) {
    for (const [q, row] of rows.entries()) {
      if (q === p) continue;
      const factor = (row[p] ?? 0) / (pivot[p] ?? 1);
      pivot.forEach((value, c) => {
        row[c] = (row[c] ?? 0) - factor * value;
      });
    }
  }
  return rows.map((row, p) => (row[rows.length] ?? 0) / (row[p] ?? 1));
}
