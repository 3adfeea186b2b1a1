/** Holding periods of more than a day over filtered history, and what stress moves beside prices. */
import { describe, expect, it } from 'vitest';
import type { Position } from '../../src/domain/portfolio.js';
import type { MarginReport } from '../../src/domain/report.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { randomStream } from '../../src/measures/random.js';
import { marginsOn, model } from '../support/margins.js';
import { book, cash, NOW_MS, optionName, sampleMarket } from '../support/sample-market.js';

const { reportOf } = marginsOn(loadKernels());
const market = sampleMarket();
const PERPETUAL = 'BTC-USDC-PERPETUAL';

/** Closes whose returns are one size, up or down by turns of a seeded coin, but for one day of ten times that size. */
function closes(seed: number): number[] {
  const random = randomStream(seed);
  let price = 100;
  return Array.from({ length: 301 }, (_, t) => {
    const size = t === 150 ? 0.2 : 0.02;
    price *= Math.exp(random.uniform() < 0.5 ? -size : size);
    return price;
  });
}

const history = { source: 'a made-up record', closes: { BTC: closes(1), ETH: closes(2) } };

function filtered(initialHours: number, other: object = {}): ReturnType<typeof model> {
  return model('house', { draws: { count: 2_000, history }, tail: { initialHours }, ...other });
}

function shortfall(report: MarginReport): number {
  return report.tailStatistics?.expectedShortfall ?? NaN;
}

function part(report: MarginReport, name: string): number {
  return report.components.find((component) => component.name === name)?.initial ?? NaN;
}

describe('filtered history over several days', () => {
  const perpetual = { instrument: PERPETUAL, quantity: 1 };
  const of = (hours: number, held: readonly Position[] = [perpetual]): MarginReport =>
    reportOf(market, filtered(hours), book(held));

  it('follows paths whose volatility remembers their first days, not the root of time', () => {
    const day = shortfall(of(24));
    for (const days of [2, 5]) {
      const growth = shortfall(of(24 * days)) / day;
      expect(growth).toBeGreaterThan(1);
      expect(growth).toBeLessThan(days);
      expect(Math.abs(growth - Math.sqrt(days))).toBeGreaterThan(0.01);
    }
    expect(shortfall(of(48))).toBe(shortfall(of(48)));
  });

  it('is frozen: another time of the market leaves it', () => {
    const later = sampleMarket({ timeMs: NOW_MS + 1_000 });
    expect(shortfall(reportOf(later, filtered(48), book([perpetual])))).toBe(shortfall(of(48)));
  });

  it('settles on the path what expires on the way: a hedge of the first day hides no second one', () => {
    const short = { instrument: optionName(0.5, 60_000, 'CALL', true), quantity: -1 };
    const [hedged, alone] = [shortfall(of(48, [perpetual, short])), shortfall(of(48))];
    // Three quarters of two days are open after the call has gone.
    expect(hedged).toBeGreaterThan(0.8 * Math.sqrt(0.75) * alone);
    expect(hedged).toBeLessThan(alone);
  });

  it('never needs less than MM, for options too', () => {
    const report = of(120, [{ instrument: optionName(30, 100_000, 'CALL', true), quantity: -2 }]);
    expect(report.initialMargin).toBeGreaterThan(report.maintenanceMargin);
    expect(shortfall(report)).toBeGreaterThan(0);
  });
});

describe('regulatory presets', () => {
  it.each([
    ['eu-listed-1d', 0.99, 24, 1],
    ['eu-listed-2d', 0.99, 48, 2],
    ['eu-otc-5d', 0.995, 120, 5],
  ])('%s', (name, confidence, initialHours, days) => {
    const preset = model(`house@${name}`);
    const usual = model('house');
    const of = (by: typeof preset): { tail: object; underlyings: { BTC: { fundingRate: number } } } =>
      by.parameters as never;
    expect(of(preset).tail).toEqual({ ...of(usual).tail, confidence, initialHours });
    expect(of(preset).underlyings.BTC.fundingRate).toBeCloseTo(
      days * of(usual).underlyings.BTC.fundingRate,
      12,
    );
  });

  it('ask more the longer and the surer', () => {
    const margins = ['btc-eth-2026-05', 'eu-listed-1d', 'eu-listed-2d', 'eu-otc-5d'].map(
      (name) =>
        reportOf(
          market,
          model(`house@${name}`, { draws: { count: 1_000 } }),
          book([{ instrument: PERPETUAL, quantity: 1 }]),
        ).initialMargin,
    );
    expect(margins).toEqual([...margins].sort((a, b) => a - b));
    expect(margins[3]).toBeGreaterThan(1.3 * (margins[1] ?? NaN));
  });
});

describe('funding under stress', () => {
  /** Stress alone decides: a library whose only move is funding, in a blend of nothing else. */
  const withFunding = (difference: number): ReturnType<typeof model> =>
    model('house', {
      draws: { count: 500 },
      tail: { stressWeight: 1, confidence: 0.99 },
      stress: {
        own: {
          id: 'own',
          version: '1',
          sources: { mine: 'set by hand' },
          scenarios: [{ name: 'squeeze', moves: [{ factor: 'FUNDING', difference, source: 'mine' }] }],
        },
      },
    });
  /** Short perpetual behind a coin: spot hedges it, funding does not. */
  const hedged = book([{ instrument: PERPETUAL, quantity: -1 }], [cash('BTC', 1)]);
  const risk = (difference: number, held = hedged): number =>
    part(reportOf(market, withFunding(difference), held), 'maintenance_risk');
  const maintenance = (difference: number): number =>
    reportOf(market, withFunding(difference), hedged).maintenanceMargin;

  it('is paid by whoever is short where the rate falls, and received by nobody', () => {
    expect(maintenance(-0.5)).toBeGreaterThan(maintenance(-0.3));
    expect(maintenance(-0.3)).toBeGreaterThan(maintenance(0));
    expect(maintenance(0.5)).toBe(maintenance(0));
    expect(risk(0.5)).toBe(risk(0));
  });

  it('is divided among the perpetuals', () => {
    const report = reportOf(
      market,
      withFunding(-0.5),
      book([
        { instrument: PERPETUAL, quantity: -2 },
        { instrument: 'BTC-PERPETUAL', quantity: 9_665 },
      ]),
      { includeContributions: true },
    );
    const shares = (report.contributions ?? []).filter(({ level }) => level === 'POSITION');
    expect(shares).toHaveLength(2);
    const sum = shares.reduce((total, { maintenance: share }) => total + share, 0);
    expect(Math.abs(sum - report.maintenanceMargin)).toBeLessThan(1e-9 * report.maintenanceMargin);
  });
});
