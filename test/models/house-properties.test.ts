/** Properties of market-and-risk.md 5.10 on whole reports of the house model. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { tailMeasures } from '../../src/measures/tail-measures.js';
import { marginsOn, model } from '../support/margins.js';
import {
  book,
  cash,
  NOW_MS,
  optionName,
  SAMPLE_STRIKES,
  sampleMarket,
  sampleSnapshot,
} from '../support/sample-market.js';

// Thousands of draws: the kernels, which have their twins as oracle elsewhere.
const { outcomeOf, reportOf } = marginsOn(loadKernels());
const market = sampleMarket();
const house = model('house', { draws: { count: 500 } });
const PERPETUAL = 'BTC-USDC-PERPETUAL';
const ETH_PERPETUAL = 'ETH-USDC-PERPETUAL';

function part(report: MarginReport, name: string): number {
  return report.components.find((component) => component.name === name)?.initial ?? NaN;
}

const quantity = fc.double({ min: -20, max: 20, noNaN: true }).filter((size) => Math.abs(size) > 0.01);
const deltaOne: fc.Arbitrary<Position[]> = fc
  .record({ btc: quantity, eth: quantity, inverse: quantity })
  .map(({ btc, eth, inverse }) => [
    { instrument: PERPETUAL, quantity: btc },
    { instrument: ETH_PERPETUAL, quantity: 20 * eth },
    { instrument: 'BTC-PERPETUAL', quantity: 1_000 * inverse },
  ]);

describe('one account and two', () => {
  test.prop([deltaOne, deltaOne], { seed: 21, numRuns: 25 })(
    'a book split over accounts needs at least what it needs in one, but for impact that the split saves',
    (first, second) => {
      const joined = first.map(({ instrument, quantity: size }, at) => ({
        instrument,
        quantity: size + (second[at]?.quantity ?? 0),
      }));
      const [a, b, both] = [first, second, joined].map((held) => reportOf(market, house, book(held)));
      if (a === undefined || b === undefined || both === undefined) throw new Error('no reports');
      // Market risk is subadditive: what two accounts hold separately is at least what one holds. The grid is, like the shortfall.
      for (const name of ['initial_risk', 'basis', 'funding', 'naked_short'])
        expect(part(both, name)).toBeLessThanOrEqual((part(a, name) + part(b, name)) * (1 + 1e-9) + 1e-6);
      const es = (report: MarginReport): number => report.tailStatistics?.expectedShortfall ?? NaN;
      expect(es(both)).toBeLessThanOrEqual(es(a) + es(b) + 1e-6);
      // Impact is not: 2^1.5 at most for equal parts.
      expect(part(both, 'liquidity')).toBeLessThanOrEqual(
        Math.SQRT2 * (part(a, 'liquidity') + part(b, 'liquidity')) * (1 + 1e-9),
      );
    },
  );
});

describe('quotes', () => {
  const call = optionName(30, 100_000, 'CALL', true);
  const held = book([
    { instrument: call, quantity: -3 },
    { instrument: PERPETUAL, quantity: 1 },
  ]);
  const quoted = (bidPrice?: number, askPrice?: number): MarginReport =>
    reportOf(
      sampleMarket({
        instruments: sampleSnapshot().instruments.map((quote) => {
          if (quote.instrument.name !== call) return quote;
          const unquoted = Object.entries(quote).filter(([name]) => !/^(bid|ask)Price$/.test(name));
          return {
            ...(Object.fromEntries(unquoted) as unknown as typeof quote),
            ...(bidPrice === undefined ? {} : { bidPrice }),
            ...(askPrice === undefined ? {} : { askPrice }),
          };
        }),
      }),
      house,
      held,
    );

  it('pulled, widened or one-sided move no maintenance margin; a wide one raises the initial margin', () => {
    const usual = quoted(4_000, 4_010);
    for (const other of [quoted(), quoted(undefined, 9_000), quoted(1, 9_000)])
      expect(other.maintenanceMargin).toBe(usual.maintenanceMargin);
    expect(quoted(1, 9_000).initialMargin).toBeGreaterThan(usual.initialMargin);
    expect(quoted().initialMargin).toBe(usual.initialMargin);
  });
});

describe('depth', () => {
  const withDepth = (slow: number, fast = slow): MarginReport => {
    const bands = (dollars: number): number[] => [1, 2, 4, 8].map((multiple) => multiple * dollars);
    const parameters = {
      draws: { count: 500 },
      underlyings: {
        BTC: { liquidity: { deltaOneDepthUsd: { slow: bands(slow), fast: bands(fast) } } },
      },
    };
    return reportOf(market, model('house', parameters), book([{ instrument: PERPETUAL, quantity: 20 }]));
  };

  test.prop([fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true })], {
    seed: 22,
    numRuns: 4,
  })('more of it never raises what closing costs', (depth, more) => {
    const [thin, thick] = [withDepth(depth), withDepth(depth + more)];
    for (const name of ['liquidity', 'liquidity_now'])
      expect(part(thick, name)).toBeLessThanOrEqual(part(thin, name) + 1e-9);
    expect(thick.maintenanceMargin).toBeLessThanOrEqual(thin.maintenanceMargin + 1e-9);
  });

  it('that vanishes for a moment is in the initial margin alone', () => {
    const [usual, gone] = [withDepth(1e5), withDepth(1e5, 0)];
    expect(gone.maintenanceMargin).toBe(usual.maintenanceMargin);
    expect(gone.initialMargin).toBeGreaterThan(usual.initialMargin);
  });
});

describe('time', () => {
  const EXPIRY_DAYS = 0.5;
  const expiring = (strike: number, type: 'CALL' | 'PUT'): string =>
    optionName(EXPIRY_DAYS, strike, type, true);
  const secondsLeft = [43_200, 3_600, 60, 1] as const;
  /** The sample market so many seconds before the end of its first expiry, whose average has not begun to settle. */
  const before = new Map(
    secondsLeft.map((seconds) => [
      seconds,
      sampleMarket({
        timeMs: NOW_MS + 1_000 * (EXPIRY_DAYS * 86_400 - seconds),
        expiries: sampleSnapshot().expiries.map((expiry) => ({ ...expiry, fixedForward: 0 })),
      }),
    ]),
  );
  const legs = fc.record({
    short: fc.constantFrom(...SAMPLE_STRIKES),
    type: fc.constantFrom('CALL' as const, 'PUT' as const),
    size: quantity,
    perpetual: quantity,
    call: quantity,
  });

  test.prop([legs, fc.constantFrom(...secondsLeft)], { seed: 24, numRuns: 40 })(
    'what is left when a leg has expired needs at most the margin before, but for the time that is left',
    ({ short, type, size, perpetual, call }, seconds) => {
      const at = before.get(seconds);
      if (at === undefined) throw new Error('no market');
      const rest = [
        { instrument: PERPETUAL, quantity: perpetual },
        { instrument: optionName(30, 100_000, 'CALL', true), quantity: call },
      ];
      const whole = reportOf(
        at,
        house,
        book([...rest, { instrument: expiring(short, type), quantity: size }]),
      );
      const left = reportOf(at, house, book(rest));
      // Exactly: M >= (1 - t / 24 h) x M(what outlives t), of the market risk of both margins.
      const share = 1 - seconds / 86_400;
      for (const name of ['initial_risk', 'maintenance_risk']) {
        const of = (report: MarginReport): number => {
          const found = report.components.find((component) => component.name === name);
          return (found?.initial ?? NaN) + (found?.maintenance ?? NaN);
        };
        expect(of(whole)).toBeGreaterThanOrEqual(share * of(left) * (1 - 1e-9));
      }
    },
  );
});

describe('scenarios', () => {
  it('one more stress never lowers a margin', () => {
    const held = book([
      { instrument: optionName(30, 100_000, 'CALL', true), quantity: -3 },
      { instrument: PERPETUAL, quantity: -1 },
    ]);
    const own = (relative: number): MarginReport =>
      reportOf(
        market,
        model('house', {
          draws: { count: 500 },
          stress: {
            own: {
              id: 'own',
              version: '1',
              sources: { mine: 'set by hand' },
              scenarios: [{ name: 'move', moves: [{ factor: 'SPOT', relative, source: 'mine' }] }],
            },
          },
        }),
        held,
      );
    const without = reportOf(market, house, held);
    for (const relative of [-0.5, 0, 0.1, 0.6, 2]) {
      expect(own(relative).initialMargin).toBeGreaterThanOrEqual(without.initialMargin);
      expect(own(relative).maintenanceMargin).toBeGreaterThanOrEqual(without.maintenanceMargin);
    }
    expect(own(2).initialMargin).toBeGreaterThan(without.initialMargin);
  });

  test.prop(
    [
      fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 2, maxLength: 200 }),
      fc.double({ min: -1e3, max: 1e3, noNaN: true }),
    ],
    { seed: 23 },
  )('one that loses most never lowers a shortfall, and a NaN among them is an error', (losses, more) => {
    const worst = Math.max(...losses, more);
    const before = tailMeasures(Float64Array.from(losses), 0.9);
    const after = tailMeasures(Float64Array.from([...losses, worst]), 0.9);
    if (!before.ok || !after.ok) throw new Error('no measures');
    expect(after.value.expectedShortfall).toBeGreaterThanOrEqual(before.value.expectedShortfall - 1e-9);
    expect(tailMeasures(Float64Array.from([...losses, NaN]), 0.9).ok).toBe(false);
  });
});

describe('filtered history', () => {
  const closes = (seed: number, count = 301): number[] => {
    let price = 100;
    return Array.from({ length: count }, (_, t) => {
      price *= Math.exp(0.03 * Math.sin(seed * (t + 1) ** 2));
      return price;
    });
  };
  const record = { source: 'a made-up record', closes: { BTC: closes(1), ETH: closes(2) } };
  const filtered = (count = 300, history: object = record): ReturnType<typeof model> =>
    model('house', { draws: { count: Math.max(500, count), history } });

  it('with as many draws as twice the days is the record itself at today’s volatility', () => {
    const report = reportOf(market, filtered(600), book([{ instrument: PERPETUAL, quantity: 1 }]));
    const twice = reportOf(market, filtered(1_200), book([{ instrument: PERPETUAL, quantity: 1 }]));
    expect(report.tailStatistics?.expectedShortfall).toBeCloseTo(
      twice.tailStatistics?.expectedShortfall ?? NaN,
      6,
    );
    expect(report.warnings.some((warning) => warning.includes('301 daily closes of a made-up record'))).toBe(
      true,
    );
  });

  it('a hedge that expires first does not hide risk', () => {
    const perpetual = { instrument: PERPETUAL, quantity: 1 };
    const short = { instrument: optionName(0.5, 60_000, 'CALL', true), quantity: -1 };
    const hedged = reportOf(market, filtered(600), book([perpetual, short]));
    const alone = reportOf(market, filtered(600), book([perpetual]));
    expect(part(hedged, 'initial_risk')).toBeGreaterThanOrEqual(0.49 * part(alone, 'initial_risk'));
    // The path alone: half a day of the perpetual is open after the call has settled.
    expect(hedged.tailStatistics?.expectedShortfall).toBeGreaterThan(
      0.5 * (alone.tailStatistics?.expectedShortfall ?? NaN),
    );
  });

  it('refuses an underlying that the record lacks, as a contract and as coins', () => {
    const only = filtered(600, { ...record, closes: { BTC: closes(1) } });
    expect(outcomeOf(market, only, book([{ instrument: ETH_PERPETUAL, quantity: 1 }]))).toMatchObject({
      ok: false,
      failure: { reason: 'UNSUPPORTED', field: 'positions[0].instrument' },
    });
    expect(outcomeOf(market, only, book([], [cash('ETH', 1)]))).toMatchObject({
      ok: false,
      failure: { reason: 'UNSUPPORTED', field: 'balances[0].asset' },
    });
  });
});
