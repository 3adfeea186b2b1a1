import { expected, failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';

/** A slice of collateral value and the share of it that counts. */
export interface CollateralTier {
  /** Value in the settlement currency; `to` null: without end. */
  readonly from: number;
  readonly to: number | null;
  /** Share that counts, [0, 1]. */
  readonly ratio: number;
}

/**
 * Checks that tiers begin at 0 and join without gap or overlap, and that no later tier counts more than an earlier one (more of
 * an asset is never better collateral). Failure `INVALID_PARAMETER` under `field`.
 */
export function checkTiers(
  tiers: readonly CollateralTier[],
  field: string,
): Outcome<readonly CollateralTier[]> {
  let end: number | null = 0;
  let ratioBefore = 1;
  for (const [index, { from, to, ratio }] of tiers.entries()) {
    const at = `${field}[${index}]`;
    if (end === null || from !== end) {
      return failure(
        'INVALID_PARAMETER',
        `${at}.from`,
        expected(`a tier that begins at ${String(end)}`, `${at}.from`, from),
      );
    }
    if (to !== null && !(to > from && to < Infinity)) {
      return failure(
        'INVALID_PARAMETER',
        `${at}.to`,
        expected(`a number above ${from} or null`, `${at}.to`, to),
      );
    }
    if (!(ratio >= 0 && ratio <= ratioBefore)) {
      const what = expected(`a share from 0 to ${ratioBefore}`, `${at}.ratio`, ratio);
      return failure('INVALID_PARAMETER', `${at}.ratio`, what);
    }
    end = to;
    ratioBefore = ratio;
  }
  return success(tiers);
}

/**
 * What a value counts as collateral: every slice at its own ratio, nothing above the last tier (venues' marginal schedules;
 * market-and-risk.md 14). Values of one affiliated group are added up before they come here.
 */
export function tieredValue(value: number, tiers: readonly CollateralTier[]): number {
  let counted = 0;
  for (const { from, to, ratio } of tiers) {
    const slice = Math.min(value, to ?? Infinity) - from;
    if (slice <= 0) break;
    counted += slice * ratio;
  }
  return counted;
}

/** What does not count. */
export function tieredHaircut(value: number, tiers: readonly CollateralTier[]): number {
  return Math.max(0, value) - tieredValue(value, tiers);
}
