import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { minimumCharge } from '../../src/models/okx-pm/charges.js';
import { model, outcomeOf, reportOf } from '../support/margins.js';
import { book, cash, NOW_MS, optionName, sampleMarket, sampleSnapshot } from '../support/sample-market.js';

const BTC_SPOT = 96_650;
const BTC_MARK = 96_700;
const PERPETUAL = 'BTC-USDC-PERPETUAL';
const INVERSE = 'BTC-PERPETUAL';
const ETH = 'ETH-USDC-PERPETUAL';
const CALL = optionName(30, 110_000, 'CALL', true);
const market = sampleMarket({
  assets: [
    { asset: 'USDC', priceUsd: 1, confidence: 1 },
    { asset: 'USDT', priceUsd: 0.999, confidence: 1 },
    { asset: 'BTC', priceUsd: BTC_SPOT, confidence: 0.99 },
    { asset: 'ETH', priceUsd: 3_336, confidence: 0.99 },
  ],
});
const okx = model('okx-pm');
const allow = { allowApproximations: true };

function part(report: MarginReport, name: string) {
  return report.components.find((component) => component.name === name);
}

/** All kinds of contracts on BTC and perpetuals on ETH. */
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
      instrument: fc.constantFrom(PERPETUAL, ETH),
      quantity: fc.double({ min: -20, max: 20, noNaN: true }),
    }),
    fc.record({
      instrument: fc.constantFrom(INVERSE, 'BTC-30D', 'ETH-PERPETUAL'),
      quantity: fc.double({ min: -5_000, max: 5_000, noNaN: true }),
    }),
  ),
  { maxLength: 12, selector: ({ instrument }) => instrument },
);

const gross = (positions: readonly Position[]): number =>
  positions.reduce((sum, { quantity }) => sum + Math.abs(quantity), 1) * BTC_SPOT;

describe('okx-pm', () => {
  it('an empty book needs nothing and is exact', () => {
    const report = reportOf(market, okx, book([], [cash('USDC', 100)]));
    expect([report.initialMargin, report.maintenanceMargin, report.equity]).toEqual([0, 0, 100]);
    expect(report.quality).toBe('EXACT');
    expect(report.bindingScenario).toBeUndefined();
  });

  it('equals a calculation by hand: a perpetual moves by the index, its basis and minimum stand at the mark', () => {
    const report = reportOf(market, okx, book([{ instrument: PERPETUAL, quantity: -2 }]));
    const mr1 = 2 * BTC_SPOT * 0.12;
    const mr4 = 2 * BTC_MARK * 0.002;
    expect(report.maintenanceMargin).toBeCloseTo(mr1 + mr4, 6);
    expect(report.initialMargin).toBeCloseTo(1.3 * (mr1 + mr4), 6);
    expect(report.bindingScenario).toMatchObject({ spotShock: 0.12, volShock: 'UP', family: 'grid' });
    expect(report.quality).toBe('FITTED');
  });

  test.prop([held])('IM is 1.3 MM plus borrowing, and both are the sums of their parts', (positions) => {
    const report = reportOf(
      market,
      okx,
      book(positions, [cash('USDC', 1e9), cash('BTC', 1e5), cash('ETH', 1e6)]),
      allow,
    );
    const tolerance = 1e-12 * gross(positions);
    const { initialMargin, maintenanceMargin, components } = report;
    expect(initialMargin).toBeGreaterThanOrEqual(maintenanceMargin);
    expect(Math.abs(initialMargin - 1.3 * maintenanceMargin)).toBeLessThanOrEqual(tolerance);
    for (const component of components) expect(component.maintenance).toBeGreaterThanOrEqual(0);
    const sum = components.reduce((total, { initial }) => total + initial, 0);
    expect(Math.abs(sum - initialMargin)).toBeLessThanOrEqual(tolerance);
  });

  test.prop([held, fc.infiniteStream(fc.nat())])(
    'the order of positions changes no bit',
    (positions, keys) => {
      const shuffled = positions
        .map((position) => ({ position, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ position }) => position);
      expect(reportOf(market, okx, book(shuffled), allow)).toEqual(
        reportOf(market, okx, book(positions), allow),
      );
    },
  );

  test.prop([held, fc.double({ min: 0.1, max: 10, noNaN: true })])(
    'is homogeneous where no band of the minimum charge ends',
    (positions, factor) => {
      const flat = model('okx-pm', { minimumCharge: { bands: [{ multiplier: 1 }] } });
      const one = reportOf(market, flat, book(positions), allow).maintenanceMargin;
      const scaled = positions.map((position) => ({ ...position, quantity: position.quantity * factor }));
      const many = reportOf(market, flat, book(scaled), allow).maintenanceMargin;
      expect(Math.abs(many - factor * one)).toBeLessThanOrEqual(
        1e-11 * gross(positions) * Math.max(1, factor),
      );
    },
  );

  test.prop([held, held])('netting: two books together need no more than apart', (a, b) => {
    const flat = model('okx-pm', { minimumCharge: { bands: [{ multiplier: 1 }] } });
    const joined = new Map<string, number>();
    for (const { instrument, quantity } of [...a, ...b])
      joined.set(instrument, (joined.get(instrument) ?? 0) + quantity);
    const together = [...joined].map(([instrument, quantity]) => ({ instrument, quantity }));
    const cashed = (positions: Position[]) =>
      reportOf(market, flat, book(positions, [cash('USDC', 1e9), cash('BTC', 1e5), cash('ETH', 1e6)]), allow)
        .initialMargin;
    expect(cashed(together)).toBeLessThanOrEqual(cashed(a) + cashed(b) + 1e-11 * (gross(a) + gross(b)));
  });

  test.prop([held])('contributions add up to the margins at every level', (positions) => {
    const report = reportOf(market, okx, book(positions), { ...allow, includeContributions: true });
    for (const level of ['POSITION', 'EXPIRY', 'UNDERLYING']) {
      const own = (report.contributions ?? []).filter((one) => one.level === level);
      const initial = own.reduce((sum, one) => sum + one.initial, 0);
      expect(Math.abs(initial - report.initialMargin)).toBeLessThanOrEqual(1e-9 * gross(positions));
    }
  });

  it('linear and inverse contracts of one coin hedge each other in every scenario', () => {
    const coins = 2;
    const hedged = book([
      { instrument: PERPETUAL, quantity: coins },
      { instrument: INVERSE, quantity: (-coins * BTC_MARK) / 10 },
    ]);
    const report = reportOf(market, okx, hedged, allow);
    expect(part(report, 'BTC.mr1')?.maintenance).toBeCloseTo(0, 6);
    // What remains is the minimum charge on both sides, and the peg between their currencies is not public.
    expect(report.maintenanceMargin).toBeCloseTo(0.0045 * 2 * coins * BTC_MARK, 6);
    expect(part(report, 'BTC.mr7')?.maintenance).toBeCloseTo(report.maintenanceMargin, 6);
    expect(part(report, 'BTC.mr9')?.quality).toBe('UNAVAILABLE');
  });

  it('a call and its put-call replica in coins and dollars net to nothing but their basis', () => {
    const strike = 100_000;
    const replica = [
      { instrument: optionName(30, strike, 'CALL', true), quantity: 1 },
      { instrument: optionName(30, strike, 'CALL', false), quantity: -1 },
    ];
    const report = reportOf(market, okx, book(replica), allow);
    expect(part(report, 'BTC.mr2')?.maintenance).toBeCloseTo(0, 6);
    // Coins are worth the index and options are priced on the forward: only the basis of a month is left.
    expect(part(report, 'BTC.mr1')?.maintenance).toBeLessThan(0.005 * 10_000);
  });

  it('the extreme move binds for options that only it reaches, with what it exceeds the sum by', () => {
    const far = { instrument: optionName(2, 140_000, 'CALL', true), quantity: -100 };
    const strong = model('okx-pm', { extremeMove: { BTC: 0.6 } });
    const report = reportOf(market, strong, book([far]), { ...allow, includeScenarioVector: true });
    expect(report.bindingScenario).toMatchObject({ family: 'extreme', spotShock: 0.6 });
    const pnl = report.bindingScenario?.pnl ?? NaN;
    expect(report.maintenanceMargin).toBeCloseTo(-0.5 * pnl, 6);
    expect(part(report, 'BTC.mr6')?.maintenance).toBeGreaterThan(0);
    expect(report.scenarioVector).toHaveLength(23);
  });

  it('a day of decay is charged to a long option, and never more than its life', () => {
    const long = reportOf(market, okx, book([{ instrument: CALL, quantity: 1 }]), allow);
    const theta = -(long.greeks[0]?.thetaUsdPerDay ?? NaN);
    expect(part(long, 'BTC.mr2')?.maintenance).toBeCloseTo(theta, 8);
    const short = reportOf(market, okx, book([{ instrument: CALL, quantity: -1 }]), allow);
    expect(part(short, 'BTC.mr2')?.maintenance).toBe(0);
    const halfDay = [{ instrument: optionName(0.5, 100_000, 'CALL', true), quantity: 1 }];
    const late = reportOf(market, okx, book(halfDay), allow);
    expect(part(late, 'BTC.mr2')?.maintenance).toBeCloseTo(-0.5 * (late.greeks[0]?.thetaUsdPerDay ?? NaN), 8);
  });

  it('a dated future pays its annualised move for its time', () => {
    const report = reportOf(market, okx, book([{ instrument: 'BTC-30D', quantity: 1_000 }]));
    expect(part(report, 'BTC.mr4')?.maintenance).toBeCloseTo((10_000 * 0.05 * 30) / 365, 6);
    expect(report.quality).toBe('APPROXIMATE');
  });

  it('every underlying moves by its own steps and keeps its own worst', () => {
    const report = reportOf(
      market,
      okx,
      book([
        { instrument: PERPETUAL, quantity: 1 },
        { instrument: ETH, quantity: -30 },
      ]),
      { ...allow, includeScenarioVector: true },
    );
    expect(part(report, 'BTC.mr1')?.maintenance).toBeCloseTo(0.12 * BTC_SPOT, 6);
    expect(part(report, 'ETH.mr1')?.maintenance).toBeCloseTo(0.12 * 30 * 3_336, 6);
    expect(report.bindingScenario?.label).toBe('ETH: spot +12% vol up');
    expect(new Set(report.scenarioVector?.map(({ label }) => label)).size).toBe(46);
  });

  it('what the account owes is charged by asset; an asset without a known rate is unavailable', () => {
    const usdt = reportOf(market, okx, book([], [cash('USDT', -1_000)]));
    expect([usdt.initialMargin, usdt.maintenanceMargin]).toEqual([
      expect.closeTo(99.9, 9),
      expect.closeTo(19.98, 9),
    ]);
    const coins = reportOf(market, okx, book([], [cash('BTC', -1)]), allow);
    expect(part(coins, 'mr8.BTC')?.quality).toBe('UNAVAILABLE');
    const loss = { instrument: PERPETUAL, quantity: 1, unrealisedPnl: -500 };
    expect(part(reportOf(market, okx, book([loss]), allow), 'mr8.USDC')?.quality).toBe('UNAVAILABLE');
    const covered = reportOf(market, okx, book([loss], [cash('USDC', 500)]));
    expect(part(covered, 'mr8')).toMatchObject({ initial: 0, quality: 'EXACT' });
  });

  it('says what is not public and refuses to count it as 0 unasked', () => {
    const refused = outcomeOf(market, okx, book([{ instrument: CALL, quantity: -1 }]));
    expect(refused.ok ? '' : refused.failure.reason).toBe('UNAVAILABLE_COMPONENT');
    const sold = book([{ instrument: CALL, quantity: -1 }], [cash('USDC', 1e5)]);
    const report = reportOf(market, okx, sold, allow);
    const unavailable = report.components.filter(({ quality }) => quality === 'UNAVAILABLE');
    expect(unavailable.map(({ name }) => name)).toEqual(['BTC.mr1_volatility', 'BTC.mr3', 'BTC.mr5']);
    const eth = reportOf(market, okx, book([{ instrument: ETH, quantity: 1 }]), allow);
    expect(part(eth, 'ETH.mr7')?.quality).toBe('UNAVAILABLE');
    expect(part(eth, 'ETH.mr4_perpetual')?.quality).toBe('UNAVAILABLE');
    const order = { orderId: 'o', instrument: PERPETUAL, side: 'BUY' as const, quantity: 1, limitPrice: 1 };
    const withOrder = outcomeOf(market, okx, { ...book([]), openOrders: [order] });
    expect(withOrder.ok ? '' : withOrder.failure.message).toContain('open_orders');
  });

  it('takes volatility points of one’s own: a short option loses more', () => {
    const short = book([{ instrument: CALL, quantity: -1 }]);
    const own = model('okx-pm', {
      volatilityPoints: [
        { toDays: 7, points: 0.5 },
        { toDays: 400, points: 0.2 },
      ],
    });
    const shocked = reportOf(market, own, short, allow);
    const plain = reportOf(market, okx, short, allow);
    expect(part(shocked, 'BTC.mr1')?.maintenance).toBeGreaterThan(part(plain, 'BTC.mr1')?.maintenance ?? NaN);
    expect(part(shocked, 'BTC.mr1_volatility')?.quality).toBe('EXACT');
    expect(shocked.bindingScenario?.volShock).toBe('UP');
  });

  it('multiplies each band of the minimum charge, and says where the table ends', () => {
    const bands = [{ toUsd: 100, multiplier: 1 }, { toUsd: 300, multiplier: 2 }, { multiplier: 4 }];
    const charge = (raw: number) => minimumCharge({ rate: {}, bands }, 0.5, 2 * raw);
    expect(charge(100)).toEqual({ amount: 100, exceedsBands: false });
    expect(charge(200)).toEqual({ amount: 300, exceedsBands: false });
    expect(charge(500)).toEqual({ amount: 100 + 400 + 800, exceedsBands: false });
    const open = minimumCharge({ rate: {}, bands: bands.slice(0, 2) }, 0.5, 1_000);
    expect(open).toEqual({ amount: 100 + 2 * 400, exceedsBands: true });
    const large = reportOf(market, okx, book([{ instrument: PERPETUAL, quantity: 1_000 }]), allow);
    expect(part(large, 'BTC.mr7_bands')?.quality).toBe('UNAVAILABLE');
  });

  it('refuses what it cannot margin and names the field', () => {
    const field = (outcome: ReturnType<typeof outcomeOf>) =>
      outcome.ok ? '' : `${outcome.failure.reason} ${outcome.failure.field}`;
    const snapshot = sampleSnapshot();
    const spot = {
      instrument: {
        name: 'BTC-SPOT',
        kind: 'SPOT' as const,
        underlying: 'BTC',
        settlement: 'LINEAR' as const,
        settlementCurrency: 'USDC',
        contractSize: 1,
      },
      markPrice: BTC_SPOT,
    };
    const withSpot = sampleMarket({ instruments: [...snapshot.instruments, spot], timeMs: NOW_MS });
    expect(field(outcomeOf(withSpot, okx, book([{ instrument: 'BTC-SPOT', quantity: 1 }])))).toBe(
      'UNSUPPORTED positions[0].instrument',
    );
    const priceless = outcomeOf(market, okx, book([], [cash('USDC', 1), cash('SOL', 1)]));
    expect(field(priceless)).toBe('MISSING_MARKET_DATA balances[1].asset');
    const noUsdc = sampleMarket({ assets: [] });
    expect(field(outcomeOf(noUsdc, okx, book([{ instrument: PERPETUAL, quantity: 1 }])))).toBe(
      'MISSING_MARKET_DATA positions[0].instrument',
    );
    const onlyBtc = resolveModel({ name: 'okx-pm', overrides: { spotMoves: { '*': [0.1] } } });
    expect(onlyBtc.ok ? '' : onlyBtc.failure.field).toBe('parameters.spotMoves.*');
    const bands = resolveModel({
      name: 'okx-pm',
      overrides: { minimumCharge: { bands: [{ multiplier: 1 }, { toUsd: 5, multiplier: 2 }] } },
    });
    expect(bands.ok ? '' : bands.failure.field).toBe('parameters.minimumCharge.bands.0.toUsd');
  });
});
