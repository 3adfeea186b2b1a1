import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import type { FactorKind } from './risk-factor.js';

/** Steps whose mean square starts the filter. */
export const FILTER_START_STEPS = 48;

/** Decay per daily step: prices remember about a month, volatility forgets faster. */
export const FILTER_DECAY: Readonly<Record<FactorKind, number>> = {
  SPOT: 0.97,
  ATM_VOLATILITY: 0.94,
  SKEW: 0.94,
  BASIS: 0.97,
  FUNDING: 0.97,
  PEG: 0.97,
};

/** Conditional standard deviations of one series of changes. */
export interface FilteredSeries {
  /** Of step t, from the steps before it alone. */
  readonly deviation: Float64Array;
  /** Of the step after the last. */
  readonly deviationNow: number;
}

/**
 * Exponentially weighted standard deviation: it starts with the mean square of the first `startSteps` changes, and each step
 * `sigma^2 <- decay sigma^2 + (1 - decay) x^2`. Fails for a series that stands still in its first steps: it has no scale.
 */
export function ewmaFilter(
  changes: Float64Array,
  decay: number,
  startSteps = FILTER_START_STEPS,
): Outcome<FilteredSeries> {
  if (!(decay > 0 && decay < 1)) {
    return failure('INVALID_PARAMETER', 'decay', `Expected a number in (0, 1) but received ${decay}`);
  }
  if (changes.length < startSteps) {
    return failure(
      'MISSING_MARKET_DATA',
      'history',
      `Expected at least ${startSteps} steps to start the filter but received ${changes.length}`,
    );
  }
  let variance = 0;
  for (let t = 0; t < startSteps; t += 1) variance += changes[t]! ** 2 / startSteps;
  if (!(variance > 0)) {
    return failure(
      'INVALID_VALUE',
      'history',
      `Expected a series that moves in its first ${startSteps} steps but its mean square is ${variance}`,
    );
  }
  const deviation = new Float64Array(changes.length);
  for (let t = 0; t < changes.length; t += 1) {
    deviation[t] = Math.sqrt(variance);
    variance = decay * variance + (1 - decay) * changes[t]! ** 2;
  }
  return success({ deviation, deviationNow: Math.sqrt(variance) });
}

/** The ratio of volatility now to volatility then is capped: the filter over-reacts to jumps of volatility. */
export const FILTER_RATIO_MAX = 3;

/**
 * What a change of the past means at today's volatility.
 *
 * @param isHalf move only half way from the raw change to the rescaled one
 */
export function rescaled(change: number, ratio: number, isHalf: boolean): number {
  const capped = Math.min(ratio, FILTER_RATIO_MAX);
  return isHalf ? (change * (1 + capped)) / 2 : change * capped;
}
