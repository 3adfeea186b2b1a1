/** Standard deviations of the spread above its mean that closing may meet (Bangia et al. 1999; market-and-risk.md 11). */
export const SPREAD_DEVIATIONS = 3;

/**
 * Half of a bad spread on a value: value x (mean + a sd) / 2, spreads as fractions of the price (A. Bangia, F. Diebold, T.
 * Schuermann and J. Stroughair, "Modeling liquidity risk", 1999). A constant spread has a deviation of 0.
 */
export function spreadCost(
  value: number,
  meanSpread: number,
  spreadDeviation: number,
  deviations = SPREAD_DEVIATIONS,
): number {
  return 0.5 * Math.abs(value) * (meanSpread + deviations * spreadDeviation);
}

/** Value at risk of price and spread together: value x z x daily volatility, plus the cost of the spread (ibid.). */
export function liquidityAdjustedVar(
  value: number,
  z: number,
  dailyVolatility: number,
  costOfSpread: number,
): number {
  return Math.abs(value) * z * dailyVolatility + costOfSpread;
}

/** What crossing the spread of one option costs; prices of one long unit in settlement currency. */
export interface OptionSpread {
  /** Signed units. */
  readonly quantity: number;
  readonly premium: number;
  readonly meanPriceSpread: number;
  readonly priceSpreadDeviation: number;
  /** Half of the spread in volatility, fraction. */
  readonly halfVolatilitySpread: number;
  /** Per 1.00 of volatility, one unit. */
  readonly vega: number;
}

/** The larger of half the price spread and half the volatility spread times vega, for longs at most the premium. */
export function optionSpreadCost(option: OptionSpread, deviations = SPREAD_DEVIATIONS): number {
  const { quantity, premium, meanPriceSpread, priceSpreadDeviation, halfVolatilitySpread, vega } = option;
  const byPrice = 0.5 * (meanPriceSpread + deviations * priceSpreadDeviation);
  const perUnit = Math.max(byPrice, halfVolatilitySpread * Math.abs(vega));
  return Math.abs(quantity) * (quantity > 0 ? Math.min(perUnit, premium) : perUnit);
}
