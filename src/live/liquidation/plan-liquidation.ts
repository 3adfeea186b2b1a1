import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { Portfolio } from '../../domain/portfolio.js';
import type { MarginReport } from '../../domain/report.js';
import type { Leg } from '../../domain/simulation.js';
import type { Market } from '../../market/snapshot/market.js';
import { cureRules, type HealthCode } from '../state/ladder.js';
import type { PricedTrades } from './closing-trades.js';
import { closingTrades } from './closing-trades.js';
import { inSlices } from './depth-slices.js';
import { hedgingTrades } from './hedging-trades.js';
import type { LinearSolver } from './linear-program.js';
import type { DeleveragingProblem } from './minimal-cost.js';
import { minimalCost, worstLoss } from './minimal-cost.js';
import { marginAfter, marginsAlong, type PlanCalculator } from './plan-calculator.js';
import { DEFAULT_PLAN_RULES, type LiquidationPlan, type PlanRules, type PlanStep } from './plan-types.js';

/** Rounds that raise the modelled requirement until the exact one is met, and rounds that lower it again. */
const RAISE_ROUNDS = 12;
const RAISE_MIN = 1.02;
const LOWER_ROUNDS = 6;

/**
 * The cheapest closes after which equity covers (1 + buffer) times the maintenance margin. A linear program over the scenario
 * vectors of the positions proposes, with a requirement proportional to the worst loss; the margin model disposes: every proposal
 * is margined from scratch, the modelled requirement is raised until the target is met, and lowered again as far as it stays met.
 * The same share of every position is tried beside it, and hedges where the rules allow them; the cheapest is taken.
 * Nothing is closed while equity covers the maintenance margin. Failures are those of the margin.
 */
export function planLiquidation(
  calculator: PlanCalculator,
  solver: LinearSolver,
  market: Market,
  portfolio: Portfolio,
  rules: PlanRules,
): Outcome<LiquidationPlan> {
  const report = calculator.marginWithVectors(portfolio);
  if (!report.ok) return report;
  if (!isNeeded(report.value)) return success(noPlan(report.value));
  return planTrades(calculator, solver, market, portfolio, report.value, rules);
}

/**
 * The cheapest trades after which an account is past the edges that end its step of the ladder: what `cureAmount` is in cash.
 * Failures are those of the margin.
 */
export function planCure(
  calculator: PlanCalculator,
  solver: LinearSolver,
  market: Market,
  portfolio: Portfolio,
  step: HealthCode,
): Outcome<LiquidationPlan> {
  const report = calculator.marginWithVectors(portfolio);
  if (!report.ok) return report;
  const rules = { ...cureRules(step), lotContracts: DEFAULT_PLAN_RULES.lotContracts, mayHedge: true };
  if (isRestored(report.value, rules)) return success(noPlan(report.value));
  return planTrades(calculator, solver, market, portfolio, report.value, rules);
}

function noPlan(before: MarginReport): LiquidationPlan {
  return { result: 'NOT_NEEDED', before, after: before, steps: [], cost: 0, unquoted: [] };
}

/** The cheapest trades that end where the rules say, whatever the account needs. */
function planTrades(
  calculator: PlanCalculator,
  solver: LinearSolver,
  market: Market,
  portfolio: Portfolio,
  before: MarginReport,
  rules: PlanRules,
): Outcome<LiquidationPlan> {
  const afterAll = (legs: readonly Leg[]): Outcome<MarginReport> => marginAfter(calculator, portfolio, legs);
  const costOf = (leg: Leg): Outcome<number> => {
    const after = afterAll([leg]);
    return after.ok ? success(before.equity - after.value.equity) : after;
  };
  const found = closingTrades(market, portfolio, before, rules, costOf);
  if (!found.ok) return found;
  const closing = found.value;
  if (closing.trades.length === 0)
    return success({ ...noPlan(before), unquoted: closing.unquoted, result: 'CLOSED_OUT' });

  const equityAfter = (legs: readonly Leg[]): number => {
    const after = afterAll(legs);
    return after.ok ? after.value.equity : -Infinity;
  };
  const proposals: Outcome<readonly Leg[] | undefined>[] = [
    cheapestThatHolds(problemOf(before, closing, rules), solver, rules, afterAll, closing),
  ];
  if (rules.mayHedge === true) {
    const hedges = hedgingTrades(calculator, market, portfolio, before.currency, rules, costOf);
    if (!hedges.ok) return hedges;
    const all = {
      trades: [...closing.trades, ...hedges.value.map(({ trade }) => trade)],
      prices: [...closing.prices, ...hedges.value.map(({ price }) => price)],
    };
    proposals.push(cheapestThatHolds(problemOf(before, all, rules), solver, rules, afterAll, all));
  }
  const shares = sameShare(closing, rules, afterAll);
  proposals.push(shares);
  let cheapest: readonly Leg[] | undefined;
  for (const proposal of proposals) {
    if (!proposal.ok) return proposal;
    const legs = proposal.value;
    if (legs === undefined) continue;
    if (cheapest === undefined || equityAfter(legs) > equityAfter(cheapest)) cheapest = legs;
  }
  const proRata = shares.ok ? shares.value : undefined;
  const everything = closing.trades.map(({ quantityMax }) => quantityMax);
  const legs = cheapest ?? legsOf(closing, everything, rules.lotContracts);
  const traded =
    rules.slices === undefined ? success(legs) : inSlices(legs, rules.slices, rules.lotContracts);
  if (!traded.ok) return traded;
  const steps = stepsOf(calculator, portfolio, before, traded.value);
  if (!steps.ok) return steps;
  const after = steps.value.at(-1)?.after ?? before;
  return success({
    result: cheapest === undefined ? 'CLOSED_OUT' : 'RESTORED',
    before,
    after,
    steps: steps.value,
    cost: steps.value.reduce((sum, { cost }) => sum + cost, 0),
    ...(proRata === undefined ? {} : { proRataCost: before.equity - equityAfter(proRata) }),
    unquoted: closing.unquoted,
  });
}

/** The book as its positions' vectors add up, scaled so that its worst loss is the maintenance margin. */
function problemOf(
  before: MarginReport,
  { trades }: PricedTrades,
  { buffer }: PlanRules,
): DeleveragingProblem {
  const vectors = before.positionVectors ?? [];
  const pnl = new Float64Array(vectors[0]?.pnl.length ?? 0);
  for (const vector of vectors) vector.pnl.forEach((value, s) => (pnl[s] = (pnl[s] ?? 0) + value));
  const loss = worstLoss(pnl);
  const scale = loss > 0 ? before.maintenanceMargin / loss : 1;
  return scaled({ equity: before.equity, buffer, pnl, charges: 0, trades }, scale);
}

function scaled(problem: DeleveragingProblem, factor: number): DeleveragingProblem {
  return {
    ...problem,
    pnl: problem.pnl.map((value) => factor * value),
    trades: problem.trades.map((trade) => ({
      ...trade,
      pnlPerContract: trade.pnlPerContract.map((value) => factor * value),
    })),
  };
}

/** Undefined where no proposal is enough. */
function cheapestThatHolds(
  problem: DeleveragingProblem,
  solver: LinearSolver,
  rules: PlanRules,
  afterAll: (legs: readonly Leg[]) => Outcome<MarginReport>,
  closing: PricedTrades,
): Outcome<readonly Leg[] | undefined> {
  const propose = (factor: number): readonly Leg[] | undefined => {
    const solution = minimalCost(solver, scaled(problem, factor));
    return solution && legsOf(closing, solution.quantities, rules.lotContracts);
  };
  let low = 0;
  let factor = 1;
  let enough: readonly Leg[] | undefined;
  for (let round = 0; round < RAISE_ROUNDS && enough === undefined; round += 1) {
    const legs = propose(factor);
    if (legs === undefined) break;
    const state = legs.length === 0 ? undefined : afterAll(legs);
    if (state !== undefined && !state.ok) return state;
    if (state !== undefined && isRestored(state.value, rules)) enough = legs;
    else {
      low = factor;
      factor *= Math.max(RAISE_MIN, state === undefined ? 0 : shortfallFactor(state.value, rules));
    }
  }
  if (enough === undefined) return success(undefined);
  for (let round = 0; round < LOWER_ROUNDS && low > 0; round += 1) {
    const middle = (low + factor) / 2;
    const legs = propose(middle);
    const state = legs === undefined || legs.length === 0 ? undefined : afterAll(legs);
    if (state !== undefined && !state.ok) return state;
    if (legs !== undefined && state !== undefined && isRestored(state.value, rules)) {
      factor = middle;
      enough = legs;
    } else low = middle;
  }
  return success(enough);
}

/** Halvings of the share: a thousandth. */
const SHARE_ROUNDS = 10;

/**
 * The smallest share that is enough when every position is closed by it, as trades; undefined where all is not enough. A rule
 * that is not proportional to the loss, such as a contingency per short option, can make it the cheaper way.
 */
function sameShare(
  closing: PricedTrades,
  rules: PlanRules,
  afterAll: (legs: readonly Leg[]) => Outcome<MarginReport>,
): Outcome<readonly Leg[] | undefined> {
  const at = (share: number): readonly Leg[] => {
    const quantities = closing.trades.map(({ quantityMax }) => share * quantityMax);
    return legsOf(closing, quantities, rules.lotContracts);
  };
  let low = 0;
  let high = 1;
  const whole = afterAll(at(high));
  if (!whole.ok) return whole;
  if (!isRestored(whole.value, rules)) return success(undefined);
  for (let round = 0; round < SHARE_ROUNDS; round += 1) {
    const middle = (low + high) / 2;
    const state = afterAll(at(middle));
    if (!state.ok) return state;
    if (isRestored(state.value, rules)) high = middle;
    else low = middle;
  }
  return success(at(high));
}

/** Nothing is closed in an account that covers its maintenance margin. */
function isNeeded({ maintenanceExcess }: MarginReport): boolean {
  return maintenanceExcess < 0;
}

function isRestored(margins: MarginReport, rules: PlanRules): boolean {
  const { targetInitialExcess = -Infinity } = rules;
  return margins.equity >= equityWanted(margins, rules) && margins.initialExcess >= targetInitialExcess;
}

/** Equity at which the multiple of maintenance margin and the share of the way to initial margin are reached. */
function equityWanted(
  { initialMargin, maintenanceMargin }: MarginReport,
  { buffer, initialShare = 0 }: PlanRules,
): number {
  const way = Math.max(0, initialMargin - maintenanceMargin);
  return Math.max((1 + buffer) * maintenanceMargin, maintenanceMargin + initialShare * way);
}

/** By how much the requirement is above what equity covers; a book whose equity is gone is far from it. */
function shortfallFactor(margins: MarginReport, rules: PlanRules): number {
  const { equity } = margins;
  return equity > 0 ? Math.min(equityWanted(margins, rules) / equity, 2) : 2;
}

/** Closes are rounded up to whole lots, never beyond the position. */
function legsOf({ trades, prices }: PricedTrades, quantities: readonly number[], lot: number): Leg[] {
  return trades.flatMap(({ instrument, direction, quantityMax }, j) => {
    const lots = Math.ceil((quantities[j] ?? 0) / lot - LOT_ROUNDING);
    const contracts = Math.min(Number((lots * lot).toPrecision(15)), quantityMax);
    const price = prices[j];
    return contracts > 0 && price !== undefined
      ? [{ instrument, quantity: direction * contracts, price }]
      : [];
  });
}

/** Part of a lot that is rounding of the solver. */
const LOT_ROUNDING = 1e-7;

/** Margins after every step, in the order of the positions. */
function stepsOf(
  calculator: PlanCalculator,
  portfolio: Portfolio,
  before: MarginReport,
  legs: readonly Leg[],
): Outcome<PlanStep[]> {
  const states = marginsAlong(calculator, portfolio, legs);
  if (!states.ok) return states;
  const held = new Set(portfolio.positions.map(({ instrument }) => instrument));
  const steps = states.value.map((after, index): PlanStep => {
    const leg = legs[index];
    if (leg === undefined) throw new Error('a margin without its trade');
    const { equity } = states.value[index - 1] ?? before;
    return { leg, isHedge: !held.has(leg.instrument), cost: Math.max(equity - after.equity, 0), after };
  });
  return success(steps);
}
