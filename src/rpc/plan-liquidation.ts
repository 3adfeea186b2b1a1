import { createHash } from 'node:crypto';
import type { Amount } from '../domain/money.js';
import { expected, failureUnder } from '../domain/outcome.js';
import type { LiquidationPlan as PlanMessage } from '../gen/margincube/v1/LiquidationPlan.js';
import { loadLinearSolver } from '../live/liquidation/linear-program.js';
import type { LinearSolver } from '../live/liquidation/linear-program.js';
import { planCalculator } from '../live/liquidation/plan-calculator.js';
import { planLiquidation } from '../live/liquidation/plan-liquidation.js';
import { DEFAULT_PLAN_RULES } from '../live/liquidation/plan-types.js';
import type { LiquidationPlan } from '../live/liquidation/plan-types.js';
import { optionalNumber } from '../wire/convert/fields.js';
import { stateToMessage } from '../wire/convert/margin-state.js';
import { codec } from '../wire/schema.js';
import { decodeRequest } from './decode-request.js';
import { failed } from './errors.js';
import { orFail, referencedTerms } from './referenced-book.js';
import type { ServerContext } from './server-context.js';
import type { CallScope } from './with-call.js';

/** Decimals of an amount that is asked of the insurance fund; the rest is rounded up. */
const FUND_DECIMALS = 8;

let solver: Promise<LinearSolver> | undefined;

/**
 * RiskService.PlanLiquidation: closes and hedges after which the initial excess is what the request says. Orders of the book are
 * cancelled before anything is closed, and do not count. Depth beyond the touch is not in a market, so that a share of it is refused.
 */
export async function answerPlanLiquidation(
  context: ServerContext,
  request: Buffer,
  { caller }: CallScope,
): Promise<Buffer> {
  const message = decodeRequest('margincube.v1.PlanLiquidationRequest', request);
  const targetInitialExcess = optionalNumber(message.targetInitialExcess) ?? 0;
  if (!Number.isFinite(targetInitialExcess)) {
    const wanted = expected('a finite number', 'targetInitialExcess', targetInitialExcess);
    throw failed({ reason: 'INVALID_VALUE', field: 'targetInitialExcess', message: wanted });
  }
  if (optionalNumber(message.depthShare) !== undefined) {
    const wanted = expected('nothing: the market holds no depth', 'depthShare', message.depthShare);
    throw failed({ reason: 'UNSUPPORTED', field: 'depthShare', message: wanted });
  }
  solver ??= loadLinearSolver();
  const solve = await solver;
  const { model, market, options, portfolio, accountSeq } = referencedTerms(
    context,
    caller,
    message.calculation,
    message.book,
  );
  const calculator = planCalculator(context.engine, { model, market }, options.allowApproximations);
  const rules = { ...DEFAULT_PLAN_RULES, buffer: 0, targetInitialExcess, mayHedge: true };
  const book = { ...portfolio, openOrders: [] };
  const plan = orFail(
    planLiquidation(calculator, solve, market, book, rules),
    (failure) => failureUnder('book.portfolio', failure).failure,
  );
  if (plan.result === 'NOT_NEEDED') return codec('margincube.v1.PlanLiquidationResponse').encode({});
  const cause = [portfolio.accountId, accountSeq, market.hash, model.parameterHash, targetInitialExcess];
  return codec('margincube.v1.PlanLiquidationResponse').encode({
    plan: {
      planId: createHash('sha256').update(JSON.stringify(cause)).digest('hex'),
      accountId: portfolio.accountId,
      epoch: market.epoch,
      ...planMessage(plan),
    },
  });
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
