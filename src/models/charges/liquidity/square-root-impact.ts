/** Factor Y of the square-root law (market-and-risk.md 11). */
export const IMPACT_FACTOR = 1;

/** Average over end impact when a position is closed evenly: the integral of the square root. */
const AVERAGE_SHARE = 2 / 3;

/**
 * Relative price change that trading a share of the daily volume leaves: Y sigma sqrt(Q/V) (J. Donier and J. Bonart, "A million
 * metaorder analysis of market impact on the Bitcoin", 2015).
 */
export function endImpact(dailyVolatility: number, shareOfVolume: number, factor = IMPACT_FACTOR): number {
  return factor * dailyVolatility * Math.sqrt(shareOfVolume);
}

/** Average cost on the way, two thirds of the end impact. */
export function averageImpact(
  dailyVolatility: number,
  shareOfVolume: number,
  factor = IMPACT_FACTOR,
): number {
  return AVERAGE_SHARE * endImpact(dailyVolatility, shareOfVolume, factor);
}

/**
 * Cost of closing `quantity` >= 0 in price, 2/3 Y sigma sqrt(Q/ADV) Q P, quote currency; the same with vega, volatility of
 * volatility in points a day and vega traded a day for options (price 1). Nothing for nothing; `dailyVolume` > 0.
 */
export function impactCost(
  quantity: number,
  dailyVolume: number,
  dailyVolatility: number,
  price: number,
  factor = IMPACT_FACTOR,
): number {
  return quantity === 0
    ? 0
    : averageImpact(dailyVolatility, quantity / dailyVolume, factor) * quantity * price;
}
