import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { marginsOn, model } from '../support/margins.js';
import { book, cash, optionName, sampleMarket } from '../support/sample-market.js';

const { reportOf } = marginsOn(loadKernels());
const market = sampleMarket();
const PERPETUAL = 'BTC-USDC-PERPETUAL';

describe('es', () => {
  it('is the mean of the worst draws, and nothing else', () => {
    const held = book(
      [
        { instrument: PERPETUAL, quantity: 1 },
        { instrument: optionName(30, 100_000, 'CALL', true), quantity: -2 },
      ],
      [cash('USDC', 1e5)],
    );
    const report = reportOf(market, model('es'), held, { includeScenarioVector: true });
    const losses = (report.scenarioVector ?? []).map(({ pnl }) => -pnl).sort((a, b) => b - a);
    expect(losses).toHaveLength(10_000);
    const worst = losses.slice(0, 100).reduce((sum, loss) => sum + loss, 0) / 100;
    expect(Math.abs(report.initialMargin - worst)).toBeLessThan(1e-9 * worst);
    expect(report.maintenanceMargin).toBeCloseTo(0.8 * worst, 6);
    expect(report.tailStatistics?.valueAtRisk).toBeCloseTo(losses[99] ?? NaN, 6);
    expect(report.components.map(({ name }) => name)).toEqual(['expected_shortfall']);
  });

  it('a book that gains in its whole tail needs nothing, never less', () => {
    const spread = book([{ instrument: optionName(30, 100_000, 'CALL', true), quantity: 1e-9 }]);
    expect(reportOf(market, model('es'), spread).initialMargin).toBeGreaterThanOrEqual(0);
  });
});
