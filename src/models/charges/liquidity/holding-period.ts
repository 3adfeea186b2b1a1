import { expected, failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';
import { sortedQuantile } from '../../../measures/quantile.js';

export interface HoldingPeriodRules {
  /** From a breach to the first trade of the close-out. */
  readonly detectionHours: number;
  /** No close-out is shorter. */
  readonly floorHours: number;
  /** Share of accounts that are closed in the time. */
  readonly confidence: number;
  /** Days of a weekend or holiday inside the period, when markets are thin. */
  readonly thinDays: number;
}

/** market-and-risk.md 5.6, 14. */
export const HOLDING_PERIOD_RULES: HoldingPeriodRules = {
  detectionHours: 1,
  floorHours: 8,
  confidence: 0.95,
  thinDays: 0,
};

/**
 * Time from detection to the end of a close-out, the holding period of maintenance margin: max(floor, detection + 95 % of the times
 * that accounts take to unwind) x sqrt(1 + thin days). One for all accounts: what a large one takes longer is its own charge
 * (`concentration`).
 *
 * @param unwindHours one per account, >= 0
 * @returns hours
 */
export function holdingPeriodHours(
  unwindHours: ArrayLike<number>,
  rules: HoldingPeriodRules = HOLDING_PERIOD_RULES,
): Outcome<number> {
  const { detectionHours, floorHours, confidence, thinDays } = rules;
  const sorted = Float64Array.from(unwindHours).sort();
  const wrong = sorted.findIndex((hours) => !(hours >= 0 && hours < Infinity));
  if (wrong >= 0) {
    const field = 'unwindHours';
    return failure('INVALID_VALUE', field, expected('finite numbers of at least 0', field, sorted[wrong]));
  }
  if (!(confidence > 0 && confidence < 1))
    return failure(
      'INVALID_PARAMETER',
      'confidence',
      expected('a number in (0, 1)', 'confidence', confidence),
    );
  const unwind = sorted.length === 0 ? 0 : sortedQuantile(sorted, confidence, 'INDEX_ABOVE');
  return success(Math.max(floorHours, detectionHours + unwind) * Math.sqrt(1 + thinDays));
}
