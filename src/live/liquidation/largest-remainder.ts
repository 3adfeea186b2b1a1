/**
 * Divides `total` units among weights so that the parts add up to it exactly: whole shares first, then one unit each to the
 * largest remainders, the earlier of equal ones first. Weights >= 0, not all 0 unless `total` is; none gets more than it weighs
 * where `total` <= the sum of weights.
 */
export function largestRemainder(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (total === 0n) return weights.map(() => 0n);
  if (total < 0n || sum <= 0n || weights.some((weight) => weight < 0n))
    throw new RangeError('Expected a total >= 0 and weights >= 0 with a positive sum');
  const parts = weights.map((weight) => (total * weight) / sum);
  const remainders = weights.map((weight) => (total * weight) % sum);
  const order = weights
    .map((_, i) => i)
    .sort((a, b) => compare(remainders[b] ?? 0n, remainders[a] ?? 0n) || a - b);
  let left = total - parts.reduce((a, b) => a + b, 0n);
  for (const i of order) {
    if (left === 0n) break;
    parts[i] = (parts[i] ?? 0n) + 1n;
    left -= 1n;
  }
  return parts;
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
