import type { Kernels } from '../../../kernel/kernels.js';
import type { SurfaceSlice } from '../surface-slice.js';
import {
  atmVolatility,
  freshConfidence,
  isMoveBelievable,
  moveVariance,
  qualityRefusals,
  staleConfidence,
} from './acceptance.js';
import type {
  Calibration,
  CalibrationRequest,
  ExpiryReport,
  ExpiryStatus,
  FitRefusal,
  SliceMemory,
} from './calibration-types.js';
import { fitQuality, median } from './fit-quality.js';
import type { SurfaceFit } from './fit-surface.js';
import { fitSurface } from './fit-surface.js';
import { freeFitFrom } from './free-fit.js';
import type { ImpliedQuotes } from './implied-quotes.js';
import { impliedQuotes } from './implied-quotes.js';
import { penaltyGrid } from './joint-fit.js';
import {
  CHECKED_LOG_MONEYNESS,
  CHECK_POINTS,
  CONFIDENCE_MAX,
  NEAR_EXPIRY_DAYS,
  PENALTY_POINTS,
} from './parameters.js';
import type { NoSlice, SlicePlan } from './slice-plan.js';
import { lastGoodPlan, planSlices } from './slice-plan.js';
import { isArbitrageFree } from './surface-checks.js';
import { rawOf } from './wings.js';

/**
 * Calibrates the surface of one underlying. Every expiry is used, degraded, kept from before or left out, with reasons; the
 * surface admits no butterfly and no calendar arbitrage on k in [-1.5, 1.5] and wherever it is quoted. Nothing of `previous`
 * is changed. Same request, same bits; the order of quotes and expiries does not matter.
 */
export function calibrateSurface(kernels: Kernels, request: CalibrationRequest): Calibration {
  const quotes = impliedQuotes(kernels, request);
  const grids = gridsFor(quotes);
  const { plans, without } = planSlices(kernels, quotes, request.previous);
  const first = fitSurface(kernels, plans, grids.penalty, grids.check);
  const judged = plans.map((plan, i) => judge(plan, first, i, request.asOfMs));
  const kept = plans.map((plan, i) => keptPlan(plan, judged[i] ?? []));
  const isChanged = kept.some((plan, i) => plan !== plans[i]);
  const second = isChanged ? fitSurface(kernels, kept, grids.penalty, grids.check) : first;
  const standing = withoutArbitrage(kernels, kept, second, grids);

  const records = standing.plans.map((plan, i) => {
    const refusals = plan.kind === 'SVI' ? judge(plan, standing.fit, i, request.asOfMs) : plan.refusals;
    return record(kernels, request, plan, standing.fit, i, refusals);
  });
  const reports = [
    ...records.map(({ report }) => report),
    ...[...without, ...standing.dropped].map(unavailable),
  ].sort((a, b) => a.expiryMs - b.expiryMs);
  return {
    surface: {
      version: request.version,
      asOfMs: request.asOfMs,
      underlying: request.underlying,
      spot: request.spot,
      slices: records.map(({ slice }) => slice),
    },
    expiries: reports,
    memory: memoryAfter(request, records),
  };
}

interface Grids {
  readonly penalty: Float64Array;
  readonly check: Float64Array;
}

function gridsFor(quotes: readonly ImpliedQuotes[]): Grids {
  let range = CHECKED_LOG_MONEYNESS;
  for (const { count, logMoneyness } of quotes) {
    if (count === 0) continue;
    range = Math.max(range, Math.abs(logMoneyness[0] ?? 0), Math.abs(logMoneyness[count - 1] ?? 0));
  }
  const penalty = penaltyGrid(PENALTY_POINTS, range);
  const even = Float64Array.from(
    { length: CHECK_POINTS },
    (_, i) => range * ((2 * i) / (CHECK_POINTS - 1) - 1),
  );
  const check = new Float64Array(penalty.length + even.length);
  check.set(penalty);
  check.set(even, penalty.length);
  return { penalty, check: check.sort() };
}

/** Everything that speaks against an own fit. */
function judge(plan: SlicePlan, fit: SurfaceFit, index: number, asOfMs: number): readonly FitRefusal[] {
  const { quotes, kind, free, memory } = plan;
  const wings = fit.slices[index];
  if (kind !== 'SVI' || wings === undefined) return plan.refusals;
  const best = free === undefined ? undefined : fitQuality(quotes, free.wings);
  const refusals = qualityRefusals(quotes, fitQuality(quotes, wings), best);
  if (!isArbitrageFree(fit.checks, index)) refusals.push('ARBITRAGE');
  const volatility = atmVolatility(wings, quotes.pricingYears);
  if (!isMoveBelievable(memory, volatility, asOfMs, median(quotes.halfSpread)))
    refusals.push('UNCONFIRMED_MOVE');
  return refusals;
}

/** Refusals after which an older slice is better than this one. */
const KEEPS_LAST: readonly FitRefusal[] = [
  'NOT_CONVERGED',
  'RMSE',
  'INSIDE_SHARE',
  'ARBITRAGE',
  'UNCONFIRMED_MOVE',
];

function keptPlan(plan: SlicePlan, refusals: readonly FitRefusal[]): SlicePlan {
  if (plan.kind !== 'SVI' || !refusals.some((refusal) => KEEPS_LAST.includes(refusal))) return plan;
  return lastGoodPlan(plan, refusals) ?? plan;
}

interface Standing {
  readonly plans: readonly SlicePlan[];
  readonly fit: SurfaceFit;
  readonly dropped: readonly NoSlice[];
}

/** Leaves out what still admits arbitrage: first slices of little evidence, then the later one of a pair. */
function withoutArbitrage(
  kernels: Kernels,
  plans: readonly SlicePlan[],
  fit: SurfaceFit,
  grids: Grids,
): Standing {
  const dropped: NoSlice[] = [];
  let standing: Standing = { plans, fit, dropped };
  for (;;) {
    const { checks } = standing.fit;
    const bad = standing.plans.findIndex((_, i) => !isArbitrageFree(checks, i));
    if (bad < 0) return standing;
    const before = standing.plans[bad - 1];
    const isCalendar = (checks.butterfly[bad] ?? NaN) >= 0;
    const isWeaker = isCalendar && before !== undefined && before.kind !== 'SVI';
    const victim = isWeaker ? bad - 1 : bad;
    const plan = standing.plans[victim];
    if (plan !== undefined)
      dropped.push({ quotes: plan.quotes, refusals: [...new Set([...plan.refusals, 'ARBITRAGE' as const])] });
    const left = standing.plans.filter((_, i) => i !== victim);
    standing = { plans: left, fit: fitSurface(kernels, left, grids.penalty, grids.check), dropped };
  }
}

interface Recorded {
  readonly plan: SlicePlan;
  readonly wings: Float64Array;
  readonly slice: SurfaceSlice;
  readonly report: ExpiryReport;
}

function record(
  kernels: Kernels,
  request: CalibrationRequest,
  plan: SlicePlan,
  { slices, checks }: SurfaceFit,
  index: number,
  refusals: readonly FitRefusal[],
): Recorded {
  const { quotes, kind, memory } = plan;
  const wings = slices[index] ?? new Float64Array(5);
  const fit = fitQuality(quotes, wings);
  const free = freeQuality(kernels, plan, wings);
  const status: ExpiryStatus =
    kind === 'LAST_GOOD' ? 'STALE' : kind === 'SVI' && refusals.length === 0 ? 'ACCEPTED' : 'DEGRADED';
  const isNearExpiry = quotes.timeToExpiryYears * 365 < NEAR_EXPIRY_DAYS;
  const confidence = confidenceOf(request, plan, fit, status);
  const range = quotes.count > 0 && kind !== 'LAST_GOOD';
  const slice: SurfaceSlice = {
    expiryMs: quotes.expiry.expiryMs,
    timeToExpiryYears: quotes.timeToExpiryYears,
    forward: plan.forward,
    forwardStandardError: quotes.expiry.forwardStandardError ?? 0,
    kind,
    parameters: rawOf(wings),
    quotedLogMoneynessMin: range ? (quotes.logMoneyness[0] ?? 0) : 0,
    quotedLogMoneynessMax: range ? (quotes.logMoneyness[quotes.count - 1] ?? 0) : 0,
    ...(fit === undefined
      ? {}
      : { weightedRmseVolatility: fit.weightedRmseVolatility, insideBidAskShare: fit.insideShare }),
    confidence,
    status: status === 'ACCEPTED' && isNearExpiry ? 'DEGRADED' : status,
  };
  const report: ExpiryReport = {
    ...headOf(quotes),
    status,
    kind,
    refusals,
    ...(fit === undefined ? {} : { fit }),
    ...(free === undefined ? {} : { unconstrained: free }),
    worstButterfly: checks.butterfly[index] ?? NaN,
    worstButterflyAt: checks.butterflyAt[index] ?? NaN,
    ...(index === 0
      ? {}
      : { worstCalendar: checks.calendar[index] ?? NaN, worstCalendarAt: checks.calendarAt[index] ?? NaN }),
    confidence,
    isNearExpiry,
  };
  return { plan: memory === undefined ? plan : { ...plan, memory }, wings, slice, report };
}

/** The best unconstrained slice, started once more from the slice that stands: it can only be better. */
function freeQuality(
  kernels: Kernels,
  { quotes, free }: SlicePlan,
  wings: Float64Array,
): ExpiryReport['unconstrained'] {
  if (free === undefined) return undefined;
  const found = fitQuality(quotes, free.wings);
  const mine = fitQuality(quotes, wings);
  if (found === undefined || mine === undefined || mine.weightedRmse >= found.weightedRmse) return found;
  return fitQuality(quotes, freeFitFrom(kernels, quotes, [wings]).wings);
}

/** A slice that is not what it should be is at least twice as uncertain. */
const DEGRADED_FACTOR = 2;

function confidenceOf(
  { asOfMs }: CalibrationRequest,
  { quotes, memory }: SlicePlan,
  fit: ExpiryReport['fit'],
  status: ExpiryStatus,
): number {
  if (status === 'STALE' && memory !== undefined) {
    // Quotes that it stands against may be right.
    const stale = Math.hypot(staleConfidence(memory, asOfMs), fit?.weightedRmseVolatility ?? 0);
    return Math.min(stale, CONFIDENCE_MAX);
  }
  const fresh = freshConfidence(quotes, fit);
  return status === 'ACCEPTED' ? fresh : DEGRADED_FACTOR * fresh;
}

function headOf(
  quotes: ImpliedQuotes,
): Pick<
  ExpiryReport,
  'expiryMs' | 'timeToExpiryYears' | 'pricingYears' | 'quotesUsed' | 'quotesRefused' | 'groups'
> {
  return {
    expiryMs: quotes.expiry.expiryMs,
    timeToExpiryYears: quotes.timeToExpiryYears,
    pricingYears: quotes.pricingYears,
    quotesUsed: quotes.count,
    quotesRefused: quotes.refused,
    ...(quotes.groups === undefined ? {} : { groups: quotes.groups }),
  };
}

function unavailable({ quotes, refusals }: NoSlice): ExpiryReport {
  const isNearExpiry = quotes.timeToExpiryYears * 365 < NEAR_EXPIRY_DAYS;
  return { ...headOf(quotes), status: 'UNAVAILABLE', refusals, isNearExpiry };
}

/** Own fits are remembered; what was kept stays remembered as it was, with the move that was not believed. */
function memoryAfter(
  request: CalibrationRequest,
  records: readonly Recorded[],
): ReadonlyMap<number, SliceMemory> {
  const memory = new Map<number, SliceMemory>();
  for (const [expiryMs, slice] of request.previous?.memory ?? [])
    if (expiryMs > request.asOfMs) memory.set(expiryMs, slice);
  for (const { plan, wings, report } of records) {
    const next = remember(request, plan, wings, report);
    if (next !== undefined) memory.set(report.expiryMs, next);
  }
  return memory;
}

function remember(
  { asOfMs }: CalibrationRequest,
  plan: SlicePlan,
  wings: Float64Array,
  report: ExpiryReport,
): SliceMemory | undefined {
  const { quotes, kind, memory, free } = plan;
  if (kind === 'SHIFTED') return memory;
  if (kind === 'LAST_GOOD') {
    if (memory === undefined || free === undefined || !report.refusals.includes('UNCONFIRMED_MOVE'))
      return memory;
    return { ...memory, unconfirmedVolatility: atmVolatility(free.wings, quotes.pricingYears) };
  }
  const volatility = atmVolatility(wings, quotes.pricingYears);
  return {
    asOfMs,
    timeToExpiryYears: quotes.timeToExpiryYears,
    pricingYears: quotes.pricingYears,
    forward: plan.forward,
    wings,
    ...(free === undefined ? {} : { unconstrained: free.wings }),
    noise: Math.sqrt((free?.squares ?? 0) / Math.max(quotes.count, 1)),
    confidence: report.confidence ?? NaN,
    atmVolatility: volatility,
    moveVariance: moveVariance(memory, volatility, asOfMs),
  };
}
