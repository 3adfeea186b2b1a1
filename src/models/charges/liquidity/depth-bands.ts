import type { BookSide } from './order-book.js';

/** Distances from the middle at which depth is watched, fractions (10, 25, 50, 100 basis points; market-and-risk.md 5.7). */
export const DEPTH_BANDS = [0.001, 0.0025, 0.005, 0.01] as const;

/** Size of one side within each distance of the middle, cumulative; one entry per band. */
export function depthWithin(
  side: BookSide,
  mid: number,
  bands: readonly number[] = DEPTH_BANDS,
): Float64Array {
  const depth = new Float64Array(bands.length);
  for (let level = 0; level < side.prices.length; level += 1) {
    const distance = Math.abs(side.prices[level]! / mid - 1);
    for (let band = 0; band < bands.length; band += 1) {
      if (distance <= bands[band]!) depth[band]! += side.sizes[level]!;
    }
  }
  return depth;
}

/**
 * Cost of closing `quantity` >= 0 against depths by band, quote currency: everything inside a band at the band's far end, what
 * exceeds the last band beyond it by twice its distance, as a book walk extends its worst level. More depth in any band never
 * costs more. `depth` is cumulative; a band that states less than a nearer one counts as the nearer one.
 */
export function bandWalkCost(
  depth: ArrayLike<number>,
  quantity: number,
  mid: number,
  isSale: boolean,
  bands: readonly number[] = DEPTH_BANDS,
): { readonly cost: number; readonly insufficientDepth: boolean } {
  let cost = 0;
  let reached = 0;
  for (let band = 0; band < bands.length; band += 1) {
    const next = Math.min(quantity, Math.max(reached, depth[band]!));
    cost += (next - reached) * mid * bands[band]!;
    reached = next;
  }
  const last = bands[bands.length - 1]!;
  const beyond = isSale ? 1 - Math.max(0, (1 - last) * (1 - 2 * last)) : (1 + last) * (1 + 2 * last) - 1;
  return { cost: cost + (quantity - reached) * mid * beyond, insufficientDepth: quantity > reached };
}
