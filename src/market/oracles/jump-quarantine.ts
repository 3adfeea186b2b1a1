import { median } from '../venues/price-evidence.js';

export interface JumpLimits {
  /** Largest |ln(price / last good price)| of a source within a second, and per second afterwards. */
  readonly logJumpPerSecondMax: number;
  /** Distance from the median of the other sources at which they confirm it, relative. */
  readonly confirmationMax: number;
}

export const JUMP_LIMIT_DEFAULTS: JumpLimits = { logJumpPerSecondMax: 0.1, confirmationMax: 0.005 };

/**
 * Whether a source moved too fast to be believed alone. The limit grows by the second: a source that waits a little over a
 * second gains nothing (market-and-risk.md 1.2 step 1).
 */
export function isJump(
  price: number,
  lastGoodPrice: number,
  elapsedSeconds: number,
  { logJumpPerSecondMax }: JumpLimits = JUMP_LIMIT_DEFAULTS,
): boolean {
  const limit = logJumpPerSecondMax * Math.max(1, elapsedSeconds);
  return !(Math.abs(Math.log(price / lastGoodPrice)) <= limit);
}

/**
 * Whether the median of the other sources' latest prices, quarantined ones included, lies within the limit: a source never
 * confirms itself, and two of four that collude are never the median of three.
 */
export function isConfirmed(
  price: number,
  otherPrices: readonly number[],
  { confirmationMax }: JumpLimits = JUMP_LIMIT_DEFAULTS,
): boolean {
  return otherPrices.length > 0 && Math.abs(price / median(otherPrices) - 1) <= confirmationMax;
}
