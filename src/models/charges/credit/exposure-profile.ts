import { failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';
import { sortedQuantile } from '../../../measures/quantile.js';

/** Exposure over time; one entry per date. Exposure = max(value - collateral, 0). */
export interface ExposureProfile {
  readonly expectedExposure: Float64Array;
  /** Quantile of the exposure, the number ceil(n p) of the sorted paths. */
  readonly potentialFutureExposure: Float64Array;
  readonly peak: Float64Array;
  /** Mean of the expected exposure over the dates, by `durations` where given, else equally. */
  readonly expectedPositiveExposure: number;
}

/** 95 %: the usual confidence of potential future exposure. */
export const EXPOSURE_CONFIDENCE = 0.95;

/**
 * @param values row-major `[path][date]`, value of the account to the venue: positive when the account owes
 * @param collateral one per date
 */
export function exposureProfile(
  values: ArrayLike<number>,
  collateral: ArrayLike<number>,
  {
    confidence = EXPOSURE_CONFIDENCE,
    durations,
  }: { confidence?: number; durations?: ArrayLike<number> } = {},
): Outcome<ExposureProfile> {
  const dateCount = collateral.length;
  const pathCount = values.length / dateCount;
  if (!(Number.isInteger(pathCount) && pathCount >= 1)) {
    const message = `Expected a multiple of ${dateCount} dates for values but received ${values.length}`;
    return failure('INVALID_VALUE', 'values', message);
  }
  if (!(confidence > 0 && confidence < 1)) {
    const message = `Expected a number in (0, 1) for confidence but received ${confidence}`;
    return failure('INVALID_PARAMETER', 'confidence', message);
  }
  const expectedExposure = new Float64Array(dateCount);
  const potentialFutureExposure = new Float64Array(dateCount);
  const peak = new Float64Array(dateCount);
  const exposures = new Float64Array(pathCount);
  for (let date = 0; date < dateCount; date += 1) {
    for (let path = 0; path < pathCount; path += 1) {
      exposures[path] = Math.max(0, values[path * dateCount + date]! - collateral[date]!);
    }
    const sum = exposures.reduce((left, right) => left + right, 0);
    if (!Number.isFinite(sum)) {
      const message = `Expected finite numbers for date ${date}, its exposures sum to ${sum}`;
      return failure('INVALID_VALUE', 'values', message);
    }
    exposures.sort();
    expectedExposure[date] = sum / pathCount;
    potentialFutureExposure[date] = sortedQuantile(exposures, confidence, 'INDEX_ABOVE');
    peak[date] = exposures[pathCount - 1]!;
  }
  const expectedPositiveExposure = timeMean(expectedExposure, durations);
  return success({ expectedExposure, potentialFutureExposure, peak, expectedPositiveExposure });
}

/** Mean over dates, by `durations` where given, else equally. */
export function timeMean(exposure: ArrayLike<number>, durations: ArrayLike<number> | undefined): number {
  let sum = 0;
  let time = 0;
  for (let date = 0; date < exposure.length; date += 1) {
    const duration = durations?.[date] ?? 1;
    sum += exposure[date]! * duration;
    time += duration;
  }
  return sum / time;
}
