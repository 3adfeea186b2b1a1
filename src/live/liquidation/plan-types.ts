import type { Leg } from '../../domain/simulation.js';
import type { MarginReport } from '../../domain/report.js';
import type { DepthSlices } from './depth-slices.js';

/** How far a plan goes and how it trades. */
export interface PlanRules {
  /** The plan ends at equity >= (1 + buffer) x maintenance margin. */
  readonly buffer: number;
  /** Smallest step of a quantity, contracts, > 0. */
  readonly lotContracts: number;
  /** Most contracts of an instrument that one plan may trade, from the depth of its book; absent is no bound. */
  readonly quantityMax?: ReadonlyMap<string, number>;
  /** The most that one step takes of each book, at the worst price of it; absent: everything is traded at the touch, in one step. */
  readonly slices?: DepthSlices;
  /** The plan also ends at this initial excess at least, the report's currency; absent: the buffer alone decides. */
  readonly targetInitialExcess?: number;
  /** The plan also ends at this share of the way from maintenance to initial margin at least; absent: 0. */
  readonly initialShare?: number;
  /** Perpetuals and futures may be bought or sold beside the closes, where that is cheaper. */
  readonly mayHedge?: boolean;
}

/** market-and-risk.md section 6: liquidation ends at 1.15 times the maintenance margin. */
export const DEFAULT_PLAN_RULES: PlanRules = { buffer: 0.15, lotContracts: 0.01 };

/**
 * `NOT_NEEDED`: equity covers the maintenance margin; `RESTORED`: the steps reach the target; `CLOSED_OUT`: all that can be closed
 * is, and it is not enough: an auction or the backstop takes over.
 */
export const PLAN_RESULTS = ['NOT_NEEDED', 'RESTORED', 'CLOSED_OUT'] as const;
export type PlanResult = (typeof PLAN_RESULTS)[number];

/** One trade of a plan. */
export interface PlanStep {
  /** At the worst price that the plan assumes. */
  readonly leg: Leg;
  /** It opens a position that takes risk away, and closes none. */
  readonly isHedge: boolean;
  /** Equity that the trade costs against the mark, the report's currency, >= 0. */
  readonly cost: number;
  readonly after: MarginReport;
}

/** Trades that bring an account back. A plan: nobody trades here. */
export interface LiquidationPlan {
  readonly result: PlanResult;
  readonly before: MarginReport;
  readonly after: MarginReport;
  readonly steps: readonly PlanStep[];
  readonly cost: number;
  /** Of closing the smallest sufficient share of every position, never less than `cost`; absent where none suffices. */
  readonly proRataCost?: number;
  /** Positions that nobody quotes on the side that would close them. */
  readonly unquoted: readonly string[];
}
