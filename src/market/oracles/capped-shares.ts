/** A source with more than this share moves a quartile of the votes alone. */
export const SHARE_MAX = 0.25;

/**
 * Shares of the live sources: weights > 0 renormalised to a sum of 1, none above a quarter (above 1/n for fewer than four);
 * what is cut goes to the others in proportion to their weights. Absent sources get 0. Source: market-and-risk.md 1.2 step 3.
 */
export function cappedShares(
  weights: ArrayLike<number>,
  isLive: ArrayLike<number>,
  shares: Float64Array,
): void {
  let liveCount = 0;
  for (let row = 0; row < weights.length; row += 1) if (isLive[row] === 1) liveCount += 1;
  const cap = Math.max(SHARE_MAX, 1 / liveCount);
  const isCapped = new Uint8Array(weights.length);
  // Each pass caps at least one more source or is the last, so that there are at most n passes.
  for (;;) {
    let cappedCount = 0;
    let openWeight = 0;
    for (let row = 0; row < weights.length; row += 1) {
      if (isLive[row] !== 1) continue;
      if (isCapped[row] === 1) cappedCount += 1;
      else openWeight += weights[row]!;
    }
    const openShare = 1 - cap * cappedCount;
    let isDone = true;
    for (let row = 0; row < weights.length; row += 1) {
      if (isLive[row] !== 1) {
        shares[row] = 0;
        continue;
      }
      shares[row] = isCapped[row] === 1 ? cap : (openShare * weights[row]!) / openWeight;
      if (isCapped[row] === 0 && shares[row]! > cap * (1 + 1e-12)) {
        isCapped[row] = 1;
        isDone = false;
      }
    }
    if (isDone) return;
  }
}
