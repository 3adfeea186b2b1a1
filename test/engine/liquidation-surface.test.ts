import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/domain/portfolio.js';
import type { LiquidationSurface, SurfaceShocks } from '../../src/engine/liquidation-surface.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { moveUnderlying } from '../../src/market/snapshot/derived-market.js';
import { MODELS_UNDER_TEST } from '../support/every-model.js';
import { marginsOn, model } from '../support/margins.js';
import { book, cash, optionName, sampleMarket } from '../support/sample-market.js';

const kernels = loadKernels();
const engine = new MarginEngine(kernels);
const { reportOf } = marginsOn(kernels);
const market = sampleMarket();
const pm2 = model('derive-pm2');
const strangle = (isLinear: boolean): Position[] => [
  { instrument: optionName(30, 110_000, 'CALL', isLinear), quantity: -2 },
  { instrument: optionName(30, 80_000, 'PUT', isLinear), quantity: -2 },
];
const SHORT_STRANGLE = book(strangle(true), [cash('USDC', 60_000)]);

function surface(portfolio = SHORT_STRANGLE, shocks: Partial<SurfaceShocks> = {}): LiquidationSurface {
  const outcome = engine.liquidationSurfaces({
    model: pm2,
    market,
    portfolio,
    shocks: { spot: [-0.2, 0, 0.2], volatility: [-0.4, 0, 0.8], ...shocks },
    allowApproximations: false,
  });
  if (!outcome.ok) throw new Error(`${outcome.failure.field}: ${outcome.failure.message}`);
  const [first] = outcome.value;
  if (first === undefined) throw new Error('no surface');
  return first;
}

describe('liquidation surface', () => {
  it('holds at every point what a calculation on the moved market says', () => {
    const { levels, spotShocks } = surface();
    for (const { volatilityShock, maintenanceExcess } of levels) {
      for (const [index, shock] of spotShocks.entries()) {
        const move = { underlying: 0, spotFactor: 1 + shock, volatilityFactor: 1 + volatilityShock };
        const report = reportOf(moveUnderlying(market, move), pm2, SHORT_STRANGLE);
        expect(maintenanceExcess[index]).toBeCloseTo(report.maintenanceExcess, 6);
      }
    }
  });

  it('brings the prices of a short strangle nearer as volatility rises, and has those of the report at no move', () => {
    const [calm, present, wild] = surface().levels.map(({ rootsUsd }) => rootsUsd);
    const report = reportOf(market, pm2, SHORT_STRANGLE, { includeLiquidationPrices: true });
    expect(present).toEqual(report.liquidationPrices?.[0]?.rootsUsd);
    expect(present).toHaveLength(2);
    expect(calm?.[0]).toBeLessThan(present?.[0] ?? NaN);
    expect(wild?.[0]).toBeGreaterThan(present?.[0] ?? NaN);
    expect(calm?.[1]).toBeGreaterThan(present?.[1] ?? NaN);
    expect(wild?.[1]).toBeLessThan(present?.[1] ?? NaN);
  });

  it('has one entry per underlying of the book, positions and orders', () => {
    const order = {
      orderId: 'a',
      instrument: 'ETH-USDC-PERPETUAL',
      side: 'BUY' as const,
      quantity: 1,
      limitPrice: 3_000,
    };
    const outcome = engine.liquidationSurfaces({
      model: model('okx-pm'),
      market,
      portfolio: { ...book(strangle(true), [cash('USDC', 60_000)]), openOrders: [order] },
      shocks: { spot: [0], volatility: [0] },
      allowApproximations: true,
    });
    expect(outcome.ok && outcome.value.map(({ underlying }) => underlying)).toEqual(['BTC', 'ETH']);
  });

  it.each([
    [{ spot: [] }, 'shocks.spot'],
    [{ spot: [0, -1] }, 'shocks.spot[1]'],
    [{ volatility: [NaN] }, 'shocks.volatility[0]'],
    [{ volatility: new Array<number>(42).fill(0) }, 'shocks.volatility'],
  ] satisfies [Partial<SurfaceShocks>, string][])('%#: refuses moves that are none', (shocks, field) => {
    expect(() => surface(SHORT_STRANGLE, shocks)).toThrow(field);
  });

  it('fails as the margin does', () => {
    expect(() => surface(book([{ instrument: 'nothing', quantity: 1 }]))).toThrow('positions[0].instrument');
  });
});

describe.each(MODELS_UNDER_TEST)('$name', ({ model: by, market: doubtful, balance }) => {
  const isLinear = balance(1).asset === 'USDC';
  const held = book(strangle(isLinear), [balance(isLinear ? 60_000 : 1)]);

  it('has liquidation prices, and a market that does not move has the excess of the report', () => {
    const report = reportOf(doubtful, by, held, {
      includeLiquidationPrices: true,
      allowApproximations: true,
    });
    expect(report.warnings.filter((warning) => warning.includes('liquidation'))).toEqual([]);
    expect(report.liquidationPrices?.[0]?.rootsUsd.length).toBeGreaterThan(0);
    const outcome = engine.liquidationSurfaces({
      model: by,
      market: doubtful,
      portfolio: held,
      shocks: { spot: [0], volatility: [0] },
      allowApproximations: true,
    });
    const excess = outcome.ok ? (outcome.value[0]?.levels[0]?.maintenanceExcess[0] ?? NaN) : NaN;
    expect(Math.abs(excess - report.maintenanceExcess)).toBeLessThanOrEqual(
      1e-9 * Math.abs(report.maintenanceExcess),
    );
  });
});
