/** Decay of squared returns (market-and-risk.md 5.3): a memory of about a month. */
const DECAY = 0.97;

/** Returns whose mean square starts the estimate. */
const FIRST_RETURNS = 48;

/**
 * Standard deviation of the daily log return as known at the close of every day: exponentially weighted squares of the returns
 * until then. NaN before there are enough.
 */
export function dailyDeviation(prices: Float64Array): Float64Array {
  const deviation = new Float64Array(prices.length).fill(NaN);
  let variance = 0;
  for (let t = 1; t < prices.length; t += 1) {
    const square = Math.log((prices[t] ?? NaN) / (prices[t - 1] ?? NaN)) ** 2;
    variance =
      t <= FIRST_RETURNS ? variance + square / FIRST_RETURNS : DECAY * variance + (1 - DECAY) * square;
    if (t >= FIRST_RETURNS) deviation[t] = Math.sqrt(variance);
  }
  return deviation;
}
