import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import {
  CALENDAR_TOLERANCE,
  hasAdmissibleWings,
  minimumButterflyMeasure,
  minimumCalendarGap,
} from './arbitrage.js';
import { essviToRaw } from './essvi.js';
import type { JumpWings } from './jump-wings.js';
import { jumpWingsToRaw, rawToJumpWings } from './jump-wings.js';
import type { RawSvi } from './svi.js';
import { lifted } from './svi.js';

/** Halvings of the way back to the fit: 2^-40 of it is below the rounding of a parameter. */
const HALVINGS = 40;

/** Repair happens in total variance: any time serves, because the jump wings' time cancels. */
const UNIT_TIME = 1;

/**
 * The slice with the same variance and skew at the forward and free of butterfly arbitrage: first the SSVI slice of
 * J. Gatheral, A. Jacquier, 2014, section 5.1 (call wing p + 2 psi, smallest variance 4 v p c / (p + c)^2), its wings lowered
 * where they are too steep even for SSVI.
 */
export function guaranteedRepair(slice: RawSvi): Outcome<RawSvi> {
  const wings = rawToJumpWings(slice, UNIT_TIME);
  if (!wings.ok) return wings;
  const repaired = ssviWings(wings.value);
  return repaired.ok ? success(ssviSlice(repaired.value)) : repaired;
}

/**
 * The slice nearest to the fit, on the line in jump wings from its guaranteed repair, with g >= 0 on the whole grid. A slice
 * that is free of butterfly arbitrage comes back as it is.
 */
export function repairButterfly(slice: RawSvi, grid: Float64Array): Outcome<RawSvi> {
  if (isButterflyFree(slice, grid)) return success(slice);
  const fitted = rawToJumpWings(slice, UNIT_TIME);
  if (!fitted.ok) return fitted;
  const anchor = ssviWings(fitted.value);
  if (!anchor.ok) return anchor;
  let best = ssviSlice(anchor.value);
  if (!isButterflyFree(best, grid)) return unrepaired('g < 0 remains after the repair');

  let free = 0;
  let arbitrage = 1;
  for (let i = 0; i < HALVINGS; i += 1) {
    const share = (free + arbitrage) / 2;
    const candidate = jumpWingsToRaw(between(anchor.value, fitted.value, share), UNIT_TIME);
    if (candidate.ok && isButterflyFree(candidate.value, grid)) {
      best = candidate.value;
      free = share;
    } else arbitrage = share;
  }
  return success(best);
}

/** The later slice lifted as little as leaves it nowhere on the grid below the earlier one, if that keeps g >= 0. */
export function liftAbove<T extends RawSvi>(near: RawSvi, far: T, grid: Float64Array): Outcome<T> {
  const gap = minimumCalendarGap(near, far, grid).value;
  if (gap >= 0) return success(far);
  const candidate = lifted(far, CALENDAR_TOLERANCE - gap);
  if (!isButterflyFree(candidate, grid))
    return unrepaired('lifting the slice above the one before it makes g < 0');
  return success(candidate);
}

function isButterflyFree(slice: RawSvi, grid: Float64Array): boolean {
  return hasAdmissibleWings(slice) && minimumButterflyMeasure(slice, grid).value >= 0;
}

/**
 * Jump wings of the SSVI slice with this variance and skew and the smaller of the two wings, as far as SSVI's own sufficient
 * conditions allow: sqrt(w0) max(p, c) < 2 and (p + c) max(p, c) <= 2.
 */
function ssviWings({ variance, skew, putWing }: JumpWings): Outcome<JumpWings> {
  const rise = 2 * Math.abs(skew);
  const smaller = skew < 0 ? putWing - rise : putWing;
  const byCurvature = (Math.sqrt(skew * skew + 4) - 3 * Math.abs(skew)) / 2;
  const bySlope = 2 / Math.sqrt(variance) - rise;
  const allowed = Math.min(smaller, byCurvature, bySlope * (1 - Number.EPSILON));
  if (!(allowed > 0)) return unrepaired('the skew at the forward alone gives g < 0');
  const p = skew < 0 ? allowed + rise : allowed;
  const c = skew < 0 ? allowed : allowed + rise;
  const minimumVariance = (variance * 4 * p * c) / (p + c) ** 2;
  return success({ variance, skew, putWing: p, callWing: c, minimumVariance });
}

/** Unlike the inverse of jump wings it also exists for a skew of 0. */
function ssviSlice({ variance, putWing, callWing }: JumpWings): RawSvi {
  const psi = Math.sqrt(variance) * (putWing + callWing);
  return essviToRaw({ theta: variance, psi, rho: (callWing - putWing) / (callWing + putWing) });
}

/** `share` of the way from one set of jump wings to another with the same variance and skew. */
function between(from: JumpWings, to: JumpWings, share: number): JumpWings {
  const mix = (x: number, y: number): number => x + (y - x) * share;
  return {
    variance: from.variance,
    skew: from.skew,
    putWing: mix(from.putWing, to.putWing),
    callWing: mix(from.callWing, to.callWing),
    minimumVariance: mix(from.minimumVariance, to.minimumVariance),
  };
}

function unrepaired(message: string): ReturnType<typeof failure> {
  return failure('INVALID_VALUE', '', message);
}
