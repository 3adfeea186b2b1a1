/** Guards against a price that runs away from its own last minutes, whatever its sources agree on. */
export const BREAKER_STATES = ['NORMAL', 'CAUTIOUS', 'HALT'] as const;
export type BreakerState = (typeof BREAKER_STATES)[number];

export interface BreakerLimits {
  /** |price / average - 1| above which no risk is opened. */
  readonly cautiousDeviation: number;
  /** The same, above which the price is frozen. */
  readonly haltDeviation: number;
}

export const BREAKER_LIMIT_DEFAULTS: BreakerLimits = { cautiousDeviation: 0.1, haltDeviation: 0.5 };

/** `average` > 0 is the price of the last five minutes without the one tested. A price or average that is NaN halts. */
export function deviationBreaker(
  price: number,
  average: number,
  { cautiousDeviation, haltDeviation }: BreakerLimits = BREAKER_LIMIT_DEFAULTS,
): BreakerState {
  const deviation = Math.abs(price / average - 1);
  if (!(deviation <= haltDeviation)) return 'HALT';
  return deviation <= cautiousDeviation ? 'NORMAL' : 'CAUTIOUS';
}
