/** History, its filter, and the moves they give; `fhs` of the published estimators. */
import { describe, expect, test } from 'vitest';
import { tailMeasures } from '../../src/measures/tail-measures.js';
import { drawSeed } from '../../src/scenarios/draws.js';
import { ewmaFilter, rescaled } from '../../src/scenarios/ewma-filter.js';
import { filterHistory, filteredHistoricalMoves } from '../../src/scenarios/filtered-historical.js';
import { ageWeightedMoves, historicalMoves } from '../../src/scenarios/historical.js';
import { DAY_MS, alignHistory, changesOf } from '../../src/scenarios/history.js';
import { movesOf, proxyFactors } from '../../src/scenarios/risk-factor.js';
import { Comparison, announce, readRiskMeasures, reasonOf, unwrap, vectors } from '../measures/support.js';
import { BTC_SKEW, BTC_SPOT, ETH_SPOT, FIRST_DAY_MS, sampleHistory, seriesOf } from './sample-history.js';

interface FhsVector {
  returns: number[];
  sigma: number[];
  sigmaNow: number;
  filtered: number[];
  halfFiltered: number[];
  varEs: { confidence: number; unfiltered: [number, number]; filtered: [number, number] }[];
}

const DAILY = { stepMs: DAY_MS, gaps: 'REFUSE' } as const;

test.skipIf(vectors === undefined)('var_es_estimators.json: fhs', () => {
  const { fhs } = readRiskMeasures('var_es_estimators.json') as { fhs: FhsVector };
  const seen = new Comparison();
  const history = unwrap(
    alignHistory([seriesOf(BTC_SPOT, fhs.returns)], { windowRows: fhs.returns.length, ...DAILY }),
  );
  const filter = unwrap(ewmaFilter(Float64Array.from(fhs.returns), 0.97, 4));
  const full = unwrap(filteredHistoricalMoves(unwrap(filterHistory(history, { startSteps: 4 })), 1));
  const half = unwrap(
    filteredHistoricalMoves(unwrap(filterHistory(history, { startSteps: 4, isHalf: true })), 1),
  );
  seen.relative('sigma now', filter.deviationNow, fhs.sigmaNow);
  fhs.returns.forEach((change, i) => {
    seen.relative(`sigma ${i}`, filter.deviation[i]!, fhs.sigma[i]!);
    seen.relative(`filtered ${i}`, rescaled(change, fhs.sigmaNow / fhs.sigma[i]!, false), fhs.filtered[i]!);
    // Through levels and logarithms: a return is rebuilt to a few units in the last place of 1.
    seen.absolute(`moves ${i}`, full.moves[i]!, fhs.filtered[i]!);
    seen.absolute(`half moves ${i}`, half.moves[i]!, fhs.halfFiltered[i]!);
  });
  for (const { confidence, unfiltered, filtered } of fhs.varEs) {
    for (const [sample, [valueAtRisk, shortfall]] of [
      [fhs.returns, unfiltered],
      [fhs.filtered, filtered],
    ] as const) {
      const measures = unwrap(
        tailMeasures(
          sample.map((x) => -x),
          confidence,
        ),
      );
      seen.relative('VaR', measures.valueAtRisk, valueAtRisk);
      seen.relative('ES', measures.expectedShortfall, shortfall);
    }
  }
  announce('fhs', seen);
  expect(seen.count).toBe(57);
  expect(seen.worst, seen.where).toBeLessThanOrEqual(1e-12);
});

describe('a history', () => {
  test('keeps what all series share, and the last rows of it', () => {
    const long = seriesOf(BTC_SPOT, [0.01, 0.02, 0.03, 0.04]);
    const short = seriesOf(BTC_SKEW, [0.1, 0.2, 0.3]);
    const history = unwrap(alignHistory([long, short], { windowRows: 2, ...DAILY }));
    expect(changesOf(history, 0)[1]).toBeCloseTo(0.03, 14);
    expect(changesOf(history, 1)[0]).toBeCloseTo(0.2, 14);
    expect(history.dateMs[1]).toBe(FIRST_DAY_MS + 3 * DAY_MS);
  });

  test('shorter than the window is refused', () => {
    const series = [seriesOf(BTC_SPOT, [0.01, 0.02])];
    expect(reasonOf(alignHistory(series, { windowRows: 3, ...DAILY }))).toBe('MISSING_MARKET_DATA');
    expect(reasonOf(alignHistory(series, { windowRows: 0, ...DAILY }))).toBe('INVALID_PARAMETER');
    expect(reasonOf(alignHistory([], { windowRows: 1, ...DAILY }))).toBe('MISSING_FIELD');
  });

  test('with a gap is refused, or the step over it is left out and noted', () => {
    const whole = seriesOf(BTC_SPOT, [0.01, 0.02, 0.03, 0.04, 0.05]);
    const series = [{ ...whole, points: whole.points.filter((_, i) => i !== 3) }];
    expect(reasonOf(alignHistory(series, { windowRows: 2, ...DAILY }))).toBe('MISSING_MARKET_DATA');
    const history = unwrap(alignHistory(series, { windowRows: 3, stepMs: DAY_MS, gaps: 'SKIP' }));
    expect([...changesOf(history, 0)].map((x) => Math.round(x * 100))).toEqual([1, 2, 5]);
    expect(history.notes).toEqual(['1 steps over missing dates were left out of the history']);
  });

  test('with a constant series, a bad level or dates out of order is refused', () => {
    expect(reasonOf(alignHistory([seriesOf(BTC_SPOT, [0, 0, 0])], { windowRows: 3, ...DAILY }))).toBe(
      'INVALID_VALUE',
    );
    for (const value of [NaN, Infinity, 0, -1]) {
      const points = [...seriesOf(BTC_SPOT, [0.1, 0.1]).points];
      points[1] = { ...points[1]!, value };
      const outcome = alignHistory([{ factor: BTC_SPOT, points }], { windowRows: 1, ...DAILY });
      expect(outcome).toMatchObject({
        failure: { reason: 'INVALID_VALUE', field: 'series[0].points[1].value' },
      });
    }
    const backwards = [...seriesOf(BTC_SPOT, [0.1, 0.1]).points].reverse();
    expect(
      reasonOf(alignHistory([{ factor: BTC_SPOT, points: backwards }], { windowRows: 1, ...DAILY })),
    ).toBe('INVALID_VALUE');
  });
});

describe('historical moves', () => {
  const history = sampleHistory(100);

  test('are the changes, or sums of consecutive ones', () => {
    const one = unwrap(historicalMoves(history, 1));
    expect(one.moves).toEqual(history.changes);
    expect(one.names?.[0]).toBe('2020-01-02');
    const three = unwrap(historicalMoves(history, 3));
    const spot = changesOf(history, 0);
    expect(three.count).toBe(98);
    expect(three.moves[0]).toBe(spot[0]! + spot[1]! + spot[2]!);
    expect(three.names?.[0]).toBe('2020-01-04');
    expect(proxyFactors(three)).toEqual([]);
  });

  test('over less than a step are scaled, and every factor says PROXY', () => {
    const quarter = unwrap(historicalMoves(history, 0.25));
    expect(quarter.moves[7]).toBe(history.changes[7]! / 2);
    expect(proxyFactors(quarter)).toHaveLength(3);
    expect(quarter.notes.join()).toContain('root of time');
  });

  test('weighted by age weigh the last most', () => {
    const aged = unwrap(ageWeightedMoves(history, 1, 0.99));
    const [before, last] = aged.weights!.subarray(98);
    expect(last! / before!).toBeCloseTo(1 / 0.99, 12);
  });

  test.each([0, -1, NaN, 1.5, Infinity])('a horizon of %d is refused', (horizon) => {
    expect(reasonOf(historicalMoves(history, horizon))).toBe('INVALID_PARAMETER');
  });

  test('a horizon longer than the history is refused', () => {
    expect(reasonOf(historicalMoves(history, 101))).toBe('MISSING_MARKET_DATA');
  });
});

describe('filtered moves', () => {
  test('caps the ratio of volatilities, and says how often', () => {
    const calm = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 0.001 : -0.001));
    const storm = Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 0.05 : -0.05));
    const history = unwrap(
      alignHistory([seriesOf(ETH_SPOT, [...calm, ...storm])], { windowRows: 120, ...DAILY }),
    );
    const moves = unwrap(filteredHistoricalMoves(unwrap(filterHistory(history)), 1));
    expect(moves.moves[0]).toBeCloseTo(0.003, 12);
    expect(moves.notes.join()).toMatch(/\d+ of 120 rescalings were capped at 3/);
  });

  test('refuses a series that starts still, and a short one', () => {
    const still = [...Array.from({ length: 48 }, () => 0), 0.1, -0.1];
    const history = unwrap(alignHistory([seriesOf(BTC_SPOT, still)], { windowRows: 50, ...DAILY }));
    expect(reasonOf(filterHistory(history))).toBe('INVALID_VALUE');
    expect(reasonOf(filterHistory(sampleHistory(47)))).toBe('MISSING_MARKET_DATA');
    expect(reasonOf(ewmaFilter(Float64Array.of(1, 2), 1, 2))).toBe('INVALID_PARAMETER');
    expect(reasonOf(filteredHistoricalMoves(unwrap(filterHistory(sampleHistory())), 2))).toBe(
      'INVALID_PARAMETER',
    );
  });

  test('keep the name of their factor', () => {
    const moves = unwrap(filteredHistoricalMoves(unwrap(filterHistory(sampleHistory())), 1));
    expect(movesOf(moves, 'BTC.skew')).toEqual(moves.moves.subarray(800));
    expect(movesOf(moves, 'DOGE.spot')).toBeUndefined();
  });
});

test('a seed changes with the draw version and the description of the set, not with its order', () => {
  const seed = drawSeed('1', { method: 'FHS', count: 5000 });
  expect(seed).toHaveLength(8);
  expect(drawSeed('1', { count: 5000, method: 'FHS' })).toEqual(seed);
  expect(drawSeed('2', { method: 'FHS', count: 5000 })).not.toEqual(seed);
  expect(drawSeed('1', { method: 'FHS', count: 5001 })).not.toEqual(seed);
});
