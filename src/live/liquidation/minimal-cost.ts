import type { LinearRow, LinearSolver } from './linear-program.js';

/** One trade that a plan may use: the close of a position or a hedge, at one cost up to what the book offers at it. */
export interface CandidateTrade {
  readonly instrument: string;
  /** 1 buys, -1 sells. */
  readonly direction: 1 | -1;
  readonly isHedge: boolean;
  /** Contracts, >= 0: of a close at most the position, of any at most what one slice may take of the depth. */
  readonly quantityMax: number;
  /** Spread and impact per contract, currency of the equity, >= 0. */
  readonly costPerContract: number;
  /** P&L of one contract held long, per scenario, same currency. */
  readonly pnlPerContract: Float64Array;
}

/** An account that must be brought back: E - cost >= (1 + buffer) (loss in scenario s + charges) for every s. */
export interface DeleveragingProblem {
  readonly equity: number;
  /** Of the requirement, >= 0. */
  readonly buffer: number;
  /** P&L of the whole book per scenario. */
  readonly pnl: Float64Array;
  /** What the requirement holds beside the worst loss, >= 0. */
  readonly charges: number;
  readonly trades: readonly CandidateTrade[];
}

export interface DeleveragingSolution {
  /** Contracts of every candidate, in [0, quantityMax]. */
  readonly quantities: readonly number[];
  readonly cost: number;
  readonly method: 'LINEAR_PROGRAM' | 'GREEDY';
}

/** Share of the scenarios, the worst ones, that the first program sees. */
const FIRST_ROWS_SHARE = 0.05;
const FIRST_ROWS_MIN = 16;
const ROUNDS_MAX = 12;
/** Relative to the sizes that a constraint adds up: rounding of a solver. */
const TOLERANCE = 1e-9;

/**
 * The cheapest trades after which every scenario is covered. Starts with the worst scenarios and adds those that the solution
 * violates until there are none, so that the last solution is that of all rows. Greedy where the solver finds none; undefined
 * where no trades suffice.
 */
export function minimalCost(
  solver: LinearSolver,
  problem: DeleveragingProblem,
): DeleveragingSolution | undefined {
  const { trades } = problem;
  const rows = Array.from(problem.pnl, (_, s) => rowOf(problem, s));
  const used = new Set(worstRows(problem));
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const quantities = solver({
      cost: trades.map(({ costPerContract }) => costPerContract),
      upper: trades.map(({ quantityMax }) => quantityMax),
      rows: [...rows.filter((_, s) => used.has(s)), solvencyRow(problem)],
    });
    if (quantities === undefined) break;
    const missed = rows.flatMap((row, s) => (isMet(row, quantities) || used.has(s) ? [] : [s]));
    if (missed.length === 0)
      return { quantities, cost: costOf(trades, quantities), method: 'LINEAR_PROGRAM' };
    for (const s of missed) used.add(s);
  }
  return greedy(problem, [...rows, solvencyRow(problem)]);
}

export function costOf(trades: readonly CandidateTrade[], quantities: readonly number[]): number {
  return trades.reduce((sum, { costPerContract }, j) => sum + costPerContract * (quantities[j] ?? 0), 0);
}

/** P&L of the book per scenario after the trades. */
export function pnlAfter(problem: DeleveragingProblem, quantities: readonly number[]): Float64Array {
  return problem.pnl.map((before, s) =>
    problem.trades.reduce(
      (sum, { direction, pnlPerContract }, j) =>
        sum + direction * (quantities[j] ?? 0) * (pnlPerContract[s] ?? NaN),
      before,
    ),
  );
}

/** The largest loss of a P&L vector, >= 0. */
export function worstLoss(pnl: Float64Array): number {
  return pnl.reduce((worst, value) => Math.max(worst, -value), 0);
}

/** sum x (cost - (1 + buffer) direction v) <= E + (1 + buffer) (pnl - charges) */
function rowOf({ equity, buffer, pnl, charges, trades }: DeleveragingProblem, scenario: number): LinearRow {
  return {
    coefficients: trades.map(
      ({ costPerContract, direction, pnlPerContract }) =>
        costPerContract - (1 + buffer) * direction * (pnlPerContract[scenario] ?? NaN),
    ),
    atMost: equity + (1 + buffer) * ((pnl[scenario] ?? NaN) - charges),
  };
}

/** A book without losses needs its charges still. */
function solvencyRow({ equity, buffer, charges, trades }: DeleveragingProblem): LinearRow {
  return {
    coefficients: trades.map(({ costPerContract }) => costPerContract),
    atMost: equity - (1 + buffer) * charges,
  };
}

function worstRows({ pnl }: DeleveragingProblem): number[] {
  const order = Array.from(pnl, (_, s) => s).sort((a, b) => (pnl[a] ?? NaN) - (pnl[b] ?? NaN) || a - b);
  return order.slice(0, Math.max(FIRST_ROWS_MIN, Math.ceil(FIRST_ROWS_SHARE * pnl.length)));
}

function lack({ coefficients, atMost }: LinearRow, quantities: readonly number[]): number {
  return coefficients.reduce((sum, factor, j) => sum + factor * (quantities[j] ?? 0), -atMost);
}

function isMet(row: LinearRow, quantities: readonly number[]): boolean {
  const size = row.coefficients.reduce((sum, factor, j) => sum + Math.abs(factor * (quantities[j] ?? 0)), 1);
  return lack(row, quantities) <= TOLERANCE * (size + Math.abs(row.atMost));
}

/** Steps of the fallback: each ends a trade, or the lack of the worst row. */
const GREEDY_STEPS_MAX = 10_000;

/** Again and again the trade that relieves the worst row most for its cost, as far as that row needs it. */
function greedy(
  { trades }: DeleveragingProblem,
  rows: readonly LinearRow[],
): DeleveragingSolution | undefined {
  const quantities = trades.map(() => 0);
  for (let step = 0; step < GREEDY_STEPS_MAX; step += 1) {
    const worst = rows.reduce((a, b) => (lack(b, quantities) > lack(a, quantities) ? b : a));
    if (isMet(worst, quantities)) return { quantities, cost: costOf(trades, quantities), method: 'GREEDY' };
    let best: { readonly trade: number; readonly relief: number; readonly worth: number } | undefined;
    for (const [j, { quantityMax, costPerContract }] of trades.entries()) {
      const relief = -(worst.coefficients[j] ?? NaN);
      const worth = relief / Math.max(costPerContract, Number.MIN_VALUE);
      if (relief > 0 && (quantities[j] ?? 0) < quantityMax && worth > (best?.worth ?? 0))
        best = { trade: j, relief, worth };
    }
    if (best === undefined) return undefined;
    const { trade, relief } = best;
    const needed = (lack(worst, quantities) * (1 + TOLERANCE)) / relief;
    quantities[trade] = Math.min((quantities[trade] ?? 0) + needed, trades[trade]?.quantityMax ?? 0);
  }
  return undefined;
}

/** The same share of every position: the smallest that suffices, and what it costs; undefined where all is too little. */
export function proRata(
  problem: DeleveragingProblem,
): { readonly share: number; readonly cost: number } | undefined {
  const { trades } = problem;
  const whole = trades.map(({ isHedge, quantityMax }) => (isHedge ? 0 : quantityMax));
  const rows = [...Array.from(problem.pnl, (_, s) => rowOf(problem, s)), solvencyRow(problem)];
  let low = 0;
  let high = 1;
  for (const row of rows) {
    const slope = row.coefficients.reduce((sum, factor, j) => sum + factor * (whole[j] ?? 0), 0);
    // slope x share <= atMost
    if (slope > 0) high = Math.min(high, row.atMost / slope);
    else if (slope < 0) low = Math.max(low, row.atMost / slope);
    else if (row.atMost < 0) return undefined;
  }
  if (low > high * (1 + TOLERANCE)) return undefined;
  return {
    share: low,
    cost: costOf(
      trades,
      whole.map((quantity) => low * quantity),
    ),
  };
}
