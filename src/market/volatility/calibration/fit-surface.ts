import type { Kernels } from '../../../kernel/kernels.js';
import { fitQuality, isInside } from './fit-quality.js';
import type { JointFit, SliceTask } from './joint-fit.js';
import { jointFit } from './joint-fit.js';
import {
  INSIDE_SHARE_LOSS_MAX,
  ITERATIONS_MAX,
  PENALTY_STAGES,
  REWEIGHT_ROUNDS,
  RMSE_RATIO_MAX,
  WARM_ITERATIONS_MAX,
  WARM_STAGES,
} from './parameters.js';
import type { SlicePlan } from './slice-plan.js';
import type { SliceChecks } from './surface-checks.js';
import { allArbitrageFree, checkSlices, removeRemains } from './surface-checks.js';
import { plainPrecision, plainWings, rescaled, varianceOf } from './wings.js';

export interface SurfaceFit {
  readonly slices: readonly Float64Array[];
  readonly checks: SliceChecks;
}

/** Strength with which a slice of few quotes keeps its shape, against 1 of a slice of many. */
const FIRM = 1e6;

/**
 * Slices for all plans, free of arbitrage as far as can be had. Unconstrained slices are taken as they are where they admit
 * none; else all slices are fitted together under rising penalties, and those that pay too much for their neighbours get
 * more weight, as long as that helps.
 */
export function fitSurface(
  kernels: Kernels,
  plans: readonly SlicePlan[],
  penaltyPoints: Float64Array,
  checkPoints: Float64Array,
): SurfaceFit {
  const alone = plans.map(
    ({ free, base, kind }) => (kind === 'SVI' ? free?.wings : base) ?? new Float64Array(5),
  );
  const checks = checkSlices(kernels, alone, checkPoints);
  if (allArbitrageFree(checks)) return { slices: alone, checks };
  const warm = warmFit(kernels, plans, penaltyPoints, checkPoints);
  if (warm !== undefined) return warm;
  return coldFit(kernels, plans, penaltyPoints, checkPoints);
}

/** From the slices of the last surface; undefined where there are none, or where they no longer lead to a good fit. */
function warmFit(
  kernels: Kernels,
  plans: readonly SlicePlan[],
  penaltyPoints: Float64Array,
  checkPoints: Float64Array,
): SurfaceFit | undefined {
  const tasks: SliceTask[] = [];
  for (const plan of plans) {
    if (plan.kind !== 'SVI') tasks.push(firmTask(plan));
    else if (plan.memory === undefined) return undefined;
    else {
      const { wings, pricingYears } = plan.memory;
      const start = rescaled(wings, plan.quotes.pricingYears / pricingYears);
      tasks.push({ ...freeTask(plan), start, prior: start });
    }
  }
  const joint = jointFit(kernels, tasks, penaltyPoints);
  if (!joint.run(WARM_STAGES, WARM_ITERATIONS_MAX)) return undefined;
  const slices = joint.slices.map((slice) => slice.slice());
  const checks = removeRemains(kernels, slices, checkPoints);
  const isGood = allArbitrageFree(checks) && shortfall(plans, slices).slices === 0;
  return isGood ? { slices, checks } : undefined;
}

function coldFit(
  kernels: Kernels,
  plans: readonly SlicePlan[],
  penaltyPoints: Float64Array,
  checkPoints: Float64Array,
): SurfaceFit {
  const tasks = plans.map((plan) => {
    if (plan.kind !== 'SVI') return firmTask(plan);
    const task = freeTask(plan);
    const alone = jointFit(kernels, [task], penaltyPoints);
    return alone.run(PENALTY_STAGES.slice(0, 1), ITERATIONS_MAX)
      ? { ...task, start: alone.parameters }
      : task;
  });
  const joint = jointFit(kernels, tasks, penaltyPoints);
  joint.run(PENALTY_STAGES, ITERATIONS_MAX);
  let best: { readonly fit: SurfaceFit; readonly lack: Shortfall } | undefined;
  for (let round = 0; round <= REWEIGHT_ROUNDS; round += 1) {
    const slices = joint.slices.map((slice) => slice.slice());
    const checks = removeRemains(kernels, slices, checkPoints);
    const lack = shortfall(plans, slices);
    const isFree = allArbitrageFree(checks);
    if (best === undefined || (isFree && isLess(lack, best.lack))) best = { fit: { slices, checks }, lack };
    if (lack.slices === 0 || round === REWEIGHT_ROUNDS) break;
    reweight(plans, slices, joint);
    joint.run(PENALTY_STAGES.slice(-2), ITERATIONS_MAX);
  }
  if (best === undefined) throw new Error('no round of a joint fit was run');
  return best.fit;
}

function freeTask({ quotes, free }: SlicePlan): SliceTask {
  const wings = free?.wings ?? plainWings(quotes.totalVariance[0] ?? NaN);
  const atm = Math.max(varianceOf(wings, 0), 1e-12);
  return {
    quotes,
    start: plainWings(atm),
    prior: plainWings(atm),
    precision: plainPrecision(atm),
    noise: Math.sqrt((free?.squares ?? 0) / Math.max(quotes.count, 1)),
  };
}

/** A slice of few quotes moves only as its neighbours force it to. */
function firmTask({ quotes, base, kind }: SlicePlan): SliceTask {
  const wings = base ?? plainWings(quotes.totalVariance[0] ?? NaN);
  const atm = Math.max(varianceOf(wings, 0), 1e-12);
  const precision = plainPrecision(atm).map((value, p) => FIRM * (p === 2 ? 1 / (atm * atm) : value));
  // A slice that is kept against its quotes does not hear them.
  const heard = kind === 'LAST_GOOD' ? { ...quotes, count: 0 } : quotes;
  return { quotes: heard, start: wings, prior: wings, precision, noise: 1 };
}

/** How far own fits are from what their quotes alone would have given. */
interface Shortfall {
  readonly slices: number;
  readonly total: number;
}

function isLess(a: Shortfall, b: Shortfall): boolean {
  return a.slices < b.slices || (a.slices === b.slices && a.total < b.total);
}

function shortfall(plans: readonly SlicePlan[], slices: readonly Float64Array[]): Shortfall {
  let count = 0;
  let total = 0;
  for (const [i, plan] of plans.entries()) {
    const { ratio, loss } = priceOfShape(plan, slices[i]);
    if (!(ratio > RMSE_RATIO_MAX || loss > INSIDE_SHARE_LOSS_MAX)) continue;
    count += 1;
    total += Math.max(0, ratio - RMSE_RATIO_MAX) + Math.max(0, loss - INSIDE_SHARE_LOSS_MAX);
  }
  return { slices: count, total };
}

/** Rmse over that of the unconstrained slice, and the inside share lost; 1 and 0 for what is no own fit. */
function priceOfShape(
  { quotes, free, kind }: SlicePlan,
  wings: Float64Array | undefined,
): { readonly ratio: number; readonly loss: number } {
  if (kind !== 'SVI' || free === undefined || wings === undefined) return { ratio: 1, loss: 0 };
  const mine = fitQuality(quotes, wings);
  const best = fitQuality(quotes, free.wings);
  if (mine === undefined || best === undefined) return { ratio: 1, loss: 0 };
  const ratio = best.weightedRmse > 0 ? mine.weightedRmse / best.weightedRmse : 1;
  return { ratio, loss: best.insideShare - mine.insideShare };
}

/** Ratio above which a slice gets more weight: a little before it would be refused. */
const PRESSED_RATIO = 1.07;
const EMPHASIS = 1.4;
const EMPHASIS_MAX = 3;
const QUOTE_EMPHASIS = 1.3;

function reweight(plans: readonly SlicePlan[], slices: readonly Float64Array[], joint: JointFit): void {
  for (const [i, plan] of plans.entries()) {
    const wings = slices[i];
    const { ratio, loss } = priceOfShape(plan, wings);
    if (ratio > PRESSED_RATIO) joint.emphasise(i, Math.min(EMPHASIS_MAX, (EMPHASIS * ratio) / PRESSED_RATIO));
    if (loss <= 0 || plan.free === undefined || wings === undefined) continue;
    for (let j = 0; j < plan.quotes.count; j += 1) {
      const k = plan.quotes.logMoneyness[j] ?? NaN;
      const volatility = (of: Float64Array): number =>
        Math.sqrt(varianceOf(of, k) / plan.quotes.pricingYears);
      const isLost = !isInside(plan.quotes, j, volatility(wings));
      if (isLost && isInside(plan.quotes, j, volatility(plan.free.wings)))
        joint.emphasiseQuote(i, j, QUOTE_EMPHASIS);
    }
  }
}
