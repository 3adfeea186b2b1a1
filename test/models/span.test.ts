import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import { modelFromFile } from '../../src/models/catalogue.js';
import { model, outcomeOf, reportOf } from '../support/margins.js';
import {
  book,
  cash,
  optionName,
  SAMPLE_EXPIRIES_DAYS,
  SAMPLE_STRIKES,
  sampleMarket,
} from '../support/sample-market.js';

const market = sampleMarket();
const BTC = 'BTC-USDC-PERPETUAL';
const ETH = 'ETH-USDC-PERPETUAL';
const CALL = optionName(30, 110_000, 'CALL', true);
const NEAR = optionName(2, 100_000, 'CALL', true);
const FAR = optionName(180, 100_000, 'CALL', true);

const ranges = (underlying: string, value: number) => ({
  underlying,
  priceScanRange: { unit: 'FRACTION', value },
  volatilityScanRange: 0.1,
});
const commodity = (own: object = {}) => ({
  tiers: [],
  interMonthSpreads: [],
  deliveryMonths: [],
  exposureRate: 0,
  ...own,
});
const BUILT = {
  cashAsset: 'USDC',
  combinedCommodities: {
    BTC: commodity({ ranges: ranges('BTC', 0.12) }),
    ETH: commodity({ ranges: ranges('ETH', 0.15) }),
  },
};
const built = model('span', BUILT);

const part = (report: MarginReport, name: string): number =>
  report.components.find((one) => one.name === name)?.maintenance ?? NaN;

const reason = (...call: Parameters<typeof outcomeOf>): string => {
  const outcome = outcomeOf(...call);
  return outcome.ok ? '' : `${outcome.failure.reason} ${outcome.failure.field}`;
};

/** An array of the file for one instrument. */
const contract = (riskArray: readonly number[], own: object = {}) => ({
  combinedCommodity: 'BTC',
  month: '2026-03',
  compositeDelta: 1,
  riskArray,
  ...own,
});

const held: fc.Arbitrary<Position[]> = fc.uniqueArray(
  fc.record({
    instrument: fc.oneof(
      fc.constantFrom(BTC, ETH),
      fc
        .tuple(
          fc.constantFrom(...SAMPLE_EXPIRIES_DAYS),
          fc.constantFrom(...SAMPLE_STRIKES),
          fc.constantFrom('CALL' as const, 'PUT' as const),
        )
        .map(([days, strike, type]) => optionName(days, strike, type, true)),
    ),
    quantity: fc.double({ min: -50, max: 50, noNaN: true }),
  }),
  { maxLength: 12, selector: ({ instrument }) => instrument },
);
const gross = (positions: readonly Position[]): number =>
  positions.reduce((sum, { quantity }) => sum + Math.abs(quantity), 1) * 96_650;

/** The risk without what the value of options takes off, which may exceed it. */
const risk = (report: MarginReport): number =>
  report.components
    .filter(({ name }) => name !== 'net_option_value')
    .reduce((sum, one) => sum + one.maintenance, 0);

describe('span', () => {
  it('an empty book needs nothing', () => {
    const report = reportOf(market, built, book([]));
    expect([report.initialMargin, report.maintenanceMargin, report.equity]).toEqual([0, 0, 0]);
    expect(report.bindingScenario).toBeUndefined();
    expect(report.quality).toBe('EXACT');
  });

  test.prop([held, fc.infiniteStream(fc.nat())])(
    'the order of positions changes no bit',
    (positions, keys) => {
      const shuffled = positions
        .map((position) => ({ position, key: keys.next().value as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ position }) => position);
      expect(reportOf(market, built, book(shuffled))).toEqual(reportOf(market, built, book(positions)));
    },
  );

  test.prop([held, fc.double({ min: 0.01, max: 100, noNaN: true })])(
    'a book n times as large has n times the risk',
    (positions, factor) => {
      const larger = positions.map((one) => ({ ...one, quantity: one.quantity * factor }));
      const difference =
        risk(reportOf(market, built, book(larger))) - factor * risk(reportOf(market, built, book(positions)));
      expect(Math.abs(difference)).toBeLessThanOrEqual(1e-11 * gross(positions) * factor);
    },
  );

  test.prop([held, held])('two books together risk no more than apart', (a, b) => {
    const joined = new Map<string, number>();
    for (const { instrument, quantity } of [...a, ...b]) {
      joined.set(instrument, (joined.get(instrument) ?? 0) + quantity);
    }
    const together = [...joined].map(([instrument, quantity]) => ({ instrument, quantity }));
    const [ra, rb, rab] = [a, b, together].map((one) => risk(reportOf(market, built, book(one))));
    expect(rab).toBeLessThanOrEqual((ra ?? NaN) + (rb ?? NaN) + 1e-11 * gross([...a, ...b]));
  });

  test.prop([held])('contributions per position add up to the margin', (positions) => {
    const report = reportOf(market, built, book(positions, [cash('USDC', 1)]), {
      includeContributions: true,
    });
    const total = (report.contributions ?? [])
      .filter(({ level }) => level === 'POSITION')
      .reduce((sum, { maintenance }) => sum + maintenance, 0);
    expect(Math.abs(total - report.maintenanceMargin)).toBeLessThanOrEqual(1e-9 * gross(positions));
  });

  it('takes the lowest scenario of equal losses and pays no more than its cover for the extreme ones', () => {
    const report = reportOf(market, built, book([{ instrument: BTC, quantity: -1 }]));
    expect(report.bindingScenario).toMatchObject({ index: 10, volShock: 'UP' });
    expect(report.initialMargin).toBeCloseTo(0.12 * 96_700, 8);
    expect(report.quality).toBe('EXACT');
  });

  it('an array of the file binds in its extreme row and is exact', () => {
    const riskArray = [...new Array<number>(14).fill(100), 700, -700];
    const own = model('span', { ...BUILT, contracts: { [CALL]: contract(riskArray) } });
    const report = reportOf(market, own, book([{ instrument: CALL, quantity: 2 }]));
    expect(part(report, 'scan_risk')).toBe(1400);
    expect(report.bindingScenario).toMatchObject({ index: 14, family: 'extreme', pnl: -1400 });
    expect(report.quality).toBe('EXACT');
    const gains = reportOf(market, own, book([{ instrument: CALL, quantity: -2 }]));
    expect(part(gains, 'scan_risk')).toBe(1400);
    expect(gains.bindingScenario?.index).toBe(15);
  });

  it('a built option array is Black-76 after one day, at the moved forward and points of volatility', () => {
    const report = reportOf(market, built, book([{ instrument: CALL, quantity: -1 }]), {
      includeScenarioVector: true,
    });
    const { expiry, forward, volatility, strike } = market.columns;
    const row = market.table.instrumentIndex.get(CALL) ?? -1;
    const value = (move: number, points: number, days: number): number => {
      const out = new Float64Array(1);
      createReferenceKernels().black76Price(
        {
          count: 1,
          isCall: Uint8Array.of(1),
          forward: Float64Array.of((forward[expiry[row] ?? -1] ?? NaN) * (1 + move)),
          strike: Float64Array.of(strike[row] ?? NaN),
          volatility: Float64Array.of((volatility[row] ?? NaN) + points),
          timeToExpiryYears: Float64Array.of(days / 365),
        },
        out,
      );
      return out[0] ?? NaN;
    };
    const thirds = [0, 0, 1, 1, -1, -1, 2, 2, -2, -2, 3, 3, -3, -3];
    const expected = [
      ...thirds.map((third, s) => value(0.04 * third, s % 2 === 0 ? 0.1 : -0.1, 29)),
      value(0.24, 0, 29),
      value(-0.24, 0, 29),
    ].map((later, s) => (s < 14 ? 1 : 0.35) * (value(0, 0, 30) - later));
    report.scenarioVector?.forEach(({ pnl }, s) => {
      expect(pnl).toBeCloseTo(expected[s] ?? NaN, 8);
    });
    expect(part(report, 'scan_risk')).toBeCloseTo(-Math.min(...expected), 8);
    expect(report.quality).toBe('APPROXIMATE');
  });

  it('less time before the scenarios strike means less decay of a long option', () => {
    const held = book([{ instrument: NEAR, quantity: 10 }]);
    const slow = model('span', { ...BUILT, lookAheadDays: 0 });
    expect(part(reportOf(market, slow, held), 'scan_risk')).toBeLessThan(
      part(reportOf(market, built, held), 'scan_risk'),
    );
    const beyond = model('span', { ...BUILT, lookAheadDays: 30 });
    expect(reportOf(market, beyond, held).initialMargin).toBeGreaterThanOrEqual(0);
  });

  it('the value of options is taken off the requirement and is no part of equity', () => {
    const report = reportOf(market, built, book([{ instrument: FAR, quantity: 3 }], [cash('USDC', 1000)]));
    expect(report.equity).toBe(1000);
    expect(part(report, 'net_option_value')).toBeLessThan(0);
    expect(report.initialMargin).toBe(0);
    expect(report.initialExcess).toBeCloseTo(
      1000 - part(report, 'scan_risk') - part(report, 'net_option_value'),
      6,
    );
  });

  describe('charges', () => {
    const month = { near: '2026-01', far: '2026-07' };
    const flat = (compositeDelta: number, own: string) =>
      contract(new Array<number>(16).fill(0), { compositeDelta, month: own });
    /** Two months of one commodity whose scans are 0, so that charges stand alone. */
    const spreads = (rules: object) =>
      model('span', {
        cashAsset: 'USDC',
        combinedCommodities: {
          BTC: commodity({
            tiers: [
              { name: 'near', lastMonth: '2026-03' },
              { name: 'far', firstMonth: '2026-04' },
            ],
            ...rules,
          }),
        },
        contracts: { [NEAR]: flat(1, month.near), [FAR]: flat(1, month.far) },
      });
    const calendar = book([
      { instrument: NEAR, quantity: 6 },
      { instrument: FAR, quantity: -4 },
    ]);

    it('spreads between months by priority and ratio, then the delivery month by what is in spreads and outright', () => {
      const rules = {
        interMonthSpreads: [
          {
            legs: [
              { tier: 'near', ratio: 2 },
              { tier: 'far', ratio: 1 },
            ],
            rate: 30,
          },
        ],
        deliveryMonths: [{ month: month.near, spreadRate: 5, outrightRate: 7 }],
      };
      const report = reportOf(market, spreads(rules), calendar);
      // Three spreads of two near against one far: all six near deltas are in spreads.
      expect(part(report, 'inter_month_spread')).toBe(90);
      expect(part(report, 'delivery_month')).toBe(30);
      expect(report.quality).toBe('APPROXIMATE');
      const outright = reportOf(market, spreads(rules), book([{ instrument: NEAR, quantity: -2 }]));
      expect(part(outright, 'inter_month_spread')).toBe(0);
      expect(part(outright, 'delivery_month')).toBe(14);
      const reversed = calendar.positions.map((one) => ({ ...one, quantity: -one.quantity }));
      expect(part(reportOf(market, spreads(rules), book(reversed)), 'inter_month_spread')).toBe(90);
    });

    it('a spread of one tier against itself is formed once, and a month of no tier is refused', () => {
      const leg = { tier: 'all', ratio: 1 };
      const rules = { tiers: [{ name: 'all' }], interMonthSpreads: [{ legs: [leg, leg], rate: 10 }] };
      expect(part(reportOf(market, spreads(rules), calendar), 'inter_month_spread')).toBe(40);
      const narrow = { ...rules, tiers: [{ name: 'all', lastMonth: '2026-03' }] };
      expect(reason(market, spreads(narrow), calendar)).toBe('UNSUPPORTED positions[1].instrument');
    });

    it('the short option minimum counts both sides or the larger, and only where it exceeds the rest', () => {
      const put = optionName(30, 80_000, 'PUT', true);
      const short = book([
        { instrument: NEAR, quantity: -3 },
        { instrument: FAR, quantity: 3 },
        { instrument: put, quantity: -2 },
      ]);
      const minimum = (count: string, scan: number) => {
        const base = spreads({ shortOptionMinimum: { rate: 100, per: 'CONTRACT', count } });
        const { contracts } = base.parameters as { contracts: object };
        const own = modelFromFile({
          model: 'span',
          name: 'own',
          parameters: {
            ...(base.parameters as object),
            contracts: { ...contracts, [put]: contract(new Array<number>(16).fill(-scan)) },
          },
        });
        if (!own.ok) throw new Error(own.failure.message);
        return reportOf(market, own.value, short);
      };
      expect(part(minimum('SUM', 0), 'short_option_minimum')).toBe(500);
      expect(part(minimum('LARGER', 0), 'short_option_minimum')).toBe(300);
      expect(part(minimum('SUM', 200), 'short_option_minimum')).toBe(100);
      expect(part(minimum('SUM', 400), 'short_option_minimum')).toBe(0);
      expect(minimum('SUM', 0).quality).toBe('EXACT');
      expect(minimum('LARGER', 0).quality).toBe('APPROXIMATE');
    });

    it('credits opposite futures of two commodities by their weighted price risk', () => {
      const credit = {
        legs: [
          { combinedCommodity: 'BTC', ratio: 1, side: 'A' },
          { combinedCommodity: 'ETH', ratio: 10, side: 'B' },
        ],
        creditRate: 0.6,
      };
      const own = model('span', { ...BUILT, interCommoditySpreads: [credit] });
      const opposite = reportOf(
        market,
        own,
        book([
          { instrument: BTC, quantity: 2 },
          { instrument: ETH, quantity: -10 },
        ]),
      );
      // One spread: one of two bitcoins, all ten ether.
      expect(part(opposite, 'BTC.inter_commodity_credit')).toBeCloseTo(-0.6 * 0.12 * 96_700, 6);
      expect(part(opposite, 'ETH.inter_commodity_credit')).toBeCloseTo(-0.6 * 0.15 * 33_400, 6);
      expect(opposite.bindingScenario?.label).toMatch(/^BTC: /);
      const same = reportOf(
        market,
        own,
        book([
          { instrument: BTC, quantity: 2 },
          { instrument: ETH, quantity: 10 },
        ]),
      );
      expect(part(same, 'BTC.inter_commodity_credit')).toBe(0);
      expect(same.initialMargin).toBeCloseTo(0.12 * 2 * 96_700 + 0.15 * 33_400, 6);
    });
  });

  it('refuses what it cannot margin, by path', () => {
    const single = model('span', { ...BUILT, combinedCommodities: { ETH: BUILT.combinedCommodities.ETH } });
    const withoutBtc = reason(market, single, book([{ instrument: ETH, quantity: 1 }]));
    expect(withoutBtc).toBe('');
    expect(
      reason(
        market,
        single,
        book([
          { instrument: ETH, quantity: 1 },
          { instrument: CALL, quantity: 1 },
        ]),
      ),
    ).toBe('MISSING_MARKET_DATA positions[1].instrument');
    expect(reason(market, built, book([{ instrument: 'BTC-PERPETUAL', quantity: 1 }]))).toBe(
      'UNSUPPORTED positions[0].instrument',
    );
    expect(reason(market, built, book([], [cash('BTC', 1)]))).toBe('UNSUPPORTED balances[0].asset');
    const order = { orderId: 'o', instrument: BTC, side: 'BUY' as const, quantity: 1 };
    expect(reason(market, built, { ...book([]), openOrders: [order] })).toBe('UNSUPPORTED openOrders[0]');
  });
});
