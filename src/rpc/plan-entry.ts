/** What the thread of liquidation plans runs: a plan takes hundreds of margins and a linear program, which no other call should wait for. */
import { createHash } from 'node:crypto';
import { threadId } from 'node:worker_threads';
import type { Amount } from '../domain/money.js';
import type { Outcome } from '../domain/outcome.js';
import { failureUnder, success } from '../domain/outcome.js';
import type { Portfolio } from '../domain/portfolio.js';
import { MarginEngine } from '../engine/margin-engine.js';
import type { HedgeSuggestion } from '../gen/margincube/v1/HedgeSuggestion.js';
import type { LiquidationPlan as PlanMessage } from '../gen/margincube/v1/LiquidationPlan.js';
import { loadKernels } from '../kernel/load-kernels.js';
import { MARKET_TABLES_CACHED_MAX } from '../limits.js';
import { loadLinearSolver, type LinearSolver } from '../live/liquidation/linear-program.js';
import {
  planCalculator,
  PlanStopped,
  untilStopped,
  type PlanCalculator,
} from '../live/liquidation/plan-calculator.js';
import { planCure, planLiquidation } from '../live/liquidation/plan-liquidation.js';
import { DEFAULT_PLAN_RULES } from '../live/liquidation/plan-types.js';
import type { LiquidationPlan } from '../live/liquidation/plan-types.js';
import type { Market } from '../market/snapshot/market.js';
import { MarketTableCache } from '../market/snapshot/market-table.js';
import { openMarket } from '../market/snapshot/shared-market.js';
import { resolveModel } from '../models/catalogue.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import { decodePortfolio } from '../pool/calculate-slices.js';
import { stopQuestion } from '../pool/cancellation.js';
import { preciseNowMs, taskTimes } from '../pool/tasks.js';
import { stateToMessage } from '../wire/convert/margin-state.js';
import { codec } from '../wire/schema.js';
import type { CureTask, LiquidationTask, PlanResult, PlanTask } from './plan-thread.js';

/** Decimals of an amount that is asked of the insurance fund; the rest is rounded up. */
const FUND_DECIMALS = 8;

const engine = new MarginEngine(loadKernels());
const tables = new MarketTableCache(MARKET_TABLES_CACHED_MAX);
const loadedSolver = loadLinearSolver();

/** What a book is planned on. */
interface Planned {
  readonly solver: LinearSolver;
  readonly portfolio: Portfolio;
  readonly model: ResolvedModel;
  readonly market: Market;
  readonly calculator: PlanCalculator;
}

type Plan = Uint8Array | HedgeSuggestion | undefined;

export default async function run(task: PlanTask): Promise<PlanResult<Plan>> {
  const startedAtMs = preciseNowMs();
  const planned = planUntilStopped(task, await loadedSolver);
  return { planned, ...taskTimes(threadId, task.queuedAtMs, startedAtMs) };
}

/** A plan that nobody waits for any more is not begun, and ends at its next margin or linear program. */
function planUntilStopped(task: PlanTask, solve: LinearSolver): Outcome<Plan> | 'STOPPED' {
  const isStopped = stopQuestion(task.stop);
  if (isStopped()) return 'STOPPED';
  try {
    return plan(task, solve, isStopped);
  } catch (error) {
    if (error instanceof PlanStopped) return 'STOPPED';
    throw error;
  }
}

function plan(task: PlanTask, solve: LinearSolver, isStopped: () => boolean): Outcome<Plan> {
  const portfolio = decodePortfolio(Buffer.from(task.portfolio));
  if (!portfolio.ok) return portfolio;
  const model = resolveModel(task.model);
  if (!model.ok) return model;
  const market = openMarket(task.market, tables);
  const margins = planCalculator(engine, { model: model.value, market }, task.allowApproximations);
  const stoppable = untilStopped(margins, solve, isStopped);
  const on = { ...stoppable, portfolio: portfolio.value, model: model.value, market };
  return task.kind === 'CURE' ? cure(task, on) : liquidate(task, on);
}

/** The bytes of a PlanLiquidationResponse; failures name the field of the request. */
function liquidate(
  { targetInitialExcess, accountSeq, slices }: LiquidationTask,
  { solver, portfolio, model, market, calculator }: Planned,
): Outcome<Uint8Array> {
  const rules = {
    ...DEFAULT_PLAN_RULES,
    ...{ buffer: 0, targetInitialExcess, mayHedge: true },
    ...(slices === undefined ? {} : { slices }),
  };
  const planned = planLiquidation(calculator, solver, market, portfolio, rules);
  if (!planned.ok) return failureUnder('book.portfolio', planned.failure);
  const { encode } = codec('margincube.v1.PlanLiquidationResponse');
  if (planned.value.result === 'NOT_NEEDED') return success(encode({}));
  const { accountId } = portfolio;
  // Depth is no part of a market and of its hash.
  const depth = slices === undefined ? [] : [[...slices]];
  const cause = [accountId, accountSeq, market.hash, model.parameterHash, targetInitialExcess, ...depth];
  const planId = createHash('sha256').update(JSON.stringify(cause)).digest('hex');
  return success(encode({ plan: { planId, accountId, epoch: market.epoch, ...planMessage(planned.value) } }));
}

function cure(
  { step }: CureTask,
  { solver, portfolio, market, calculator }: Planned,
): Outcome<HedgeSuggestion | undefined> {
  const planned = planCure(calculator, solver, market, portfolio, step);
  if (!planned.ok) return planned;
  const { result, steps, cost, after } = planned.value;
  if (result !== 'RESTORED') return success(undefined);
  return success({ legs: steps.map(({ leg }) => leg), cost, after: stateToMessage(after, false) });
}

function planMessage({ before, after, steps, cost }: LiquidationPlan): PlanMessage {
  return {
    steps: steps.map((step) => ({
      leg: { instrument: step.leg.instrument, quantity: step.leg.quantity },
      limitPrice: step.leg.price ?? 0,
      cost: step.cost,
      hedge: step.isHedge,
      after: stateToMessage(step.after, false),
    })),
    cost,
    before: stateToMessage(before, false),
    after: stateToMessage(after, false),
    currency: before.currency,
    // What is owed is owed whole: the last unit is rounded up.
    ...(after.equity < 0 ? { fundDraw: owed(before.currency, -after.equity) } : {}),
  };
}

function owed(asset: string, value: number): Amount {
  const scale = 10 ** FUND_DECIMALS;
  return { asset, units: String(BigInt(Math.ceil(value * scale))), decimals: FUND_DECIMALS };
}
