import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/domain/portfolio.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { model, outcomeOf, reportOf } from '../support/margins.js';
import { book, cash, optionName, SAMPLE_STRIKES, sampleMarket } from '../support/sample-market.js';

const market = sampleMarket();
const BTC = 'BTC-USDC-PERPETUAL';
const ETH = 'ETH-USDC-PERPETUAL';
const alone = model('tims', { cashAsset: 'USDC' });
const withoutMinimum = model('tims', { cashAsset: 'USDC', minimumPerUnit: 0 });
const grouped = model('tims', {
  cashAsset: 'USDC',
  minimumPerUnit: 0,
  classes: { '*': { rangeDown: 0.15, rangeUp: 0.15, productGroup: 'COINS' } },
  productGroups: { COINS: { offset: 0.9 } },
});
const across = model('tims', {
  cashAsset: 'USDC',
  minimumPerUnit: 0,
  classes: {
    BTC: { rangeDown: 0.15, rangeUp: 0.15, productGroup: 'A' },
    ETH: { rangeDown: 0.15, rangeUp: 0.15, productGroup: 'B' },
  },
  productGroups: { A: { offset: 0.9, classGroup: 'ALL' }, B: { offset: 0.9, classGroup: 'ALL' } },
});

const held: fc.Arbitrary<Position[]> = fc.uniqueArray(
  fc.record({
    instrument: fc.oneof(
      fc.constantFrom(BTC, ETH),
      fc
        .tuple(fc.constantFrom(...SAMPLE_STRIKES), fc.constantFrom('CALL' as const, 'PUT' as const))
        .map(([strike, type]) => optionName(30, strike, type, true)),
    ),
    quantity: fc.double({ min: -50, max: 50, noNaN: true }),
  }),
  { maxLength: 10, selector: ({ instrument }) => instrument },
);
const gross = (positions: readonly Position[]): number =>
  positions.reduce((sum, { quantity }) => sum + Math.abs(quantity), 1) * 96_650;

describe.each([
  ['alone', alone],
  ['grouped', grouped],
  ['across groups', across],
])('tims, classes %s', (_, resolved) => {
  test.prop([held, fc.infiniteStream(fc.nat())])(
    'the order of positions changes no bit',
    (positions, keys) => {
      const shuffled = positions
        .map((position) => ({ position, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ position }) => position);
      expect(reportOf(market, resolved, book(shuffled))).toEqual(reportOf(market, resolved, book(positions)));
    },
  );

  test.prop([held, fc.double({ min: 0.01, max: 100, noNaN: true })])(
    'a book n times as large needs n times the margin',
    (positions, factor) => {
      const larger = positions.map((one) => ({ ...one, quantity: one.quantity * factor }));
      const difference =
        reportOf(market, resolved, book(larger)).initialMargin -
        factor * reportOf(market, resolved, book(positions)).initialMargin;
      expect(Math.abs(difference)).toBeLessThanOrEqual(1e-11 * gross(positions) * factor);
    },
  );

  test.prop([held, held])('two books together need no more than apart', (a, b) => {
    const joined = new Map<string, number>();
    for (const { instrument, quantity } of [...a, ...b]) {
      joined.set(instrument, (joined.get(instrument) ?? 0) + quantity);
    }
    const together = [...joined].map(([instrument, quantity]) => ({ instrument, quantity }));
    const [ra, rb, rab] = [a, b, together].map((one) => reportOf(market, resolved, book(one)).initialMargin);
    expect(rab).toBeLessThanOrEqual((ra ?? NaN) + (rb ?? NaN) + 1e-11 * gross([...a, ...b]));
  });

  test.prop([held])('contributions per position add up to the margin', (positions) => {
    const report = reportOf(market, resolved, book(positions), { includeContributions: true });
    const total = (report.contributions ?? [])
      .filter(({ level }) => level === 'POSITION')
      .reduce((sum, { initial }) => sum + initial, 0);
    expect(Math.abs(total - report.initialMargin)).toBeLessThanOrEqual(1e-9 * gross(positions));
  });
});

describe('tims', () => {
  const pair = book([
    { instrument: BTC, quantity: 1 },
    { instrument: ETH, quantity: -20 },
  ]);

  it('an empty book needs nothing', () => {
    const report = reportOf(market, alone, book([]));
    expect([report.initialMargin, report.maintenanceMargin, report.equity]).toEqual([0, 0, 0]);
    expect(report.bindingScenario).toBeUndefined();
  });

  it('has ten points, five equal steps to either end of the range', () => {
    const report = reportOf(market, withoutMinimum, book([{ instrument: BTC, quantity: 1 }]), {
      includeScenarioVector: true,
    });
    const moves = [-15, -12, -9, -6, -3, 3, 6, 9, 12, 15];
    expect(report.scenarioVector).toHaveLength(10);
    report.scenarioVector?.forEach(({ pnl, spotShock }, point) => {
      expect(spotShock).toBeCloseTo((moves[point] ?? NaN) / 100, 12);
      expect(pnl).toBeCloseTo(((moves[point] ?? NaN) / 100) * 96_700, 8);
    });
    expect(report.initialMargin).toBeCloseTo(0.15 * 96_700, 8);
    expect(report.maintenanceMargin).toBe(report.initialMargin);
  });

  it('classes stand alone, offset 90 % in a product group, 75 % across groups', () => {
    const [btc, eth] = [0.15 * 96_700, 0.15 * 20 * 3_340];
    expect(reportOf(market, withoutMinimum, pair).initialMargin).toBeCloseTo(btc + eth, 6);
    expect(reportOf(market, grouped, pair).initialMargin).toBeCloseTo(btc - 0.9 * eth, 6);
    expect(reportOf(market, across, pair).initialMargin).toBeCloseTo(btc - 0.75 * eth, 6);
  });

  it('a uneven range falls and rises by its own ends', () => {
    const index = model('tims', {
      cashAsset: 'USDC',
      classes: { BTC: { rangeDown: 0.08, rangeUp: 0.06 } },
    });
    const long = reportOf(market, index, book([{ instrument: BTC, quantity: 1 }]));
    const short = reportOf(market, index, book([{ instrument: BTC, quantity: -1 }]));
    expect(long.initialMargin).toBeCloseTo(0.08 * 96_700, 6);
    expect(short.initialMargin).toBeCloseTo(0.06 * 96_700, 6);
  });

  it('a contract needs its minimum where the scan asks for less', () => {
    const far = optionName(0.5, 140_000, 'CALL', true);
    const report = reportOf(market, alone, book([{ instrument: far, quantity: -40 }]));
    expect(report.initialMargin).toBeCloseTo(40 * 0.375, 9);
    expect(report.components.map(({ name }) => name)).toEqual(['scenario_loss', 'contract_minimum']);
  });

  it('is approximate in every component', () => {
    const { components, quality } = reportOf(market, alone, pair);
    expect(new Set(components.map((one) => one.quality))).toEqual(new Set(['APPROXIMATE']));
    expect(quality).toBe('APPROXIMATE');
  });

  it('refuses what it cannot margin, by path', () => {
    const reason = (...call: Parameters<typeof outcomeOf>): string => {
      const outcome = outcomeOf(...call);
      return outcome.ok ? '' : `${outcome.failure.reason} ${outcome.failure.field}`;
    };
    expect(reason(market, alone, book([{ instrument: 'BTC-PERPETUAL', quantity: 1 }]))).toBe(
      'UNSUPPORTED positions[0].instrument',
    );
    expect(reason(market, alone, book([], [cash('BTC', 1)]))).toBe('UNSUPPORTED balances[0].asset');
    const order = { orderId: 'o', instrument: BTC, side: 'BUY' as const, quantity: 1 };
    expect(reason(market, alone, { ...book([]), openOrders: [order] })).toBe('UNSUPPORTED openOrders[0]');
  });

  it('names a product group that is not defined and a range out of bounds', () => {
    const unknown = resolveModel({
      name: 'tims',
      overrides: { classes: { BTC: { rangeDown: 0.1, rangeUp: 0.1, productGroup: 'NO' } } },
    });
    expect(unknown.ok ? '' : unknown.failure.field).toBe('parameters.classes.BTC.productGroup');
    const range = resolveModel({
      name: 'tims',
      overrides: { classes: { BTC: { rangeDown: 1, rangeUp: 0.1 } } },
    });
    expect(range.ok ? '' : range.failure.field).toBe('parameters.classes.BTC.rangeDown');
  });
});
