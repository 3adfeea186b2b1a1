/**
 * New parameters ask more of old books little by little, and of new risk at once (market-and-risk.md 7.3):
 * requirement = R_new(P_t) - D_t, D_0 = max(0, R_new - R_old)(P_0), D_t = min(D_(t-), D_0 (1 - t/T), max(0, R_new - R_old)(P_t)).
 */

/** What an account is still let off, currency of its margins. */
export interface Allowance {
  /** At the moment at which the parameters came into force. */
  readonly initial: number;
  readonly now: number;
}

/** Time over which it decays to nothing. */
export const PHASE_IN_SECONDS = 4 * 3_600;

export const NO_ALLOWANCE: Allowance = { initial: 0, now: 0 };

/** The difference that an account may be let off; nothing where a requirement is no number. */
function difference(requirementNew: number, requirementOld: number): number {
  const more = requirementNew - requirementOld;
  return more > 0 && more < Infinity ? more : 0;
}

export function firstAllowance(requirementNew: number, requirementOld: number): Allowance {
  const initial = difference(requirementNew, requirementOld);
  return { initial, now: initial };
}

/** Never more than before, so that risk added later pays in full at once; nothing once the coverage test is red. */
export function nextAllowance(
  allowance: Allowance,
  requirementNew: number,
  requirementOld: number,
  elapsedSeconds: number,
  isCoverageRed = false,
): Allowance {
  if (isCoverageRed) return { ...allowance, now: 0 };
  const decayed = allowance.initial * Math.max(0, 1 - Math.max(0, elapsedSeconds) / PHASE_IN_SECONDS);
  const now = Math.min(allowance.now, decayed, difference(requirementNew, requirementOld));
  return { ...allowance, now };
}
