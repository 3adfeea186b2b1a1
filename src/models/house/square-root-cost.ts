/** Mean over a close-out of an impact that grows with the root of what is traded: two thirds of its end. */
const MEAN_OF_ROOT = 2 / 3;

/**
 * Cost of trading `quantity` against a day's volume: (2/3) Y sigma sqrt(Q / ADV) Q, in the unit of the quantity
 * (market-and-risk.md 5.7). >= 0.
 */
export function squareRootCost(
  impact: number,
  dailyDeviation: number,
  quantity: number,
  adv: number,
): number {
  return MEAN_OF_ROOT * impact * dailyDeviation * Math.sqrt(quantity / adv) * quantity;
}
