import type { DerivePm2Parameters } from './parameters.js';

/** Factors on the net value of one expiry, by its sign (margin-models.md 3.2). */
export interface StaticDiscount {
  /** Applied when the expiry's value is >= 0. */
  readonly long: number;
  /** Applied when it is below 0; never marks a short beyond its undiscounted value. */
  readonly short: number;
}

export function staticDiscount(
  parameters: DerivePm2Parameters['staticDiscount'],
  timeToExpiryYears: number,
  rate: number,
): StaticDiscount {
  const r = Math.max(rate, 0);
  const discountFactor = Math.exp(-r * timeToExpiryYears);
  const longDecay = timeToExpiryYears * (r * parameters.longRateMultiplier + parameters.longRateAdd);
  const shortGrowth = timeToExpiryYears * (r * parameters.shortRateMultiplier + parameters.shortRateAdd);
  return {
    long: parameters.longBase * Math.exp(-longDecay),
    short: Math.min(1 / discountFactor, parameters.shortBase * Math.exp(shortGrowth)),
  };
}

export function discounted(value: number, discount: StaticDiscount): number {
  return value * (value >= 0 ? discount.long : discount.short);
}
