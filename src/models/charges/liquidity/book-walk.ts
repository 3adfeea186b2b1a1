import type { OrderBook } from './order-book.js';

export interface BookWalk {
  /** Quantity that the book takes, and what is left, both >= 0. */
  readonly filled: number;
  readonly unfilled: number;
  /** Average price of what is filled; null when nothing is. */
  readonly averagePrice: number | null;
  /** Price of the last level used; null when nothing is filled. */
  readonly worstPrice: number | null;
  /** Cost of what is filled against the middle, quote currency, >= 0. */
  readonly costAgainstMid: number;
}

/**
 * Walks a book to close a position: a long (`positionToClose` > 0) is sold into the bids, a short bought back from the asks.
 * What the book does not take is reported, never priced at the middle. The book is sound (`checkOrderBook`).
 */
export function walkBook({ bids, asks }: OrderBook, positionToClose: number, mid: number): BookWalk {
  const { prices, sizes } = positionToClose > 0 ? bids : asks;
  let left = Math.abs(positionToClose);
  let filled = 0;
  let paid = 0;
  let cost = 0;
  let worstPrice: number | null = null;
  for (let level = 0; level < prices.length && left > 0; level += 1) {
    const price = prices[level]!;
    const taken = Math.min(left, sizes[level]!);
    if (taken === 0) continue;
    filled += taken;
    left -= taken;
    paid += taken * price;
    cost += taken * Math.abs(mid - price);
    worstPrice = price;
  }
  return {
    filled,
    unfilled: left,
    averagePrice: filled > 0 ? paid / filled : null,
    worstPrice,
    costAgainstMid: cost,
  };
}

export interface CloseOutCost {
  /** Quote currency, >= 0; at most the whole value for a long. */
  readonly cost: number;
  /** The book takes less than the position: the rest is priced beyond its worst level. */
  readonly insufficientDepth: boolean;
}

/**
 * Cost of a walk with what the book does not take at the worst price, twice its slip beyond: worst x (1 - 2 slip) for sales,
 * worst x (1 + 2 slip) for purchases, slip = |worst / mid - 1| (market-and-risk.md 5.7). Undefined when nothing is filled: an
 * empty side has no price to extend.
 */
export function closeOutCost(walk: BookWalk, positionToClose: number, mid: number): CloseOutCost | undefined {
  const { unfilled, worstPrice, costAgainstMid } = walk;
  if (unfilled === 0) return { cost: costAgainstMid, insufficientDepth: false };
  if (worstPrice === null) return undefined;
  const slip = Math.abs(worstPrice / mid - 1);
  const beyond = positionToClose > 0 ? Math.max(0, worstPrice * (1 - 2 * slip)) : worstPrice * (1 + 2 * slip);
  return { cost: costAgainstMid + unfilled * Math.abs(mid - beyond), insufficientDepth: true };
}
