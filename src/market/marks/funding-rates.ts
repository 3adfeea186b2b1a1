import {
  DERIBIT_FUNDING_DAMPER,
  DERIVE_FUNDING_CAP,
  DERIVE_FUNDING_CONVERGENCE_HOURS,
  DERIVE_FUNDING_STATIC_RATE,
} from './conventions.js';

/** Funding rates of venues (market-and-risk.md section 4). Positive: longs pay shorts. */

/** (mark - index) / index. */
export function deribitPremium(markPrice: number, indexPrice: number): number {
  return (markPrice - indexPrice) / indexPrice;
}

/** Deribit, per eight hours: the premium outside the damper, at most `cap` either way. */
export function deribitFundingRate(premium: number, cap: number, damper = DERIBIT_FUNDING_DAMPER): number {
  return clamp(Math.max(damper, premium) + Math.min(-damper, premium), cap);
}

/** How far the impact prices leave the index on one side; 0 when the index lies between them. */
export function derivePremium(impactBid: number, impactAsk: number, indexPrice: number): number {
  return (Math.max(0, impactBid - indexPrice) - Math.max(0, indexPrice - impactAsk)) / indexPrice;
}

/** Derive, per hour: an eighth of the premium and a static rate, at most `cap` either way. */
export function deriveFundingRate(
  premium: number,
  cap = DERIVE_FUNDING_CAP,
  staticRate = DERIVE_FUNDING_STATIC_RATE,
): number {
  return clamp(premium / DERIVE_FUNDING_CONVERGENCE_HOURS + staticRate, cap);
}

function clamp(rate: number, cap: number): number {
  return Math.min(cap, Math.max(-cap, rate));
}
