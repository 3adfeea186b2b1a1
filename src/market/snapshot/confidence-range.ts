/**
 * What a confidence says in the unit of its number: 1 is certain, 0 means that it may be wrong by this much, and between the
 * two it is straight. So the score of a price is 1 - error / (range x price).
 */

/** Of a price, relative: the half range at which an oracle stops trading (market-and-risk.md 1.2, status TooUncertain). */
export const PRICE_CONFIDENCE_RANGE = 0.02;

/**
 * Of a volatility, relative to itself. An own choice: slices of calm days are off by 1 to 2 % of their volatility and those of
 * a crash by 5 to 10 %, so that the usual thresholds of 0.4 to 0.6 are reached where quotes say little.
 */
export const VOLATILITY_CONFIDENCE_RANGE = 0.2;

/** The score of a number that may be off by `error`, both in its unit; in [0, 1]. */
export function confidenceScore(error: number, value: number, range: number): number {
  return Math.min(1, Math.max(0, 1 - error / (range * value)));
}
