import type { BookState } from './order-book.js';

export interface FreezableCharge {
  /** Settlement currency, >= 0. */
  readonly charge: number;
  /** The charge is the last one, or the fallback where there is none. */
  readonly isFrozen: boolean;
  /** Positions may only be reduced while the charge is frozen. */
  readonly allowsNewRisk: boolean;
}

/**
 * The charge of an instrument whose book may have gone: with two sides it is `current`; without, it stays at `last`, and where
 * there is no last one it is the worst grid loss of the leg (market-and-risk.md 5.7, 10). An empty book therefore moves no
 * margin, in either direction.
 */
export function chargeOrFrozen(
  state: BookState,
  current: number,
  last: number | undefined,
  worstGridLoss: number,
): FreezableCharge {
  if (state === 'TWO_SIDED') return { charge: current, isFrozen: false, allowsNewRisk: true };
  return { charge: last ?? worstGridLoss, isFrozen: true, allowsNewRisk: false };
}
