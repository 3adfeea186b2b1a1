/** The house's slow average of a price: weighted by 1 / confidence, halved every hour. */
export interface ConfidenceEma {
  readonly numerator: number;
  readonly denominator: number;
}

export const EMPTY_CONFIDENCE_EMA: ConfidenceEma = { numerator: 0, denominator: 0 };

/**
 * k = 2^(-seconds / halfLife); numerator = numerator x k + price / confidence, denominator = denominator x k + 1 / confidence;
 * a gap above `gapSecondsMax` starts anew. `confidence` > 0. The rule is Pyth's in continuous time (market-and-risk.md 1.2
 * step 5); Pyth's truncated integers are in `integer-ema.ts`.
 */
export function updateConfidenceEma(
  before: ConfidenceEma,
  price: number,
  confidence: number,
  seconds: number,
  halfLifeSeconds: number,
  gapSecondsMax: number,
): ConfidenceEma {
  const decay = seconds > gapSecondsMax ? 0 : Math.exp((-Math.LN2 * seconds) / halfLifeSeconds);
  return {
    numerator: before.numerator * decay + price / confidence,
    denominator: before.denominator * decay + 1 / confidence,
  };
}

/** Undefined before the first price. */
export function confidenceWeightedAverage({ numerator, denominator }: ConfidenceEma): number | undefined {
  return denominator > 0 ? numerator / denominator : undefined;
}
