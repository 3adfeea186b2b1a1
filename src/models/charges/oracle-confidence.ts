/** How much of an initial margin is uncertainty of the price itself. Source: market-and-risk.md 1.2 step 8. */

/** A confidence is a quartile distance, and 95 % of a Laplace law lie within ln 20 / ln 2 = 4.32 of them. */
export const QUARTILES_TO_95_PERCENT = 4.32;

export interface OracleConfidenceParameters {
  /** Multiple of the confidence that is charged. */
  readonly confidenceMultiple: number;
  /** Largest share of the price charged for confidence. */
  readonly confidenceChargeMax: number;
  /** confidence / price at which the score is 0. */
  readonly confidenceMax: number;
  /** Score below which the score charge applies. */
  readonly scoreThreshold: number;
  /** Charge of a score of 0, share of the notional. */
  readonly scoreRate: number;
}

/** Threshold .55 and rate .4 are what Derive set for BTC on chain in August 2026 (margin-models.md 3.5); the rest is section 11. */
export const ORACLE_CONFIDENCE_DEFAULTS: OracleConfidenceParameters = {
  confidenceMultiple: QUARTILES_TO_95_PERCENT,
  confidenceChargeMax: 0.1,
  confidenceMax: 0.02,
  scoreThreshold: 0.55,
  scoreRate: 0.4,
};

export interface OracleConfidenceCharge {
  /** |net delta| x min(4.32 x confidence, 10 % of the price). */
  readonly interval: number;
  /** What the stable price lowers an asset or raises a liability, >= 0. */
  readonly stable: number;
  /** Added below the threshold of the score. */
  readonly score: number;
  /** max(interval, stable) + score; for a long account at most its value. */
  readonly total: number;
}

/**
 * Added to the initial margin of one underlying, in the currency of the price; maintenance margin reads the mark alone. On the
 * account's net delta (coins): gross legs would charge a hedged book for a price it does not depend on. `price`, `stablePrice`
 * and `confidence` >= 0. Worse confidence never lowers the charge.
 */
export function oracleConfidenceCharge(
  netDelta: number,
  price: number,
  confidence: number,
  stablePrice: number,
  parameters: OracleConfidenceParameters = ORACLE_CONFIDENCE_DEFAULTS,
): OracleConfidenceCharge {
  const { confidenceMultiple, confidenceChargeMax, confidenceMax, scoreThreshold, scoreRate } = parameters;
  const size = Math.abs(netDelta);
  const interval = size * Math.min(confidenceMultiple * confidence, confidenceChargeMax * price);
  const stable = Math.max(0, netDelta * (price - stablePrice));
  const quality = confidenceScore(price, confidence, confidenceMax);
  const score = quality < scoreThreshold ? (1 - quality) * scoreRate * size * price : 0;
  const sum = Math.max(interval, stable) + score;
  // An asset is never valued below 0.
  return { interval, stable, score, total: netDelta > 0 ? Math.min(sum, netDelta * price) : sum };
}

/** 1 for a price known exactly, 0 from `confidenceMax` on. */
export function confidenceScore(price: number, confidence: number, confidenceMax: number): number {
  const score = 1 - confidence / (confidenceMax * price);
  return score >= 0 ? Math.min(score, 1) : 0;
}
