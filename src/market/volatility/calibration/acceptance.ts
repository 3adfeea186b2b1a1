import type { FitQuality, FitRefusal, SliceMemory } from './calibration-types.js';
import { median } from './fit-quality.js';
import type { ImpliedQuotes } from './implied-quotes.js';
import {
  CONFIDENCE_HALF_LIFE_SECONDS,
  CONFIDENCE_MAX,
  INSIDE_SHARE_LOSS_MAX,
  INSIDE_SHARE_MIN,
  JUMP_DEVIATIONS_MAX,
  MOVE_DECAY,
  RMSE_HALF_SPREADS_MAX,
  RMSE_MAX,
  RMSE_RATIO_MAX,
  VOL_OF_VOL_START,
} from './parameters.js';
import { varianceOf } from './wings.js';

const SECONDS_PER_YEAR = 365 * 86_400;

/** What speaks against the fit of an expiry by its own quotes. */
export function qualityRefusals(
  quotes: ImpliedQuotes,
  fit: FitQuality | undefined,
  best: FitQuality | undefined,
): FitRefusal[] {
  if (fit === undefined || !Number.isFinite(fit.weightedRmse)) return ['NOT_CONVERGED'];
  const refusals: FitRefusal[] = [];
  const rmseMax = Math.max(RMSE_MAX, RMSE_HALF_SPREADS_MAX * median(quotes.halfSpread));
  if (!(fit.weightedRmseVolatility <= rmseMax)) refusals.push('RMSE');
  if (!(fit.insideShare >= INSIDE_SHARE_MIN)) refusals.push('INSIDE_SHARE');
  if (best !== undefined && bindsTooMuch(fit, best)) refusals.push('ARBITRAGE_BINDS');
  return refusals;
}

/** Rounding of a share of quotes. */
const SHARE_ROUNDING = 1e-12;

function bindsTooMuch(fit: FitQuality, best: FitQuality): boolean {
  return (
    fit.weightedRmse > RMSE_RATIO_MAX * best.weightedRmse ||
    fit.insideShare < best.insideShare - INSIDE_SHARE_LOSS_MAX - SHARE_ROUNDING
  );
}

export function atmVolatility(wings: Float64Array, pricingYears: number): number {
  return Math.sqrt(varianceOf(wings, 0) / pricingYears);
}

/** Calls within this many seconds of each other share their moves. */
const SECONDS_MIN = 0.25;

function secondsSince(memory: SliceMemory, asOfMs: number): number {
  return Math.max((asOfMs - memory.asOfMs) / 1000, SECONDS_MIN);
}

/** False for a move at the money beyond five deviations of recent ones that was not seen the time before. */
export function isMoveBelievable(
  memory: SliceMemory | undefined,
  volatility: number,
  asOfMs: number,
  halfSpread: number,
): boolean {
  if (memory === undefined) return true;
  const deviation = Math.sqrt(memory.moveVariance * secondsSince(memory, asOfMs));
  const bound = JUMP_DEVIATIONS_MAX * deviation + halfSpread;
  if (Math.abs(volatility - memory.atmVolatility) <= bound) return true;
  const seen = memory.unconfirmedVolatility;
  return seen !== undefined && Math.abs(volatility - seen) <= bound;
}

/** Variance of the moves at the money per second, with this one. */
export function moveVariance(memory: SliceMemory | undefined, volatility: number, asOfMs: number): number {
  const usual = (VOL_OF_VOL_START * volatility) ** 2 / SECONDS_PER_YEAR;
  if (memory === undefined) return usual;
  const seconds = secondsSince(memory, asOfMs);
  const move = volatility - memory.atmVolatility;
  return MOVE_DECAY * memory.moveVariance + ((1 - MOVE_DECAY) * move * move) / seconds;
}

/** Uncertainty of a slice of this moment: sqrt(rmse^2 + (median half spread / 2)^2). */
export function freshConfidence(quotes: ImpliedQuotes, fit: FitQuality | undefined): number {
  const half = quotes.count > 0 ? median(quotes.halfSpread) : 0;
  return Math.min(Math.hypot(fit?.weightedRmseVolatility ?? 0, half / 2), CONFIDENCE_MAX);
}

/** Uncertainty of a slice that was good at `memory.asOfMs`: it drifts as the market did, and doubles every minute. */
export function staleConfidence(memory: SliceMemory, asOfMs: number): number {
  const seconds = Math.max((asOfMs - memory.asOfMs) / 1000, 0);
  const drifted = Math.sqrt(memory.confidence ** 2 + memory.moveVariance * seconds);
  return Math.min(drifted * 2 ** (seconds / CONFIDENCE_HALF_LIFE_SECONDS), CONFIDENCE_MAX);
}
