/**
 * Lower weighted median: the smallest price whose cumulative weight reaches half of all. Weights >= 0 with a sum above 0,
 * same length as the prices, not empty. Source: the oracle of Hyperliquid (market-and-risk.md 1.1, 1.2 step 3).
 */
export function lowerWeightedMedian(prices: readonly number[], weights: readonly number[]): number {
  const order = prices.map((_, row) => row).sort((a, b) => prices[a]! - prices[b]! || a - b);
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
  let cumulative = 0;
  let lastWithWeight = NaN;
  for (const row of order) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    cumulative += weight;
    lastWithWeight = prices[row]!;
    if (cumulative >= half) break;
  }
  return lastWithWeight;
}
