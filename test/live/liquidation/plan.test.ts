/** Plans for books of the sample market, margined by the engine itself. */
import path from 'node:path';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../../src/cli/engine.js';
import { readSnapshot } from '../../../src/cli/market-file.js';
import { unwrap, type Outcome } from '../../../src/domain/outcome.js';
import type { Portfolio } from '../../../src/domain/portfolio.js';
import type { Leg, PathMargin } from '../../../src/domain/simulation.js';
import { DEFAULT_REPORT_OPTIONS } from '../../../src/engine/margin-engine-types.js';
import { LEGS_PER_PATH_MAX } from '../../../src/limits.js';
import type { LinearSolver } from '../../../src/live/liquidation/linear-program.js';
import { loadLinearSolver } from '../../../src/live/liquidation/linear-program.js';
import { planCalculator, PlanStopped, untilStopped } from '../../../src/live/liquidation/plan-calculator.js';
import { planCure, planLiquidation } from '../../../src/live/liquidation/plan-liquidation.js';
import type { LiquidationPlan, PlanRules } from '../../../src/live/liquidation/plan-types.js';
import { DEFAULT_PLAN_RULES } from '../../../src/live/liquidation/plan-types.js';
import { CODE, cureAmount } from '../../../src/live/state/ladder.js';
import { black76Price } from '../../../src/kernel/reference/black76.js';
import type { Market } from '../../../src/market/snapshot/market.js';
import { resolveMarket } from '../../../src/market/snapshot/resolve-market.js';
import { resolveModel } from '../../../src/models/catalogue.js';
import { REPOSITORY } from '../../support/folders.js';

const market = quotedMarket();
const engine = createEngine(undefined);
const model = unwrap(resolveModel({ name: 'derive-pm2' }));
const calculator = planCalculator(engine, { model, market });

/** The sample market with quotes around its perpetuals, and around the value of its options in dollars, 4 % of it apart and more in the wings. */
function quotedMarket(): Market {
  const snapshot = readSnapshot(path.join(REPOSITORY, 'examples', 'market.json'));
  const { table, columns, timeMs } = unwrap(resolveMarket(snapshot));
  const instruments = snapshot.instruments.map((quote, i) => {
    const { instrument } = quote;
    if (instrument.kind === 'PERPETUAL' && quote.markPrice !== undefined)
      return { ...quote, bidPrice: quote.markPrice * 0.9999, askPrice: quote.markPrice * 1.0001 };
    if (instrument.kind !== 'OPTION' || instrument.settlementCurrency !== 'USDC') return quote;
    const index = table.instrumentIndex.get(instrument.name) ?? i;
    const forward = columns.forward[columns.expiry[index]!]!;
    const years = (instrument.expiryMs - timeMs) / (365 * 86_400_000);
    const isCall = instrument.optionType === 'CALL';
    const value = black76Price(isCall, forward, instrument.strike, columns.volatility[index]!, years);
    const half = 0.02 * value + 5 + 0.0005 * Math.abs(instrument.strike - forward);
    return value > 2 * half ? { ...quote, bidPrice: value - half, askPrice: value + half } : quote;
  });
  return unwrap(resolveMarket({ ...snapshot, instruments }));
}

/** Options of one underlying that are quoted on both sides, nearest expiries first. */
const quoted = market.table.instruments.flatMap((terms, i) =>
  terms.kind === 'OPTION' &&
  terms.settlementCurrency === 'USDC' &&
  terms.underlying === 'BTC' &&
  market.columns.bidPrice[i]! > 0 &&
  market.columns.askPrice[i]! > 0
    ? [terms.name]
    : [],
);

function bookOf(positions: readonly (readonly [string, number])[], cashUsdc: number): Portfolio {
  return {
    accountId: 'account',
    positions: positions.map(([instrument, quantity]) => ({ instrument, quantity })),
    balances: [{ asset: 'USDC', units: BigInt(Math.round(cashUsdc * 1e6)).toString(), decimals: 6 }],
    openOrders: [],
    mmpGroups: [],
  };
}

/** What an execution in these steps goes through, by the engine's own path. */
function pathOf(portfolio: Portfolio, legs: readonly Leg[]): PathMargin {
  return unwrap(engine.path({ model, market, portfolio, legs, options: DEFAULT_REPORT_OPTIONS }));
}

/** The same book with as much cash as leaves equity at `share` of its maintenance margin. */
function poorBook(positions: readonly (readonly [string, number])[], share: number): Portfolio {
  const { equity, maintenanceMargin } = unwrap(calculator.margin(bookOf(positions, 0)));
  return bookOf(positions, share * maintenanceMargin - equity);
}

const anyPositions = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...quoted), fc.integer({ min: -40, max: 25 })), {
    minLength: 2,
    maxLength: 8,
    selector: ([name]) => name,
  })
  .map((rows) => rows.filter(([, quantity]) => quantity !== 0))
  .filter((rows) => rows.some(([, quantity]) => quantity < 0));

describe('a liquidation plan', () => {
  let solver: LinearSolver;
  beforeAll(async () => {
    solver = await loadLinearSolver();
  });
  const planFor = (portfolio: Portfolio, rules: PlanRules = DEFAULT_PLAN_RULES): LiquidationPlan =>
    unwrap(planLiquidation(calculator, solver, market, portfolio, rules));

  it('closes nothing while equity covers the maintenance margin', () => {
    fc.assert(
      fc.property(anyPositions, fc.double({ min: 1.0001, max: 3, noNaN: true }), (positions, share) => {
        const portfolio = poorBook(positions, share);
        fc.pre(unwrap(calculator.margin(portfolio)).maintenanceExcess >= 0);
        expect(planFor(portfolio)).toMatchObject({ result: 'NOT_NEEDED', steps: [], cost: 0 });
      }),
      { seed: 51, numRuns: 15 },
    );
  });

  it('reaches its target on the exact margin or closes all, and never more than is held', () => {
    const results = new Map<string, number>();
    fc.assert(
      fc.property(anyPositions, fc.double({ min: 0.3, max: 0.99, noNaN: true }), (positions, share) => {
        const portfolio = poorBook(positions, share);
        const before = unwrap(calculator.margin(portfolio));
        fc.pre(before.maintenanceExcess < 0 && before.equity > 0);
        const plan = planFor(portfolio);
        results.set(plan.result, (results.get(plan.result) ?? 0) + 1);
        for (const { leg, cost } of plan.steps) {
          const held = positions.find(([name]) => name === leg.instrument)![1];
          expect(Math.sign(leg.quantity)).toBe(-Math.sign(held));
          expect(Math.abs(leg.quantity)).toBeLessThanOrEqual(Math.abs(held));
          expect(cost).toBeGreaterThanOrEqual(0);
        }
        if (plan.result === 'RESTORED') {
          const legs = plan.steps.map(({ leg }) => leg);
          const { after } = pathOf(portfolio, legs);
          expect(after).toEqual(plan.after);
          expect(after.equity).toBeGreaterThanOrEqual(1.15 * after.maintenanceMargin);
          expect(before.equity - after.equity).toBeCloseTo(plan.cost, 4);
        } else {
          const closed = new Map(plan.steps.map(({ leg }) => [leg.instrument, -leg.quantity]));
          for (const [name, quantity] of positions) expect(closed.get(name)).toBe(quantity);
        }
      }),
      { seed: 52, numRuns: 25 },
    );
    process.stdout.write(`liquidation plans: ${JSON.stringify(Object.fromEntries(results))}\n`);
    expect(results.get('RESTORED')).toBeGreaterThan(0);
  });

  it('costs no more than the same share of every position that reaches the target', () => {
    fc.assert(
      fc.property(anyPositions, (positions) => {
        const portfolio = poorBook(positions, 0.9);
        fc.pre(unwrap(calculator.margin(portfolio)).maintenanceExcess < 0);
        const plan = planFor(portfolio);
        fc.pre(plan.result === 'RESTORED');
        const legsAt = (share: number) =>
          positions.map(([instrument, quantity]) => {
            const i = market.table.instrumentIndex.get(instrument)!;
            const price = quantity > 0 ? market.columns.bidPrice[i]! : market.columns.askPrice[i]!;
            return { instrument, quantity: -share * quantity, price };
          });
        for (let percent = 1; percent <= 100; percent += 2) {
          const { before, after } = pathOf(portfolio, legsAt(percent / 100));
          if (after.equity < 1.15 * after.maintenanceMargin) continue;
          // Each leg may be rounded up by one lot.
          const lots = positions.reduce((sum, [instrument]) => {
            const i = market.table.instrumentIndex.get(instrument)!;
            return sum + 0.01 * (market.columns.askPrice[i]! - market.columns.bidPrice[i]!);
          }, 0);
          expect(plan.cost).toBeLessThanOrEqual(before.equity - after.equity + lots);
          return;
        }
      }),
      { seed: 53, numRuns: 10 },
    );
  });

  it('gives the same plan again, and keeps within the depth that it is told', () => {
    const positions = [
      [quoted[0]!, -20],
      [quoted[5]!, -10],
    ] as const;
    const portfolio = poorBook(positions, 0.8);
    const plan = planFor(portfolio);
    expect(planFor(portfolio)).toEqual(plan);
    const quantityMax = new Map([[quoted[0]!, 1]]);
    const bounded = planFor(portfolio, { ...DEFAULT_PLAN_RULES, quantityMax });
    for (const { leg } of bounded.steps)
      if (leg.instrument === quoted[0]) expect(Math.abs(leg.quantity)).toBeLessThanOrEqual(1);
  });

  it('hedges where that is cheaper, and never makes a plan dearer', () => {
    let hedged = 0;
    fc.assert(
      fc.property(anyPositions, fc.double({ min: 0.6, max: 0.99, noNaN: true }), (positions, share) => {
        const portfolio = poorBook(positions, share);
        fc.pre(unwrap(calculator.margin(portfolio)).maintenanceExcess < 0);
        const closes = planFor(portfolio);
        const hedges = planFor(portfolio, { ...DEFAULT_PLAN_RULES, mayHedge: true });
        if (hedges.steps.some(({ isHedge }) => isHedge)) hedged += 1;
        if (closes.result !== 'RESTORED') return;
        expect(hedges.result).toBe('RESTORED');
        expect(hedges.cost).toBeLessThanOrEqual(closes.cost * (1 + 1e-9));
        expect(hedges.after.equity).toBeGreaterThanOrEqual(1.15 * hedges.after.maintenanceMargin);
      }),
      { seed: 54, numRuns: 6 },
    );
    expect(hedged).toBeGreaterThan(0);
  });

  it('cures a step with trades past the edges that cash would have to reach, and leaves a book alone that is past them', () => {
    let cured = 0;
    fc.assert(
      fc.property(
        anyPositions,
        fc.constantFrom(CODE.RESTRICTED, CODE.CALL, CODE.LIQUIDATE, CODE.BACKSTOP),
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        (positions, step, depth) => {
          const { equity, ...margins } = unwrap(calculator.margin(bookOf(positions, 0)));
          // That far from 0 to where the step ends.
          const edge = cureAmount(step, { ...margins, equity: 0 });
          const portfolio = bookOf(positions, depth * edge - equity);
          const plan = unwrap(planCure(calculator, solver, market, portfolio, step));
          expect(plan.result).not.toBe('NOT_NEEDED');
          if (plan.result !== 'RESTORED') return;
          cured += 1;
          const legs = plan.steps.map(({ leg }) => leg);
          const { after } = pathOf(portfolio, legs);
          expect(after).toEqual(plan.after);
          expect(cureAmount(step, after)).toBeLessThanOrEqual(1e-9 * after.initialMargin);
          const rich = bookOf(positions, 1.001 * edge - equity);
          expect(unwrap(planCure(calculator, solver, market, rich, step)).result).toBe('NOT_NEEDED');
        },
      ),
      { seed: 55, numRuns: 12 },
    );
    expect(cured).toBeGreaterThan(3);
  });

  it('closes all of an account that nothing restores, and says so', () => {
    const positions = [
      [quoted[0]!, -20],
      [quoted[5]!, -10],
    ] as const;
    const plan = planFor(poorBook(positions, -1));
    expect(plan.result).toBe('CLOSED_OUT');
    expect(plan.steps.map(({ leg }) => [leg.instrument, -leg.quantity])).toEqual(positions);
    expect(plan.after.equity).toBeLessThan(0);
    expect(plan.after.maintenanceMargin).toBe(0);
    expect(plan.proRataCost).toBeUndefined();
  });

  it('reaches the initial excess that it is told', () => {
    const portfolio = poorBook([[quoted[0]!, -20]], 0.9);
    const plan = planFor(portfolio, { ...DEFAULT_PLAN_RULES, buffer: 0, targetInitialExcess: 1_000 });
    expect(plan.result).toBe('RESTORED');
    expect(plan.after.initialExcess).toBeGreaterThanOrEqual(1_000);
  });

  it('closes more positions than an execution that is asked about may have, each step with its margins', () => {
    const positions = quoted.slice(0, LEGS_PER_PATH_MAX + 20).map((name) => [name, -1] as const);
    const portfolio = poorBook(positions, -1);
    const plan = planFor(portfolio);
    expect(plan.result).toBe('CLOSED_OUT');
    expect(plan.steps.map(({ leg }) => leg.instrument)).toEqual(positions.map(([name]) => name));
    for (const count of [1, 7, LEGS_PER_PATH_MAX]) {
      const legs = plan.steps.slice(0, count).map(({ leg }) => leg);
      expect(plan.steps[count - 1]!.after).toEqual(pathOf(portfolio, legs).after);
    }
    expect(plan.steps.at(-1)!.after).toEqual(plan.after);
    expect(plan.after.maintenanceMargin).toBe(0);
  });

  it('stops at the next margin or linear program, whenever it is told', () => {
    const portfolio = poorBook(
      quoted.slice(0, 6).map((name) => [name, -5] as const),
      0.8,
    );
    let asked = 0;
    const planUntil = (questions: number): Outcome<LiquidationPlan> => {
      asked = 0;
      const stoppable = untilStopped(calculator, solver, () => (asked += 1) > questions);
      return planLiquidation(stoppable.calculator, stoppable.solver, market, portfolio, DEFAULT_PLAN_RULES);
    };
    expect(planUntil(Infinity).ok).toBe(true);
    const all = asked;
    expect(all).toBeGreaterThan(20);
    for (let questions = 0; questions < all; questions += 1) {
      expect(() => planUntil(questions)).toThrow(PlanStopped);
      expect(asked).toBe(questions + 1);
    }
    expect(planUntil(all).ok).toBe(true);
  });
});
