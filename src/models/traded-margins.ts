import type { MarginNumbers } from '../domain/simulation.js';
import type { WeightedSum } from '../kernel/layout.js';
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

/** Sums over scenarios that the engine has kernels for. */
export interface TradeSums {
  /** P&L of some positions of the first scenario set in every scenario, in their order, as the engine sums a group. */
  sumPositions(positions: readonly ResolvedPosition[], pnl: Float64Array): void;
  /** Expected shortfall (FRACTIONAL_TAIL) of a sum of vectors; NaN where an entry of it is not finite. */
  expectedShortfall(sum: WeightedSum, confidence: number): number;
}

/**
 * Margins of one book after trades that are not done, at a cost of trades x scenarios that does not grow with the book. They
 * differ from a calculation from scratch by the rounding of sums in another order: at most 1e-12 of the gross value.
 */
export interface TradedMargins {
  /** Undefined for a trade that only a calculation from scratch can judge. */
  after(trades: readonly MarginTrade[]): Outcome<MarginNumbers> | undefined;
}
