import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { standardShortOptionMargin } from '../../src/models/bybit-pm/standard-option.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { model, outcomeOf, reportOf } from '../support/margins.js';
import { book, cash, optionName, sampleMarket } from '../support/sample-market.js';

const BTC_SPOT = 96_650;
const BTC_MARK = 96_700;
const PERPETUAL = 'BTC-USDC-PERPETUAL';
const INVERSE = 'BTC-PERPETUAL';
const CALL = optionName(30, 110_000, 'CALL', true);
const LATER_CALL = optionName(180, 110_000, 'CALL', true);
const market = sampleMarket({
  assets: [
    { asset: 'USDC', priceUsd: 1, confidence: 1 },
    { asset: 'BTC', priceUsd: BTC_SPOT, confidence: 0.99 },
    { asset: 'ETH', priceUsd: 3_336, confidence: 0.99 },
  ],
});
const bybit = model('bybit-pm');
const shocked = model('bybit-pm', {
  volatility: { up: 0.3, down: 0.2 },
  shortOptionContingency: { BTC: 0.01 },
});
const allow = { allowApproximations: true };

function part(report: MarginReport, name: string) {
  return report.components.find((component) => component.name === name);
}

const held: fc.Arbitrary<Position[]> = fc.uniqueArray(
  fc.oneof(
    fc.record({
      instrument: fc
        .tuple(
          fc.constantFrom(0.5, 30, 180),
          fc.constantFrom(60_000, 90_000, 100_000, 140_000),
          fc.constantFrom('CALL' as const, 'PUT' as const),
          fc.boolean(),
        )
        .map(([days, strike, type, isLinear]) => optionName(days, strike, type, isLinear)),
      quantity: fc.double({ min: -20, max: 20, noNaN: true }),
    }),
    fc.record({
      instrument: fc.constantFrom(PERPETUAL, 'ETH-USDC-PERPETUAL'),
      quantity: fc.double({ min: -20, max: 20, noNaN: true }),
    }),
    fc.record({
      instrument: fc.constantFrom(INVERSE, 'BTC-30D'),
      quantity: fc.double({ min: -5_000, max: 5_000, noNaN: true }),
    }),
  ),
  { maxLength: 12, selector: ({ instrument }) => instrument },
);

const gross = (positions: readonly Position[]): number =>
  positions.reduce((sum, { quantity }) => sum + Math.abs(quantity), 1) * BTC_SPOT;

describe('bybit-pm', () => {
  it('an empty book needs nothing and is exact', () => {
    const report = reportOf(market, bybit, book([], [cash('USDC', 100), cash('BTC', -0.5)]));
    expect([report.initialMargin, report.maintenanceMargin]).toEqual([0, 0]);
    expect(report.equity).toBe(100 - 0.5 * BTC_SPOT);
    expect(report.quality).toBe('EXACT');
  });

  it('equals a calculation by hand: a perpetual loses 10 % of its own mark, and pays .03 % of the index', () => {
    const report = reportOf(market, bybit, book([{ instrument: PERPETUAL, quantity: 2 }]));
    const maintenance = 0.1 * 2 * BTC_MARK + 0.0003 * 2 * BTC_SPOT;
    expect(report.maintenanceMargin).toBeCloseTo(maintenance, 6);
    expect(report.initialMargin).toBeCloseTo(1.2 * maintenance, 6);
    expect(report.bindingScenario).toMatchObject({ index: 0, spotShock: -0.1 });
    expect(report.quality).toBe('FITTED');
  });

  test.prop([held])('IM is 1.2 MM and both are the sums of their parts', (positions) => {
    const report = reportOf(market, shocked, book(positions), allow);
    const tolerance = 1e-12 * gross(positions);
    expect(report.initialMargin).toBeGreaterThanOrEqual(report.maintenanceMargin);
    expect(Math.abs(report.initialMargin - 1.2 * report.maintenanceMargin)).toBeLessThanOrEqual(tolerance);
    for (const component of report.components) expect(component.maintenance).toBeGreaterThanOrEqual(0);
    const sum = report.components.reduce((total, { initial }) => total + initial, 0);
    expect(Math.abs(sum - report.initialMargin)).toBeLessThanOrEqual(tolerance);
  });

  test.prop([held, fc.infiniteStream(fc.nat())])(
    'the order of positions changes no bit',
    (positions, keys) => {
      const shuffled = positions
        .map((position) => ({ position, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ position }) => position);
      expect(reportOf(market, shocked, book(shuffled), allow)).toEqual(
        reportOf(market, shocked, book(positions), allow),
      );
    },
  );

  test.prop([held, fc.double({ min: 0.1, max: 10, noNaN: true })])(
    'is homogeneous: a book n times as large needs n times the margin',
    (positions, factor) => {
      const one = reportOf(market, shocked, book(positions), allow).maintenanceMargin;
      const scaled = positions.map((position) => ({ ...position, quantity: position.quantity * factor }));
      const many = reportOf(market, shocked, book(scaled), allow).maintenanceMargin;
      expect(Math.abs(many - factor * one)).toBeLessThanOrEqual(
        1e-11 * gross(positions) * Math.max(1, factor),
      );
    },
  );

  test.prop([held, held])('netting: two books together need no more than apart', (a, b) => {
    const joined = new Map<string, number>();
    for (const { instrument, quantity } of [...a, ...b])
      joined.set(instrument, (joined.get(instrument) ?? 0) + quantity);
    const together = [...joined].map(([instrument, quantity]) => ({ instrument, quantity }));
    const margin = (positions: Position[]) => reportOf(market, shocked, book(positions), allow).initialMargin;
    expect(margin(together)).toBeLessThanOrEqual(margin(a) + margin(b) + 1e-11 * (gross(a) + gross(b)));
  });

  test.prop([held])('contributions add up to the margins at every level', (positions) => {
    const report = reportOf(market, shocked, book(positions), { ...allow, includeContributions: true });
    for (const level of ['POSITION', 'EXPIRY', 'UNDERLYING']) {
      const own = (report.contributions ?? []).filter((one) => one.level === level);
      const initial = own.reduce((sum, one) => sum + one.initial, 0);
      expect(Math.abs(initial - report.initialMargin)).toBeLessThanOrEqual(1e-9 * gross(positions));
    }
  });

  it('linear and inverse perpetuals of one coin hedge each other; both pay the future contingency', () => {
    const hedged = book([
      { instrument: PERPETUAL, quantity: 2 },
      { instrument: INVERSE, quantity: (-2 * BTC_MARK) / 10 },
    ]);
    const report = reportOf(market, bybit, hedged, allow);
    // An inverse contract is worth its dollars at the index, a linear one at its mark.
    expect(part(report, 'BTC.max_loss')?.maintenance).toBeLessThanOrEqual(
      0.1 * 2 * (BTC_MARK - BTC_SPOT) + 1e-6,
    );
    expect(part(report, 'BTC.future_contingency')?.maintenance).toBeCloseTo(0.0003 * 4 * BTC_SPOT, 6);
    expect(part(report, 'BTC.usdt_usdc_contingency')?.quality).toBe('UNAVAILABLE');
  });

  it('adds up the worst of every coin', () => {
    const report = reportOf(
      market,
      bybit,
      book([
        { instrument: PERPETUAL, quantity: 1 },
        { instrument: 'ETH-USDC-PERPETUAL', quantity: -30 },
      ]),
      { ...allow, includeScenarioVector: true },
    );
    expect(part(report, 'BTC.max_loss')?.maintenance).toBeCloseTo(0.1 * BTC_MARK, 6);
    expect(part(report, 'ETH.max_loss')?.maintenance).toBeCloseTo(0.1 * 30 * 3_340, 6);
    expect(part(report, 'ETH.future_contingency')?.quality).toBe('UNAVAILABLE');
    expect(report.scenarioVector).toHaveLength(66);
  });

  it('says which contingencies are not public, only where they could apply', () => {
    const unavailable = (positions: Position[]) =>
      reportOf(market, bybit, book(positions), allow)
        .components.filter(({ quality }) => quality === 'UNAVAILABLE')
        .map(({ name }) => name);
    expect(unavailable([{ instrument: CALL, quantity: 1 }])).toEqual(['BTC.max_loss_volatility']);
    expect(unavailable([{ instrument: CALL, quantity: -1 }])).toEqual([
      'BTC.max_loss_volatility',
      'BTC.option_contingency',
    ]);
    expect(
      unavailable([
        { instrument: CALL, quantity: 1 },
        { instrument: LATER_CALL, quantity: -1 },
      ]),
    ).toEqual([
      'BTC.max_loss_volatility',
      'BTC.option_contingency',
      'BTC.option_vega_contingency',
      'BTC.future_delta_contingency',
    ]);
    const refused = outcomeOf(market, bybit, book([{ instrument: CALL, quantity: 1 }]));
    expect(refused.ok ? '' : refused.failure.reason).toBe('UNAVAILABLE_COMPONENT');
    const order = { orderId: 'o', instrument: PERPETUAL, side: 'SELL' as const, quantity: 1 };
    const withOrder = outcomeOf(market, bybit, { ...book([]), openOrders: [order] });
    expect(withOrder.ok ? '' : withOrder.failure.message).toContain('open_orders');
  });

  it('takes shocks and coefficients of one’s own and labels them', () => {
    const short = book([{ instrument: CALL, quantity: -2 }]);
    const report = reportOf(market, shocked, short);
    expect(part(report, 'BTC.option_contingency')).toMatchObject({
      maintenance: expect.closeTo(0.01 * 2 * BTC_SPOT, 6) as number,
      quality: 'APPROXIMATE',
    });
    expect(report.bindingScenario).toMatchObject({ volShock: 'UP' });
    expect(report.bindingScenario?.spotShock).toBeCloseTo(0.1, 12);
    expect(report.quality).toBe('APPROXIMATE');
  });

  it('refuses what it cannot margin and names the field', () => {
    const priceless = outcomeOf(market, bybit, book([], [cash('SOL', 1)]));
    expect(priceless.ok ? '' : `${priceless.failure.reason} ${priceless.failure.field}`).toBe(
      'MISSING_MARKET_DATA balances[0].asset',
    );
    const range = resolveModel({ name: 'bybit-pm', overrides: { priceRange: 1 } });
    expect(range.ok ? '' : range.failure.field).toBe('parameters.priceRange');
    const unknown = resolveModel({ name: 'bybit-pm', overrides: { priceRang: 0.1 } });
    expect(unknown.ok ? '' : unknown.failure.reason).toBe('INVALID_PARAMETER');
  });
});

describe('regular margin of a short option', () => {
  const index = 20_000;

  it('takes the out-of-the-money amount off, down to a tenth of the index', () => {
    const near = standardShortOptionMargin({ isCall: true, strike: 20_500, index, mark: 300 });
    expect(near.initial).toBeCloseTo(3_000 - 500 + 300, 9);
    const far = standardShortOptionMargin({ isCall: true, strike: 30_000, index, mark: 10 });
    expect(far.initial).toBeCloseTo(2_000 + 10, 9);
  });

  it('is bounded from below by the maintenance margin of a deep option', () => {
    const deep = standardShortOptionMargin({ isCall: false, strike: 200_000, index, mark: 180_000 });
    expect(deep.maintenance).toBeCloseTo(0.03 * 180_000 + 180_000 + 40, 6);
    expect(deep.initial).toBe(deep.maintenance);
  });
});
