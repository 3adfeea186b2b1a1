import { median } from '../venues/price-evidence.js';

/** Distance from the median, relative, to which Deribit moves a source of its index. */
export const INDEX_CAP = 0.005;

export interface CappedIndex {
  /** Weighted mean of the capped prices. */
  readonly index: number;
  readonly median: number;
  /** Prices moved into median x (1 -+ cap), in the order given. */
  readonly capped: readonly number[];
}

/**
 * The index of a venue: the median of all sources, every source moved to within `cap` of it, then the weighted mean. One
 * source therefore never moves the index by more than its share of 2 x `cap`. Prices > 0, weights >= 0 with a sum above 0,
 * same length, not empty. Source: Deribit's index rules (market-and-risk.md 1.1).
 */
export function cappedIndex(
  prices: readonly number[],
  weights: readonly number[],
  cap = INDEX_CAP,
): CappedIndex {
  const middle = median(prices);
  const low = middle * (1 - cap);
  const high = middle * (1 + cap);
  const capped = prices.map((price) => Math.min(Math.max(price, low), high));
  let sum = 0;
  let total = 0;
  for (let row = 0; row < capped.length; row += 1) {
    sum += weights[row]! * capped[row]!;
    total += weights[row]!;
  }
  return { index: sum / total, median: middle, capped };
}
