import { describe, expect, test } from 'vitest';
import { scenarioStride } from '../../src/kernel/layout.js';
import { marketScenarioSet, skewFactor } from '../../src/scenarios/market-columns.js';
import type { FactorMoves, RiskFactor } from '../../src/scenarios/risk-factor.js';
import { reasonOf, unwrap } from '../measures/support.js';

const volatility = (tenorDays: number): RiskFactor => ({
  id: `BTC.vol.${tenorDays}d`,
  kind: 'ATM_VOLATILITY',
  subject: 'BTC',
  tenorDays,
  evidence: 'PROXY',
});

const moves: FactorMoves = {
  method: 'STRESS',
  factors: [
    { id: 'BTC.spot', kind: 'SPOT', subject: 'BTC', evidence: 'OBSERVED' },
    { id: 'ETH.spot', kind: 'SPOT', subject: 'ETH', evidence: 'OBSERVED' },
    volatility(30),
    volatility(7),
    { id: 'BTC.basis', kind: 'BASIS', subject: 'BTC', evidence: 'PROXY' },
    { id: 'BTC.skew', kind: 'SKEW', subject: 'BTC', evidence: 'PROXY' },
  ],
  horizonDays: 1,
  count: 2,
  moves: Float64Array.of(-0.1, 0.2, 0.3, 0.4, 0.1, 0.2, 0.5, 0.6, 0.02, -0.04, -0.01, 0.05),
  names: ['crash', 'rally'],
  notes: ['a note'],
};

const years = (days: number): number => days / 365;

describe('kernel columns of factor moves', () => {
  const set = unwrap(
    marketScenarioSet('test', moves, {
      underlyings: ['BTC', 'ETH'],
      expiries: [
        { underlying: 0, timeToExpiryYears: years(1) },
        { underlying: 0, timeToExpiryYears: years(Math.sqrt(210)) },
        { underlying: 0, timeToExpiryYears: years(365) },
        { underlying: 1, timeToExpiryYears: years(30) },
      ],
    }),
  );
  const stride = scenarioStride(2);
  const cell = (column: Float64Array, row: number, scenario: number): number =>
    column[row * stride + scenario]!;

  test('move spot by row of underlying, and expiries by spot and basis', () => {
    const { spotFactor } = set.columns;
    expect(cell(spotFactor, 0, 0)).toBe(Math.exp(-0.1));
    expect(cell(spotFactor, 1, 1)).toBe(Math.exp(0.4));
    expect(cell(spotFactor, 4, 0)).toBeCloseTo(Math.exp(-0.1 + 0.02), 15);
    expect(cell(spotFactor, 5, 0)).toBe(Math.exp(0.3));
    expect(cell(spotFactor, 0, 2)).toBe(1);
  });

  test('interpolate volatility between tenors in the logarithm of time, flat outside', () => {
    const { volShock, skewShock } = set.columns;
    expect(cell(volShock, 2, 0)).toBe(Math.expm1(0.5));
    expect(cell(volShock, 3, 0)).toBeCloseTo(Math.expm1(0.3), 12);
    expect(cell(volShock, 4, 1)).toBe(Math.expm1(0.2));
    expect(cell(volShock, 5, 1)).toBe(0);
    expect(cell(skewShock, 3, 1)).toBe(0.05);
  });

  test('carry names, factors with their evidence, and notes', () => {
    expect(set.labels.map(({ label }) => label)).toEqual(['crash', 'rally']);
    expect(set.factors.filter(({ evidence }) => evidence === 'PROXY')).toHaveLength(4);
    expect(set.notes).toEqual(['a note']);
  });

  test('refuse an underlying without spot', () => {
    expect(reasonOf(marketScenarioSet('test', moves, { underlyings: ['SOL'], expiries: [] }))).toBe(
      'MISSING_MARKET_DATA',
    );
  });
});

test('the place of a strike on the skew is bounded, and 0 without time', () => {
  expect(skewFactor(100, 100, 0.5, 0.25)).toBe(0);
  expect(skewFactor(100 * Math.exp(0.25), 100, 0.5, 0.25)).toBeCloseTo(1, 12);
  expect(skewFactor(1_000, 100, 0.5, 0.01)).toBe(2.5);
  expect(skewFactor(10, 100, 0.5, 0.01)).toBe(-2.5);
  expect(skewFactor(110, 100, 0.5, 0)).toBe(0);
});
