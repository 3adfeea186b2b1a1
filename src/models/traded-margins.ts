import type { MarginNumbers } from '../domain/simulation.js';
import type { Outcome } from '../domain/outcome.js';
import type { ResolvedPosition } from './model.js';

/** A trade as a model sees it. */
export interface MarginTrade {
  readonly instrument: number;
  /** Signed contracts. */
  readonly quantity: number;
  /** Change of cash and of unrealised P&L together, settlement currency: the premium of an option, the gain of a future at its mark. */
  readonly earned: number;
}

/** P&L of some positions of the first scenario set in every scenario, summed in their order as the engine sums a group. */
export type SumPositions = (positions: readonly ResolvedPosition[], pnl: Float64Array) => void;

/**
 * Margins of one book after trades that are not done, at a cost of trades x scenarios that does not grow with the book. They
 * differ from a calculation from scratch by the rounding of sums in another order: at most 1e-12 of the gross value.
 */
export interface TradedMargins {
  /** Undefined for a trade that only a calculation from scratch can judge. */
  after(trades: readonly MarginTrade[]): Outcome<MarginNumbers> | undefined;
}
