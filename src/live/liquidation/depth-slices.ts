/** Liquidations in slices: no trade takes more than a share of what the book shows, and the book fills again before the next. */
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type { Leg } from '../../domain/simulation.js';
import { PLAN_STEPS_MAX } from '../../limits.js';
import { walkBook } from '../../models/charges/liquidity/book-walk.js';
import type { BookSide, OrderBook } from '../../models/charges/liquidity/order-book.js';

/** The most that one trade takes of one side of a book. */
export interface Slice {
  /** > 0. */
  readonly contracts: number;
  /** Of the last level that the slice reaches, quote unit of the instrument: all of it is assumed at this price. */
  readonly worstPrice: number;
}

/** What is sold goes into the bids, what is bought comes from the asks; absent where that side shows nothing. */
export interface BookSlices {
  readonly sell?: Slice;
  readonly buy?: Slice;
}

/** By name of the instrument. */
export type DepthSlices = ReadonlyMap<string, BookSlices>;

/** @param share of the visible depth, in (0, 1] */
export function slicesOf(book: OrderBook, share: number): BookSlices {
  const sell = sliceOf(book, 1, share * depthOf(book.bids));
  const buy = sliceOf(book, -1, share * depthOf(book.asks));
  return { ...(sell === undefined ? {} : { sell }), ...(buy === undefined ? {} : { buy }) };
}

/** The slice that closes a position of this sign. */
export function sliceFor(slices: DepthSlices, instrument: string, held: number): Slice | undefined {
  const found = slices.get(instrument);
  return held > 0 ? found?.sell : found?.buy;
}

/**
 * The same trades, each cut into slices of whole lots, in rounds: one slice of every book, then the next. What is smaller than a slice
 * stays whole.
 */
export function inSlices(legs: readonly Leg[], slices: DepthSlices, lot: number): Outcome<Leg[]> {
  const rounds: Leg[][] = [];
  let steps = 0;
  for (const leg of legs) {
    const size = Math.abs(leg.quantity);
    const slice = sliceFor(slices, leg.instrument, -leg.quantity);
    const most = Math.floor((slice?.contracts ?? 0) / lot + ROUNDING) * lot;
    const count = most > 0 ? Math.ceil(size / most - ROUNDING) : Infinity;
    steps += count;
    if (steps > PLAN_STEPS_MAX)
      return failure(
        'LIMIT_EXCEEDED',
        '',
        `Expected slices that make at most ${String(PLAN_STEPS_MAX)} steps, but ${String(size)} contracts of ${leg.instrument} go in slices of ${String(most)}`,
      );
    for (let round = 0; round < count; round += 1) {
      const left = size - round * most;
      const contracts = Number(Math.min(most, left).toPrecision(15));
      (rounds[round] ??= []).push({ ...leg, quantity: Math.sign(leg.quantity) * contracts });
    }
  }
  return success(rounds.flat());
}

/** Part of a lot that is rounding. */
const ROUNDING = 1e-9;

function sliceOf(book: OrderBook, held: 1 | -1, contracts: number): Slice | undefined {
  const { worstPrice } = walkBook(book, held * contracts, NaN);
  return worstPrice !== null && worstPrice > 0 ? { contracts, worstPrice } : undefined;
}

function depthOf({ sizes }: BookSide): number {
  let depth = 0;
  for (let level = 0; level < sizes.length; level += 1) depth += sizes[level] ?? 0;
  return depth;
}
