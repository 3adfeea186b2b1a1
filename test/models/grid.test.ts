import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import { findParameterSet, listModels, modelFromFile } from '../../src/models/catalogue.js';
import { model, outcomeOf, reportOf } from '../support/margins.js';
import { book, cash, NOW_MS, optionName, sampleMarket } from '../support/sample-market.js';

const market = sampleMarket();
const aevo = model('grid@aevo');
const allow = { allowApproximations: true };
const CALL = optionName(30, 110_000, 'CALL', true);
const PUT = optionName(30, 80_000, 'PUT', true);
const PERPETUAL = 'BTC-USDC-PERPETUAL';

describe('grid', () => {
  it('equals a calculation by hand: aevo, short strangle, points on volatility', () => {
    const report = reportOf(
      market,
      aevo,
      book([
        { instrument: CALL, quantity: -2 },
        { instrument: PUT, quantity: -3 },
      ]),
      {
        ...allow,
        includeScenarioVector: true,
      },
    );
    const { expiry, forward, volatility, strike, expiryMs } = market.columns;
    const price = (name: string, isCall: number, move: number, points: number): number => {
      const row = market.table.instrumentIndex.get(name) ?? -1;
      const at = expiry[row] ?? -1;
      const out = new Float64Array(1);
      createReferenceKernels().black76Price(
        {
          count: 1,
          isCall: Uint8Array.of(isCall),
          forward: Float64Array.of((forward[at] ?? NaN) * (1 + move)),
          strike: Float64Array.of(strike[row] ?? NaN),
          volatility: Float64Array.of((volatility[row] ?? NaN) + points),
          timeToExpiryYears: Float64Array.of(((expiryMs[at] ?? NaN) - NOW_MS) / (365 * 86_400_000)),
        },
        out,
      );
      return out[0] ?? NaN;
    };
    const expected = [-0.2, -0.1, 0, 0.1, 0.2].flatMap((move) =>
      [0.5, 0, -0.25].map(
        (points) =>
          -2 * (price(CALL, 1, move, points) - price(CALL, 1, 0, 0)) -
          3 * (price(PUT, 0, move, points) - price(PUT, 0, 0, 0)),
      ),
    );
    const actual = report.scenarioVector?.map(({ pnl }) => pnl) ?? [];
    expect(actual).toHaveLength(15);
    actual.forEach((pnl, index) => {
      expect(pnl).toBeCloseTo(expected[index] ?? NaN, 8);
    });
    expect(report.initialMargin).toBeCloseTo(-Math.min(...expected), 8);
    expect(report.quality).toBe('UNAVAILABLE');
  });

  it('every preset margins a book where approximations are allowed and says what is not public', () => {
    const sets = listModels().find(({ id }) => id === 'grid')?.parameterSets ?? [];
    expect(sets.length).toBeGreaterThanOrEqual(8);
    const held = book(
      [
        { instrument: CALL, quantity: -2 },
        { instrument: PERPETUAL, quantity: 1 },
      ],
      [cash('USDC', 1e5)],
    );
    for (const { name } of sets) {
      const refused = outcomeOf(market, model(`grid@${name}`), held);
      const report = reportOf(market, model(`grid@${name}`), held, allow);
      expect(report.initialMargin).toBeGreaterThanOrEqual(report.maintenanceMargin);
      expect(refused.ok).toBe(report.quality !== 'UNAVAILABLE');
    }
  });

  test.prop([
    fc.double({ min: 0.01, max: 50, noNaN: true }),
    fc.constantFrom('BUY' as const, 'SELL' as const),
  ])('an open order never lowers the margin', (quantity, side) => {
    const own = model('grid@bit-com', { openOrders: 'WORST_SIDE' });
    const held = book([{ instrument: CALL, quantity: -2 }]);
    const order = { orderId: 'o', instrument: PUT, side, quantity, limitPrice: 500 };
    const without = reportOf(market, own, held);
    expect(reportOf(market, own, { ...held, openOrders: [order] }).initialMargin).toBeGreaterThanOrEqual(
      without.initialMargin,
    );
  });

  it('an order deep in the market costs at least its adverse gap', () => {
    const own = model('grid@bit-com', { openOrders: 'WORST_SIDE' });
    const order = {
      orderId: 'o',
      instrument: PERPETUAL,
      side: 'BUY' as const,
      quantity: 1,
      limitPrice: 100_000,
    };
    const report = reportOf(market, own, { ...book([]), openOrders: [order] });
    expect(report.initialMargin).toBeCloseTo(100_000 - 96_700 * 0.82, 6);
  });

  it('nets underlyings by its rule: kraken offsets half of a gain, separate adds the worst of each', () => {
    const long = { instrument: PERPETUAL, quantity: 1 };
    const short = { instrument: 'ETH-USDC-PERPETUAL', quantity: -29 };
    const kraken = model('grid@kraken', { charges: [] });
    const joint = reportOf(market, kraken, book([long, short]));
    expect(joint.initialMargin).toBeCloseTo(
      1.3 * 0.15 * Math.max(96_700 - 0.5 * 29 * 3_340, 29 * 3_340 - 0.5 * 96_700),
      6,
    );
    const apart = reportOf(market, model('grid@bit-com'), book([long, short]));
    expect(apart.initialMargin).toBeCloseTo(0.18 * (96_700 + 29 * 3_340), 6);
  });

  it('a floor is what is missing to it', () => {
    const floor = {
      kind: 'FUTURE_NOTIONAL',
      name: 'least',
      initial: 0.3,
      maintenance: 0.2,
      quality: 'EXACT',
    };
    const own = model('grid@bit-com', { floors: [floor] });
    const report = reportOf(market, own, book([{ instrument: PERPETUAL, quantity: 1 }]));
    expect(report.initialMargin).toBeCloseTo(0.3 * 96_650, 6);
    expect(report.maintenanceMargin).toBeCloseTo(0.2 * 96_650, 6);
  });

  it('refuses what its parameters do not cover', () => {
    const coincall = model('grid@coincall');
    const inverse = outcomeOf(market, coincall, book([{ instrument: 'BTC-PERPETUAL', quantity: 1 }]));
    expect(inverse.ok ? '' : inverse.failure.reason).toBe('UNSUPPORTED');
    const own = model('grid@bit-com', { range: { '*': 0.18 } });
    const collateral = outcomeOf(market, own, book([], [cash('BTC', 1)]));
    expect(collateral.ok ? '' : collateral.failure.field).toBe('balances[0].asset');
  });
});

describe('a model of one’s own', () => {
  const parameters = findParameterSet('grid', 'bit-com')?.parameters;

  it('is a file that names model, name and parameters', () => {
    const own = modelFromFile({ model: 'grid', name: 'mine', parameters });
    expect(own.ok && own.value.parameterSet).toBe('mine');
  });

  it.each([
    [{ model: 'grid', name: 'mine' }, 'parameters'],
    [
      { model: 'grid', name: 'mine', parameters: { ...(parameters as object), prices: [2] } },
      'parameters.prices.0',
    ],
    [
      {
        model: 'grid',
        name: 'mine',
        parameters: { ...(parameters as object), farMoves: [{ move: 1, volatility: 'SIDEWAYS', weight: 1 }] },
      },
      'parameters.farMoves.0.volatility',
    ],
    [{ model: 'gird', name: 'mine', parameters }, 'model'],
    [{ name: 'mine' }, 'model'],
    ['grid', 'the document'],
  ])('%#: the field that is wrong is named', (content, field) => {
    const own = modelFromFile(content);
    expect(own.ok ? '' : own.failure.field).toBe(field);
  });
});
