/** What broke elsewhere (operations.md B.3), and what sources that err or collude can do here. */
import { describe, expect, it } from 'vitest';
import { permissionsOf } from '../../../src/market/oracles/price-permissions.js';
import { quote, quoteAll, sampleOracle, samePrices, START_MS } from './sample-oracle.js';

const T = START_MS;
const SECOND = 1_000;

describe('a collateral that trades at 0.65 on one venue and at par elsewhere (10 October 2025)', () => {
  it.each([4, 5, 8])('in one jump, with %i sources', (count) => {
    const oracle = sampleOracle(count);
    quoteAll(oracle, samePrices(count, 1), T);
    for (let step = 1; step <= 60; step += 1) {
      const now = T + step * SECOND;
      expect(quoteAll(oracle, { ...samePrices(count, 1), a: 0.65 }, now)).toEqual({ a: 'JUMP_QUARANTINED' });
      const price = oracle.price(now);
      expect(Math.abs(price.value! - 1)).toBeLessThanOrEqual(0.01);
      expect(price).toMatchObject({ publishers: count - 1, quarantined: 1 });
      expect(price.status).toBe(count > 4 ? 'Valid' : 'InsufficientDataPoints');
    }
    // Back at par the others confirm it.
    expect(quoteAll(oracle, samePrices(count, 1), T + 61 * SECOND)).toEqual({});
    expect(oracle.price(T + 61 * SECOND)).toMatchObject({
      status: 'Valid',
      publishers: count,
      quarantined: 0,
    });
  });

  it.each([4, 5, 8])('sliding by 1 %% a second, with %i sources', (count) => {
    const oracle = sampleOracle(count);
    for (let step = 0; step <= 43; step += 1) {
      const now = T + step * SECOND;
      expect(quoteAll(oracle, { ...samePrices(count, 1), a: Math.max(0.65, 0.99 ** step) }, now)).toEqual({});
      const price = oracle.price(now);
      expect(Math.abs(price.value! - 1)).toBeLessThanOrEqual(0.01);
    }
  });

  it('as the only source gives no price, whatever it says', () => {
    const oracle = sampleOracle(4);
    for (let step = 0; step < 10; step += 1) oracle.accept(quote('a', 0.65, T + step), T + step);
    const price = oracle.price(T + 10);
    expect(price).toMatchObject({
      value: null,
      confidence: null,
      status: 'InsufficientDataPoints',
      publishers: 1,
    });
    expect(permissionsOf(price)).toMatchObject({
      maintenanceMargin: 'REFUSED',
      mayReduce: false,
      mayOpenRisk: false,
    });
  });
});

describe('an outlier among the constituents of an index (31 October 2019)', () => {
  const rules = ['CAPPED_INDEX', 'WEIGHTED_PERCENTILE', 'WEIGHTED_MEDIAN'] as const;
  const outliers = [
    ['x0', 0],
    ['x0.1', 10],
    ['x10', 1_000],
    ['NaN', NaN],
  ] as const;

  it.each(rules.flatMap((rule) => outliers.map(([name, price]) => [rule, name, price] as const)))(
    '%s: a constituent at %s moves the index by at most .5 %%',
    (rule, _, bad) => {
      const oracle = sampleOracle(6, { rule });
      quoteAll(oracle, { a: 100, b: 100.1, c: 99.9, d: 100.05, e: 99.95, f: 100 }, T);
      const before = oracle.price(T);
      for (let step = 1; step <= 30; step += 1) {
        const now = T + step * SECOND;
        quoteAll(oracle, { a: bad, b: 100.1, c: 99.9, d: 100.05, e: 99.95, f: 100 }, now);
        const price = oracle.price(now);
        expect(Math.abs(price.value! / before.value! - 1)).toBeLessThanOrEqual(0.005);
        expect(price.confidence!).toBeGreaterThan(0);
        expect(price.status).toBe('Valid');
      }
    },
  );

  it.each(rules)('%s: a constituent that is frozen stops voting while the market moves', (rule) => {
    const oracle = sampleOracle(6, { rule });
    quoteAll(oracle, samePrices(6, 100), T);
    for (let step = 1; step <= 30; step += 1) {
      const now = T + step * SECOND;
      const moving = Object.entries(samePrices(6, 100 * 1.002 ** step)).filter(([name]) => name !== 'a');
      quoteAll(oracle, Object.fromEntries(moving), now);
      const truth = 100 * 1.002 ** step;
      expect(Math.abs(oracle.price(now).value! / truth - 1)).toBeLessThanOrEqual(0.005);
      if (step > 5) expect(oracle.price(now).publishers).toBe(5);
    }
  });

  it('that slides away in steps below the jump limit moves a capped index by its share of the cap', () => {
    const oracle = sampleOracle(6, { rule: 'CAPPED_INDEX' });
    for (let step = 0; step <= 20; step += 1) {
      const now = T + step * SECOND;
      quoteAll(oracle, { ...samePrices(6, 100), a: 100 * 1.09 ** step }, now);
      expect(Math.abs(oracle.price(now).value! / 100 - 1)).toBeLessThanOrEqual(0.005 / 6 + 1e-12);
    }
  });
});

describe('two of four that collude at +20 %', () => {
  it('in one jump are quarantined, do not confirm each other, and end trading without moving the price', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, samePrices(4, 100), T);
    for (let step = 1; step <= 100; step += 1) {
      const now = T + step * SECOND;
      const refused = quoteAll(oracle, { a: 120, b: 120, c: 100, d: 100 }, now);
      expect(refused).toEqual({ a: 'JUMP_QUARANTINED', b: 'JUMP_QUARANTINED' });
    }
    const price = oracle.price(T + 100 * SECOND);
    expect(price).toMatchObject({ value: 100, publishers: 2, quarantined: 2 });
    expect(permissionsOf(price)).toMatchObject({ mayOpenRisk: false, mayWithdraw: false });
  });

  it('in small steps make the price too uncertain long before', () => {
    const oracle = sampleOracle(4);
    let worst = 0;
    for (let step = 0; step <= 20; step += 1) {
      const now = T + step * SECOND;
      const up = 100 * (1 + step / 100);
      expect(quoteAll(oracle, { a: up, b: up, c: 100, d: 100 }, now)).toEqual({});
      const price = oracle.price(now);
      if (price.status === 'Valid') worst = Math.max(worst, price.value! / 100 - 1);
      // The honest price is inside the stated interval all along.
      expect(price.confidence!).toBeGreaterThanOrEqual(0.99 * (price.value! - 100));
    }
    expect(worst).toBeLessThanOrEqual(0.02);
    const price = oracle.price(T + 20 * SECOND);
    expect(price.status).toBe('TooUncertain');
    expect(permissionsOf(price)).toMatchObject({ mayOpenRisk: false, initialMargin: 'WITH_CONTINGENCY' });
  });
});

describe('a jump', () => {
  it('of the whole market is taken as soon as the other sources confirm it', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, samePrices(4, 100), T);
    const now = T + SECOND;
    // Three of four say so: then the third confirms the first two.
    expect(quoteAll(oracle, samePrices(4, 85), now)).toEqual({
      a: 'JUMP_QUARANTINED',
      b: 'JUMP_QUARANTINED',
    });
    expect(oracle.price(now)).toMatchObject({
      value: 85,
      publishers: 4,
      quarantined: 0,
      breaker: 'CAUTIOUS',
    });
    expect(permissionsOf(oracle.price(now)).mayOpenRisk).toBe(false);
  });

  it('of a source is not confirmed by repeating it', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, samePrices(4, 100), T);
    for (let step = 1; step < 1_000; step += 1)
      expect(oracle.accept(quote('a', 120, T + step), T + step).accepted).toBe(false);
    expect(oracle.price(T + 1_000)).toMatchObject({ value: 100, quarantined: 1 });
  });

  it('of one of four by 9 % passes the rule of jumps and moves the price by a vote', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, { a: 100, b: 100.02, c: 99.98, d: 100 }, T);
    expect(quoteAll(oracle, { a: 109, b: 100.02, c: 99.98, d: 100 }, T + SECOND)).toEqual({});
    const price = oracle.price(T + SECOND);
    expect(Math.abs(price.value! - 100)).toBeLessThan(0.05);
    expect(price.confidence! / price.value!).toBeLessThan(0.0006);
    expect(price.status).toBe('Valid');
  });

  it('of a single source with nobody to confirm it is held to its rate', () => {
    const oracle = sampleOracle(2, { rule: 'CAPPED_INDEX', parameters: { minPublishers: 2 } });
    oracle.accept(quote('a', 100, T), T);
    expect(oracle.accept(quote('a', 130, T + SECOND), T + SECOND).accepted).toBe(false);
    // ln 1.3 = .26 is allowed after 2.6 seconds.
    expect(oracle.accept(quote('a', 130, T + 2_600), T + 2_600).accepted).toBe(false);
    expect(oracle.accept(quote('a', 130, T + 2_700), T + 2_700).accepted).toBe(true);
    expect(oracle.price(T + 2_700)).toMatchObject({
      value: 130,
      status: 'InsufficientDataPoints',
      isBelowMinPublishers: true,
    });
  });

  it('is not hidden by dating the last quote back and this one ahead', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, samePrices(4, 100), T);
    const now = T + 4 * SECOND;
    expect(oracle.accept(quote('a', 100, T + 1), now).accepted).toBe(true);
    expect(oracle.accept(quote('a', 140, now + SECOND), now)).toMatchObject({ reason: 'JUMP_QUARANTINED' });
  });

  it('is not confirmed by prices too old to vote', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, { a: 100, b: 120, c: 120, d: 120 }, T);
    expect(oracle.accept(quote('a', 100, T + 6 * SECOND), T + 6 * SECOND).accepted).toBe(true);
    const now = T + 6.5 * SECOND;
    expect(oracle.accept(quote('a', 120, now), now)).toMatchObject({ reason: 'JUMP_QUARANTINED' });
  });

  it('waiting a little over a second gains nothing', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, samePrices(4, 100), T);
    expect(oracle.accept(quote('a', 120, T + 1_100), T + 1_100)).toMatchObject({
      reason: 'JUMP_QUARANTINED',
    });
  });
});

describe('sources that all fall silent', () => {
  it('leave the last price with a wider confidence and a worse status, step by step', () => {
    const oracle = sampleOracle(5, { kind: 'PERPETUAL' });
    quoteAll(oracle, samePrices(5, 100), T);
    const seen = [0, 5, 5.001, 15, 15.001, 60, 60.001, 3_600].map((age) => {
      const { status, value, publishers } = oracle.price(T + age * SECOND);
      return [age, status, value, publishers];
    });
    expect(seen).toEqual([
      [0, 'Valid', 100, 5],
      [5, 'Valid', 100, 5],
      [5.001, 'StaleForTrading', 100, 5],
      [15, 'StaleForTrading', 100, 5],
      [15.001, 'InsufficientDataPoints', 100, 0],
      [60, 'InsufficientDataPoints', 100, 0],
      [60.001, 'StaleForMargin', 100, 0],
      [3_600, 'StaleForMargin', 100, 0],
    ]);
    const { confidence } = oracle.price(T + 3_600 * SECOND);
    // 60 % a year over one hour.
    expect(confidence).toBeCloseTo(100 * 0.6 * Math.sqrt(1 / 8_760), 2);
  });
});
