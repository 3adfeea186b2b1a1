/** Properties of the single rules: age, status, permissions, averages, stable price. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { cappedIndex } from '../../../src/market/oracles/capped-index.js';
import {
  confidenceWeightedAverage,
  EMPTY_CONFIDENCE_EMA,
  updateConfidenceEma,
} from '../../../src/market/oracles/confidence-ema.js';
import { BREAKER_STATES, deviationBreaker } from '../../../src/market/oracles/deviation-breaker.js';
import { isConfirmed, isJump } from '../../../src/market/oracles/jump-quarantine.js';
import { maintenancePrice } from '../../../src/market/oracles/maintenance-price.js';
import { permissionsOf, PERMISSIONS } from '../../../src/market/oracles/price-permissions.js';
import { PRICE_STATUSES, priceStatus, severity } from '../../../src/market/oracles/price-status.js';
import { startStablePrice, updateStablePrice } from '../../../src/market/oracles/stable-price.js';
import { widenByAge } from '../../../src/market/oracles/staleness.js';
import { lowerWeightedMedian } from '../../../src/market/oracles/weighted-median.js';

const run = { seed: 20_260_115, numRuns: 300 };
const price = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const positive = fc.double({ min: 1e-6, max: 10, noNaN: true });

describe('age', () => {
  test.prop([price, positive, positive, positive], run)('never lowers a confidence', (p, c, soon, longer) => {
    const confidence = Math.min(c, p / 3);
    const early = widenByAge(confidence, p, 0.6, soon);
    expect(early).toBeGreaterThanOrEqual(confidence);
    expect(widenByAge(confidence, p, 0.6, soon + longer)).toBeGreaterThanOrEqual(early);
    expect(widenByAge(confidence, p, 0.6, -longer)).toBe(confidence);
  });

  it('of one second at 60 % a year is 1.07 bp', () => {
    expect(widenByAge(0, 10_000, 0.6, 1)).toBeCloseTo(1.068, 3);
  });
});

describe('status', () => {
  const evidence = fc.record({
    price,
    average: price,
    confidence: fc.double({ min: 0, max: 1e5, noNaN: true }),
    ageSeconds: fc.double({ min: 0, max: 200, noNaN: true }),
    hasEnoughPublishers: fc.boolean(),
  });
  const rank = (given: Parameters<typeof priceStatus>[0]): number => severity(priceStatus(given));

  test.prop([evidence, positive], run)(
    'worsens with age, confidence, jump and fewer sources',
    (given, more) => {
      const before = rank(given);
      expect(rank({ ...given, ageSeconds: given.ageSeconds + 10 * more })).toBeGreaterThanOrEqual(before);
      expect(rank({ ...given, confidence: given.confidence * (1 + more) })).toBeGreaterThanOrEqual(before);
      expect(rank({ ...given, hasEnoughPublishers: false })).toBeGreaterThanOrEqual(before);
      const away = given.average > given.price ? 1 + more : 1 / (1 + more);
      expect(rank({ ...given, average: given.average * away })).toBeGreaterThanOrEqual(before);
    },
  );

  it('of numbers that are none is never Valid', () => {
    const sound = { price: 100, average: 100, confidence: 0.1, ageSeconds: 1, hasEnoughPublishers: true };
    expect(priceStatus(sound)).toBe('Valid');
    for (const key of ['price', 'average', 'confidence', 'ageSeconds'] as const)
      expect(priceStatus({ ...sound, [key]: NaN })).not.toBe('Valid');
    expect(priceStatus({ ...sound, price: Infinity })).toBe('NonPositive');
  });

  it('does not let 5.99 times pass a limit of 5', () => {
    const given = { average: 100, confidence: 0.1, ageSeconds: 1, hasEnoughPublishers: true };
    expect(priceStatus({ ...given, price: 599 })).toBe('TooVolatile');
    expect(priceStatus({ ...given, price: 500.1 })).toBe('TooVolatile');
    expect(priceStatus({ ...given, price: 500 })).toBe('Valid');
  });
});

describe('permissions', () => {
  const openness = (permissions: (typeof PERMISSIONS)['Valid']): number[] => [
    Number(permissions.mayOpenRisk),
    Number(permissions.mayWithdraw),
    Number(permissions.mayReduce),
  ];

  it('only Valid opens risk and pays out', () => {
    for (const status of PRICE_STATUSES) {
      const { mayOpenRisk, mayWithdraw } = PERMISSIONS[status];
      expect([mayOpenRisk, mayWithdraw]).toEqual([status === 'Valid', status === 'Valid']);
    }
  });

  it('liquidate on an old price that is known, never on one that is not', () => {
    const use = (status: (typeof PRICE_STATUSES)[number]): string => PERMISSIONS[status].maintenanceMargin;
    expect(PRICE_STATUSES.map(use)).toEqual([
      'CURRENT',
      'CURRENT',
      'CURRENT',
      'IF_SECONDARY_SOURCE_AGREES',
      'IN_FAVOUR_OF_ACCOUNT',
      'REFUSED',
      'REFUSED',
    ]);
  });

  it('never grow with a worse breaker, and are nothing without a price', () => {
    for (const status of PRICE_STATUSES) {
      const [normal, cautious, halt] = BREAKER_STATES.map((breaker) =>
        openness(permissionsOf({ value: 1, status, breaker })),
      );
      for (const [row, allowed] of normal!.entries()) {
        expect(cautious![row]).toBeLessThanOrEqual(allowed);
        expect(halt![row]).toBe(0);
      }
      expect(openness(permissionsOf({ value: null, status, breaker: 'NORMAL' }))).toEqual([0, 0, 0]);
    }
    expect(openness(permissionsOf({ value: 1, status: 'Valid', breaker: 'CAUTIOUS' }))).toEqual([0, 0, 1]);
  });

  it('choose the price of a maintenance margin', () => {
    const primary = { price: 100, confidence: 2 };
    expect(maintenancePrice('CURRENT', 1, primary)).toBe(100);
    expect(maintenancePrice('IN_FAVOUR_OF_ACCOUNT', 1, primary)).toBe(102);
    expect(maintenancePrice('IN_FAVOUR_OF_ACCOUNT', -1, primary)).toBe(98);
    expect(maintenancePrice('REFUSED', 1, primary, primary)).toBeUndefined();
    const secondary = (p: number): number | undefined =>
      maintenancePrice('IF_SECONDARY_SOURCE_AGREES', 1, primary, { price: p, confidence: 1 });
    expect([secondary(103), secondary(103.1)]).toEqual([100, undefined]);
    expect(maintenancePrice('IF_SECONDARY_SOURCE_AGREES', 1, primary)).toBeUndefined();
  });
});

describe('the breaker', () => {
  it('acts at 10 % and 50 %, and halts on what is no number', () => {
    expect([109.9, 110.1, 149.9, 150.1, 90.1, 89.9, 50.1, 49.9].map((p) => deviationBreaker(p, 100))).toEqual(
      ['NORMAL', 'CAUTIOUS', 'CAUTIOUS', 'HALT', 'NORMAL', 'CAUTIOUS', 'CAUTIOUS', 'HALT'],
    );
    expect([deviationBreaker(NaN, 100), deviationBreaker(100, NaN), deviationBreaker(100, 0)]).toEqual([
      'HALT',
      'HALT',
      'HALT',
    ]);
  });
});

describe('jumps', () => {
  it('are measured by the second, and confirmed by others within half a percent', () => {
    expect([isJump(110, 100, 0.5), isJump(110.6, 100, 0.5), isJump(110.6, 100, 1.1)]).toEqual([
      false,
      true,
      false,
    ]);
    expect([isJump(90.4, 100, 1), isJump(90.5, 100, 1), isJump(NaN, 100, 1)]).toEqual([true, false, true]);
    expect([isConfirmed(120, [119.5, 120, 90]), isConfirmed(120, [100, 120]), isConfirmed(120, [])]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('the capped index and the weighted median', () => {
  const sources = fc.array(fc.tuple(price, fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 12 });
  test.prop([sources], run)('lie among their prices, whatever the order', (all) => {
    const prices = all.map(([value]) => value);
    const weights = all.map(([, weight]) => weight);
    const middle = lowerWeightedMedian(prices, weights);
    expect(prices).toContain(middle);
    expect(lowerWeightedMedian([...prices].reverse(), [...weights].reverse())).toBe(middle);
    const { index, median } = cappedIndex(prices, weights);
    expect(Math.abs(index / median - 1)).toBeLessThanOrEqual(0.005 + 1e-12);
  });

  test.prop([sources], run)('the median has half of the weight on either side', (all) => {
    const middle = lowerWeightedMedian(
      all.map(([value]) => value),
      all.map(([, weight]) => weight),
    );
    const weigh = (test: (value: number) => boolean): number =>
      all.filter(([value]) => test(value)).reduce((sum, [, weight]) => sum + weight, 0);
    const half = weigh(() => true) / 2;
    expect(weigh((value) => value <= middle)).toBeGreaterThanOrEqual(half);
    expect(weigh((value) => value < middle)).toBeLessThan(half);
  });
});

describe('averages', () => {
  test.prop([fc.array(fc.tuple(price, positive, positive), { minLength: 1, maxLength: 40 })], run)(
    'weighted by confidence lie among their prices and forget after a gap',
    (all) => {
      let state = EMPTY_CONFIDENCE_EMA;
      for (const [p, confidence, seconds] of all)
        state = updateConfidenceEma(state, p, confidence, 60 * seconds, 3_600, 2_520);
      const average = confidenceWeightedAverage(state)!;
      const prices = all.map(([p]) => p);
      expect(average).toBeGreaterThanOrEqual(Math.min(...prices) * (1 - 1e-12));
      expect(average).toBeLessThanOrEqual(Math.max(...prices) * (1 + 1e-12));
      const anew = updateConfidenceEma(state, 7, 0.01, 2_521, 3_600, 2_520);
      expect(confidenceWeightedAverage(anew)).toBeCloseTo(7, 12);
    },
  );

  it('halve the weight of the past in an hour', () => {
    const first = updateConfidenceEma(EMPTY_CONFIDENCE_EMA, 100, 1, 0, 3_600, 4_000);
    const second = updateConfidenceEma(first, 200, 1, 3_600, 3_600, 4_000);
    expect(confidenceWeightedAverage(second)).toBeCloseTo((50 + 200) / 1.5, 10);
    expect(confidenceWeightedAverage(EMPTY_CONFIDENCE_EMA)).toBeUndefined();
  });
});

describe('the stable price', () => {
  const path = fc.array(fc.tuple(price, fc.double({ min: 0, max: 5_000, noNaN: true })), { maxLength: 200 });
  test.prop([price, path], run)('moves at most .03 % a second, towards the price', (start, all) => {
    let state = startStablePrice(0, start);
    let now = 0;
    for (const [p, wait] of all) {
      now += wait;
      const seconds = now - state.lastSeconds;
      const next = updateStablePrice(state, now, p);
      expect(Math.abs(next.stable / state.stable - 1)).toBeLessThanOrEqual(
        0.0003 * Math.min(seconds, 600) + 1e-12,
      );
      expect((next.stable - state.stable) * (p - state.stable)).toBeGreaterThanOrEqual(0);
      state = next;
    }
  });

  it('starts its delayed means anew after more than a day', () => {
    // A gap counts ten minutes of its price over all of its time, as published: the mean falls to its limit.
    const after = updateStablePrice(startStablePrice(0, 100), 90_001, 110);
    expect(after.delayed.map((mean) => Math.round(mean))).toEqual(Array.from({ length: 24 }, () => 94));
    expect(
      updateStablePrice(startStablePrice(0, 100), 7_201, 110).delayed.filter((mean) => mean !== 100),
    ).toHaveLength(2);
  });

  it('ignores updates closer than ten seconds and a clock that goes back', () => {
    const state = startStablePrice(1_000, 100);
    for (const now of [1_009.9, 1_000, 0, NaN]) expect(updateStablePrice(state, now, 200)).toBe(state);
    expect(updateStablePrice(state, 1_010, 200).stable).toBeCloseTo(100.3, 10);
  });
});
