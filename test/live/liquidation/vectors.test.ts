/** The published and computed cases of liquidation. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { deleveragingQueue } from '../../../src/live/liquidation/auto-deleveraging.js';
import type { LinearSolver } from '../../../src/live/liquidation/linear-program.js';
import { loadLinearSolver } from '../../../src/live/liquidation/linear-program.js';
import type { DeleveragingProblem } from '../../../src/live/liquidation/minimal-cost.js';
import { minimalCost, pnlAfter, proRata, worstLoss } from '../../../src/live/liquidation/minimal-cost.js';
import { perpetualLiquidationPrice } from '../../../src/live/liquidation/perpetual-liquidation-price.js';
import { vectorsFolder } from '../../support/folders.js';

interface LinearCase {
  readonly name: string;
  readonly equity: number;
  readonly positions: readonly number[];
  readonly scenarioPnlPerUnit: readonly (readonly number[])[];
  readonly costPerUnit: readonly number[];
  readonly buffer: number;
  readonly mmBefore: number;
  readonly feasible: boolean;
  readonly closeQty?: readonly number[];
  readonly cost?: number;
  readonly mmAfter?: number;
  readonly equityAfter?: number;
  readonly proRataFraction?: number;
  readonly proRataCost?: number;
}

interface Cases {
  readonly minimal_cost_lp: readonly LinearCase[];
  readonly adl: {
    readonly clients: readonly { readonly id: number; readonly pnlPct: number; readonly leverage: number }[];
    readonly order: readonly number[];
  };
  readonly perp_liquidation_price: readonly {
    readonly mark: number;
    readonly side: 1 | -1;
    readonly marginAvailable: number;
    readonly size: number;
    readonly maintenanceLeverage: number;
    readonly liqPrice: number;
  }[];
}

const folder = vectorsFolder();

describe.runIf(folder !== undefined)('liquidation.json', () => {
  const file = path.join(folder ?? '', 'liquidation', 'liquidation.json');
  const cases = folder === undefined ? undefined : (JSON.parse(readFileSync(file, 'utf8')) as Cases);
  let solver: LinearSolver;
  beforeAll(async () => {
    solver = await loadLinearSolver();
  });

  it.each(cases?.minimal_cost_lp ?? [])('minimal cost: $name', (given) => {
    const problem = problemOf(given);
    expect(worstLoss(problem.pnl)).toBeCloseTo(given.mmBefore, 9);
    const solution = minimalCost(solver, problem);
    if (!given.feasible) {
      expect(solution).toBeUndefined();
      return;
    }
    expect(solution?.method).toBe('LINEAR_PROGRAM');
    const { quantities, cost } = solution!;
    expect(Math.abs(cost - given.cost!)).toBeLessThanOrEqual(1e-6);
    given.closeQty!.forEach((quantity, j) => {
      expect(Math.abs(quantities[j]! - quantity)).toBeLessThanOrEqual(1e-6);
    });
    expect(worstLoss(pnlAfter(problem, quantities))).toBeCloseTo(given.mmAfter!, 5);
    expect(given.equity - cost).toBeCloseTo(given.equityAfter!, 5);
    const shares = proRata(problem)!;
    expect(shares.share).toBeCloseTo(given.proRataFraction!, 9);
    expect(shares.cost).toBeCloseTo(given.proRataCost!, 6);
    expect(cost).toBeLessThanOrEqual(shares.cost + 1e-9);
  });

  it('the fallback reaches the target too, at no less cost', () => {
    for (const given of cases!.minimal_cost_lp.filter(({ feasible }) => feasible)) {
      const problem = problemOf(given);
      const solution = minimalCost(() => undefined, problem)!;
      expect(solution.method).toBe('GREEDY');
      expect(solution.cost).toBeGreaterThanOrEqual(given.cost! - 1e-6);
      const loss = worstLoss(pnlAfter(problem, solution.quantities));
      expect(given.equity - solution.cost).toBeGreaterThanOrEqual((1 + given.buffer) * loss * (1 - 1e-6));
    }
  });

  it('queues accounts by profit times leverage', () => {
    const { clients, order } = cases!.adl;
    const queue = deleveragingQueue(
      clients.map(({ id, pnlPct, leverage }) => ({ accountId: String(id), pnlPercent: pnlPct, leverage })),
    );
    expect(queue.map(({ accountId }) => Number(accountId))).toEqual(order);
  });

  it('finds the liquidation prices of single positions', () => {
    for (const { liqPrice, ...position } of cases!.perp_liquidation_price)
      expect(Math.abs(perpetualLiquidationPrice(position) / liqPrice - 1)).toBeLessThanOrEqual(1e-9);
  });
});

function problemOf(given: LinearCase): DeleveragingProblem {
  const { positions, scenarioPnlPerUnit } = given;
  return {
    equity: given.equity,
    buffer: given.buffer,
    charges: 0,
    pnl: Float64Array.from(scenarioPnlPerUnit, (row) =>
      row.reduce((sum, value, j) => sum + value * positions[j]!, 0),
    ),
    trades: positions.map((quantity, j) => ({
      instrument: String(j),
      direction: quantity > 0 ? -1 : 1,
      isHedge: false,
      quantityMax: Math.abs(quantity),
      costPerContract: given.costPerUnit[j]!,
      pnlPerContract: Float64Array.from(scenarioPnlPerUnit, (row) => row[j]!),
    })),
  };
}
