import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { marginsOn, model } from '../support/margins.js';
import {
  book,
  cash,
  NOW_MS,
  optionName,
  SAMPLE_EXPIRIES_DAYS,
  SAMPLE_STRIKES,
  sampleMarket,
  sampleSnapshot,
} from '../support/sample-market.js';

// Thousands of draws: the kernels, which have their twins as oracle elsewhere.
const { outcomeOf, reportOf } = marginsOn(loadKernels());
const market = sampleMarket();
const small = { draws: { count: 500 } };
const house = model('house', small);
const PERPETUAL = 'BTC-USDC-PERPETUAL';

const positions: fc.Arbitrary<Position[]> = fc.uniqueArray(
  fc.record({
    instrument: fc.oneof(
      fc
        .tuple(
          fc.constantFrom(...SAMPLE_EXPIRIES_DAYS),
          fc.constantFrom(...SAMPLE_STRIKES),
          fc.constantFrom('CALL' as const, 'PUT' as const),
          fc.boolean(),
        )
        .map(([days, strike, type, isLinear]) => optionName(days, strike, type, isLinear)),
      fc.constantFrom(PERPETUAL, 'ETH-USDC-PERPETUAL', 'BTC-PERPETUAL', 'BTC-30D'),
    ),
    quantity: fc.double({ min: -30, max: 30, noNaN: true }),
  }),
  { maxLength: 12, selector: ({ instrument }) => instrument },
);

function part(report: MarginReport, name: string): { initial: number; maintenance: number } {
  const found = report.components.find((component) => component.name === name);
  if (found === undefined) throw new Error(`no component ${name}`);
  return found;
}

describe('house', () => {
  it('needs nothing for an empty book and for cash', () => {
    for (const balances of [[], [cash('USDC', 1e6)]]) {
      const report = reportOf(market, house, book([], balances));
      expect([report.initialMargin, report.maintenanceMargin]).toEqual([0, 0]);
    }
  });

  test.prop([positions], { seed: 11, numRuns: 60 })(
    'IM >= MM >= 0, finite, the sums of their parts; a book with risk never needs 0',
    (held) => {
      const sizeable = held.filter(({ quantity }) => Math.abs(quantity) > 0.01);
      const report = reportOf(market, house, book(sizeable, [cash('USDC', 1e6)]));
      expect(report.initialMargin).toBeGreaterThanOrEqual(report.maintenanceMargin);
      for (const side of ['initial', 'maintenance'] as const) {
        const sum = report.components.reduce((total, component) => total + component[side], 0);
        const margin = side === 'initial' ? report.initialMargin : report.maintenanceMargin;
        expect(Math.abs(sum - margin)).toBeLessThanOrEqual(1e-9 * (1 + margin));
      }
      for (const { initial, maintenance } of report.components) {
        expect(initial).toBeGreaterThanOrEqual(0);
        expect(maintenance).toBeGreaterThanOrEqual(0);
      }
      if (sizeable.length > 0) expect(report.maintenanceMargin).toBeGreaterThan(0);
    },
  );

  test.prop([positions, positions], { seed: 12, numRuns: 40 })(
    'expected shortfall of two books together is at most the sum of the two',
    (first, second) => {
      const shortfall = (held: readonly Position[]): number =>
        reportOf(market, house, book(held)).tailStatistics?.expectedShortfall ?? NaN;
      // One expiry's legs age together, so that netting inside it is not additive: delta-one legs only.
      const deltaOne = (held: Position[]): Position[] =>
        held.filter(({ instrument }) => !/-[CP](-|$)/.test(instrument));
      const [a, b] = [deltaOne(first), deltaOne(second)];
      const joint = new Map<string, number>();
      for (const { instrument, quantity } of [...a, ...b])
        joint.set(instrument, (joint.get(instrument) ?? 0) + quantity);
      const together = [...joint].map(([instrument, quantity]) => ({ instrument, quantity }));
      expect(shortfall(together.filter(({ quantity }) => quantity !== 0))).toBeLessThanOrEqual(
        shortfall(a) + shortfall(b) + 1e-6,
      );
    },
  );

  it('is positive homogeneous in its market risk', () => {
    const of = (size: number): MarginReport =>
      reportOf(
        market,
        house,
        book([
          { instrument: optionName(30, 100_000, 'CALL', true), quantity: -size },
          { instrument: PERPETUAL, quantity: size / 2 },
        ]),
      );
    expect(part(of(6), 'initial_risk').initial).toBeCloseTo(3 * part(of(2), 'initial_risk').initial, 6);
    // Size costs more than in proportion.
    expect(part(of(600), 'liquidity').initial).toBeGreaterThan(3 * part(of(200), 'liquidity').initial);
  });

  it('gives the expected shortfall of a perpetual as the mean of its worst draws', () => {
    const report = reportOf(market, model('house'), book([{ instrument: PERPETUAL, quantity: 2 }]));
    const { valueAtRisk = NaN, expectedShortfall = NaN, scenarioCount } = report.tailStatistics ?? {};
    expect(scenarioCount).toBe(5_000);
    expect(expectedShortfall).toBeGreaterThan(valueAtRisk);
    // Student-t with 3 degrees of freedom and deviation 1: ES 97.5 % is 2.91; 125 draws make it.
    const deviations = expectedShortfall / (2 * 96_700 * 0.0172);
    expect(deviations).toBeGreaterThan(2.6);
    expect(deviations).toBeLessThan(3.2);
  });

  it('a hedge that expires first does not hide risk', () => {
    // Long perpetual and a call that settles in half a day: netted at the end of the day they look flat.
    const perpetual = { instrument: PERPETUAL, quantity: 1 };
    const hedged = reportOf(
      market,
      house,
      book([perpetual, { instrument: optionName(0.5, 60_000, 'CALL', true), quantity: -1 }]),
    );
    const alone = reportOf(market, house, book([perpetual]));
    const hedge = part(alone, 'initial_risk').initial;
    // Half of the day is left when the call has gone: the margin of what remains, scaled by the time it stands alone.
    expect(part(hedged, 'initial_risk').initial).toBeGreaterThanOrEqual(0.49 * hedge);
    expect(part(hedged, 'initial_risk').initial).toBeLessThan(hedge);
  });

  it('gives no credit for time that passes on short options', () => {
    const straddle = (quantity: number): Position[] => [
      { instrument: optionName(2, 100_000, 'CALL', true), quantity },
      { instrument: optionName(2, 90_000, 'PUT', true), quantity },
    ];
    const shortfall = (held: Position[]): number =>
      reportOf(market, house, book(held)).tailStatistics?.expectedShortfall ?? NaN;
    expect(shortfall(straddle(-1))).toBeGreaterThan(0);
    // Long options lose their decay when nothing moves.
    expect(shortfall(straddle(1))).toBeGreaterThan(0);
  });

  it('revalues collateral in the same scenarios: coins behind a short of the same coin are worth constant dollars', () => {
    const coins = [cash('BTC', 1)];
    const inverseShort = { instrument: 'BTC-PERPETUAL', quantity: -9_665 };
    const hedged = reportOf(market, house, book([inverseShort], coins));
    const naked = reportOf(market, house, book([inverseShort], [cash('USDC', 96_650)]));
    const idle = reportOf(market, house, book([], coins));
    expect(part(hedged, 'initial_risk').initial).toBeLessThan(0.01 * part(naked, 'initial_risk').initial);
    expect(part(hedged, 'collateral_haircut').initial).toBeLessThan(0.01 * 96_650 * 0.05);
    expect(part(idle, 'collateral_haircut').initial).toBeCloseTo(96_650 * 0.05, 6);
    expect(idle.initialMargin).toBeGreaterThan(0);
  });

  it('a lower confidence of the data never lowers a margin', () => {
    const held = book([
      { instrument: optionName(30, 100_000, 'CALL', true), quantity: -3 },
      { instrument: PERPETUAL, quantity: 1 },
    ]);
    const at = (confidence: number, volatilityConfidence: number): MarginReport =>
      reportOf(
        sampleMarket({
          underlyings: [
            { name: 'BTC', indexPrice: 96_650, confidence },
            { name: 'ETH', indexPrice: 3_336, confidence: 1 },
          ],
          expiries: sampleSnapshot().expiries.map((expiry) => ({ ...expiry, volatilityConfidence })),
        }),
        house,
        held,
      );
    let before = at(1, 1).initialMargin;
    for (const confidence of [0.9, 0.6, 0.5, 0.1, 0]) {
      for (const worse of [at(confidence, 1), at(1, confidence), at(confidence, confidence)])
        expect(worse.initialMargin).toBeGreaterThan(at(1, 1).initialMargin);
      const both = at(confidence, confidence).initialMargin;
      expect(both).toBeGreaterThan(before);
      before = both;
      expect(at(confidence, confidence).maintenanceMargin).toBeCloseTo(at(1, 1).maintenanceMargin, 6);
    }
  });

  it('draws are frozen: another time of the market leaves them, another version or count does not', () => {
    const held = book([{ instrument: PERPETUAL, quantity: 1 }]);
    const shortfall = (parameters: unknown, timeMs = NOW_MS): number =>
      reportOf(sampleMarket({ timeMs }), model('house', parameters), held).tailStatistics
        ?.expectedShortfall ?? NaN;
    expect(shortfall(small, NOW_MS + 1_000)).toBe(shortfall(small));
    expect(shortfall({ draws: { count: 500, version: 'other' } })).not.toBe(shortfall(small));
    expect(shortfall({ draws: { count: 502 } })).not.toBe(shortfall(small));
  });

  it('two underlyings are charged for what their netting may be worth less than drawn', () => {
    const report = reportOf(
      market,
      house,
      book([
        { instrument: PERPETUAL, quantity: 1 },
        { instrument: 'ETH-USDC-PERPETUAL', quantity: -29 },
      ]),
    );
    expect(part(report, 'correlation_break').initial).toBeGreaterThan(0);
  });

  it('says what it rests on', () => {
    const report = reportOf(market, house, book([{ instrument: PERPETUAL, quantity: 1 }]));
    expect(report.warnings.some((warning) => warning.startsWith('proxy: '))).toBe(true);
    expect(report.tailStatistics).toMatchObject({
      confidenceLevel: 0.975,
      holdingPeriodDays: 1,
      convention: 'fractional_tail',
    });
    expect(report.tailStatistics?.expectedShortfallStandardError).toBeGreaterThan(0);
  });

  it.each([
    [{ draws: { count: 1 } }, 'parameters.draws.count'],
    [{ draws: { count: 0 } }, 'parameters.draws.count'],
    [{ draws: { count: 1_000_000 } }, 'parameters.draws.count'],
    [{ tail: { confidence: 1 } }, 'parameters.tail.confidence'],
    [
      { draws: { correlations: [{ first: 'BTC', second: 'XRP', value: 0.5 }] } },
      'parameters.draws.correlations[0]',
    ],
    [
      {
        draws: {
          correlations: [
            { first: 'BTC', second: 'ETH', value: 0.9 },
            { first: 'ETH', second: '*', value: 0.9 },
            { first: 'BTC', second: '*', value: -0.9 },
          ],
        },
      },
      'parameters.draws.correlations',
    ],
    [{ draws: { history: { source: 'x', closes: {} } } }, 'parameters.draws.history.closes'],
    [
      { draws: { history: { source: 'x', closes: { BTC: [1, 2, 3] } } } },
      'parameters.draws.history.closes.BTC',
    ],
    [
      { draws: { history: { source: 'x', closes: { BTC: Array.from({ length: 99 }, () => 7) } } } },
      'parameters.draws.history.closes.BTC',
    ],
    [
      {
        draws: {
          history: {
            source: 'x',
            closes: { BTC: Array.from({ length: 99 }, (_, t) => (t === 9 ? 0 : 7 + t)) },
          },
        },
      },
      'parameters.draws.history.closes.BTC.9',
    ],
    [{ stress: { library: '2019-01' } }, 'parameters.stress.library'],
    [{ credit: { defaultProbability: { A: 1 } } }, 'parameters.credit.defaultProbability.A'],
    [{ tenorsDays: [30, 7, 90] }, 'parameters.tenorsDays.1'],
    [{ underlyings: { BTC: { dailyVolatility: 0 } } }, 'parameters.underlyings.BTC.dailyVolatility'],
  ])('refuses %j at %s', (overrides, field) => {
    const refused = resolveModel({ name: 'house', overrides });
    expect(refused.ok).toBe(false);
    if (!refused.ok) expect(refused.failure.field).toBe(field);
  });

  it('refuses spot positions: spot is a balance', () => {
    const instrument = {
      name: 'BTC/USDC',
      kind: 'SPOT',
      underlying: 'BTC',
      settlement: 'LINEAR',
      settlementCurrency: 'USDC',
      contractSize: 1,
    } as const;
    const withSpot = sampleMarket({
      instruments: [...sampleSnapshot().instruments, { instrument, markPrice: 96_650, priceConfidence: 1 }],
    });
    const outcome = outcomeOf(withSpot, house, book([{ instrument: 'BTC/USDC', quantity: 1 }]));
    expect(outcome).toMatchObject({ ok: false, failure: { reason: 'UNSUPPORTED' } });
  });
});
