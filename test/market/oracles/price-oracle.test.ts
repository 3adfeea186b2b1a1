/** The oracle as a whole: replay, age, fuzz. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import type { PriceOracleState } from '../../../src/market/oracles/oracle-state.js';
import type { OraclePrice, PriceOracle } from '../../../src/market/oracles/price-oracle.js';
import { restorePriceOracle } from '../../../src/market/oracles/price-oracle.js';
import { BREAKER_STATES } from '../../../src/market/oracles/deviation-breaker.js';
import { severity } from '../../../src/market/oracles/price-status.js';
import { expectFinite } from '../venues/imported.js';
import {
  quote,
  quoteAll,
  sampleConfig,
  sampleOracle,
  samePrices,
  sourceNames,
  START_MS,
} from './sample-oracle.js';

const T = START_MS;
const COUNT = 5;
const run = { seed: 20_260_115, numRuns: 150 };

interface Step {
  readonly row: number;
  readonly waitMs: number;
  readonly relative: number;
  readonly width: number;
  readonly lagMs: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  row: fc.nat({ max: COUNT - 1 }),
  waitMs: fc.oneof({ arbitrary: fc.nat({ max: 1_500 }), weight: 8 }, fc.nat({ max: 4_000_000 })),
  relative: fc.oneof(
    { arbitrary: fc.double({ min: 0.995, max: 1.005, noNaN: true }), weight: 8 },
    fc.double({ min: 0.5, max: 2, noNaN: true }),
  ),
  width: fc.double({ min: 1e-5, max: 0.05, noNaN: true }),
  lagMs: fc.integer({ min: -900, max: 3_000 }),
});
const steps = fc.array(step, { minLength: 1, maxLength: 120 });

/** Feeds the steps, one price after each; the clock of a step is the sum of the waits so far. */
function feed(oracle: PriceOracle, all: readonly Step[], fromMs: number, firstSequence = 1): OraclePrice[] {
  let nowMs = fromMs;
  return all.map(({ row, waitMs, relative, width, lagMs }, at) => {
    nowMs += waitMs;
    const price = 100 * relative;
    const timeMs = nowMs - lagMs;
    const source = sourceNames(COUNT)[row]!;
    oracle.accept({ source, price, confidence: price * width, timeMs, sequence: firstSequence + at }, nowMs);
    return oracle.price(nowMs);
  });
}

const clockAfter = (all: readonly Step[]): number => all.reduce((sum, { waitMs }) => sum + waitMs, T);

describe('an oracle', () => {
  test.prop([steps, steps], run)(
    'written out as JSON and read back answers with the same bits',
    (first, rest) => {
      const straight = sampleOracle(COUNT);
      feed(straight, first, T);
      const text = JSON.stringify(straight.state());
      const restored = unwrap(restorePriceOracle(sampleConfig(COUNT), JSON.parse(text) as PriceOracleState));
      expect(JSON.stringify(restored.state())).toBe(text);
      const from = clockAfter(first);
      const sequence = first.length + 1;
      expect(feed(restored, rest, from, sequence)).toEqual(feed(straight, rest, from, sequence));
      expect(JSON.stringify(restored.state())).toBe(JSON.stringify(straight.state()));
    },
  );

  test.prop([steps], run)('fed twice with the same quotes answers with the same bits', (all) => {
    expect(feed(sampleOracle(COUNT), all, T)).toEqual(feed(sampleOracle(COUNT), all, T));
  });

  test.prop([steps], run)('does not depend on the order in which its sources are configured', (all) => {
    const { sources } = sampleConfig(COUNT);
    const backwards = sampleOracle(COUNT, { sources: [...sources].reverse() });
    expect(feed(backwards, all, T)).toEqual(feed(sampleOracle(COUNT), all, T));
  });

  test.prop([steps, fc.nat({ max: 100_000 }), fc.nat({ max: 10_000_000 })], run)(
    'left alone keeps its value, never narrows its confidence and never improves its status',
    (all, soonMs, laterMs) => {
      const oracle = sampleOracle(COUNT);
      feed(oracle, all, T);
      const soon = oracle.price(clockAfter(all) + soonMs);
      const later = oracle.price(clockAfter(all) + soonMs + laterMs);
      expect(later.value).toBe(soon.value);
      expect(later.asOfMs).toBe(soon.asOfMs);
      expect(later.publishers).toBeLessThanOrEqual(soon.publishers);
      expect(severity(later.status)).toBeGreaterThanOrEqual(severity(soon.status));
      if (soon.confidence !== null) expect(later.confidence!).toBeGreaterThanOrEqual(soon.confidence);
    },
  );

  test.prop([steps], run)('moves its stable price by at most .03 % a second', (all) => {
    let last: { stable: number; atMs: number } | undefined;
    let atMs = T;
    for (const [index, price] of feed(sampleOracle(COUNT), all, T).entries()) {
      atMs += all[index]!.waitMs;
      if (price.stablePrice === null) continue;
      // An update counts from the last one that counted, at most ten seconds before it.
      const seconds = last === undefined ? 0 : (atMs - last.atMs) / 1_000 + 10;
      if (last !== undefined)
        expect(Math.abs(price.stablePrice / last.stable - 1)).toBeLessThanOrEqual(0.0003 * seconds + 1e-12);
      last = { stable: price.stablePrice, atMs };
    }
  });

  it('ignores a clock that goes back', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, samePrices(4, 100), T + 10_000);
    const price = oracle.price(T + 10_000);
    expect(oracle.price(T)).toEqual(price);
    expect(oracle.accept(quote('a', 100, T + 11_000), T)).toEqual({ accepted: true });
    expect(oracle.accept(quote('b', 100, T + 11_001), T)).toMatchObject({ reason: 'FROM_THE_FUTURE' });
  });

  it('remembers the latest time of a quote that it refused', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, samePrices(4, 100), T);
    oracle.accept(quote('z', 100, T + 70_000), T + 70_000);
    expect(oracle.price(T).status).toBe('StaleForMargin');
  });

  it('widens the confidence of quotes that arrive late, and never states less than half a basis point', () => {
    const oracle = sampleOracle(4);
    for (const source of sourceNames(4))
      oracle.accept(quote(source, 100, T, { confidence: 1e-6 }), T + 4_000);
    // 60 % a year over four seconds.
    expect(oracle.price(T + 4_000).confidence).toBeCloseTo(60 * Math.sqrt(4 / 31_536_000), 9);
    const fresh = sampleOracle(4);
    for (const source of sourceNames(4)) fresh.accept(quote(source, 100, T, { confidence: 1e-6 }), T);
    expect(fresh.price(T).confidence).toBeCloseTo(0.005, 12);
  });

  it('takes a price into its slow average once in a slot, however busy a source is', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, samePrices(4, 100), T);
    const averageAt = (at: number): number => {
      quoteAll(oracle, samePrices(4, 104), T + at);
      return oracle.price(T + at).averagePrice!;
    };
    for (let at = 1; at < 400; at += 1) expect(averageAt(at)).toBeCloseTo(100, 12);
    const afterOne = averageAt(400);
    expect(afterOne).toBeGreaterThan(101);
    for (let at = 401; at < 800; at += 1) expect(averageAt(at)).toBe(afterOne);
    expect(averageAt(800)).toBeGreaterThan(afterOne);
  });

  it('cannot be walked past its breaker within a millisecond', () => {
    const oracle = sampleOracle(4);
    for (let at = 0; at <= 6; at += 1)
      for (const source of sourceNames(4))
        oracle.accept(quote(source, 100 * 1.09 ** at, T, { sequence: at }), T);
    expect(oracle.price(T)).toMatchObject({ breaker: 'HALT', quarantined: 0 });
  });

  it('keeps its last price when sources become too few, and goes on with it afterwards', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, samePrices(4, 100), T);
    quoteAll(oracle, { a: 101, b: 101, c: 101 }, T + 6_000);
    expect(oracle.price(T + 6_000)).toMatchObject({
      value: 100,
      publishers: 3,
      status: 'InsufficientDataPoints',
    });
    quoteAll(oracle, { d: 101 }, T + 6_500);
    expect(oracle.price(T + 6_500)).toMatchObject({ value: 101, publishers: 4, status: 'Valid' });
  });

  it('halts on a price that ran away from its last minutes', () => {
    const oracle = sampleOracle(4);
    const seen: string[] = [];
    for (let second = 0; second <= 12; second += 1) {
      quoteAll(oracle, samePrices(4, 100 * 1.09 ** second), T + second * 1_000);
      seen.push(oracle.price(T + second * 1_000).breaker);
    }
    expect([...new Set(seen)]).toEqual([...BREAKER_STATES]);
    expect(seen[0]).toBe('NORMAL');
  });

  it('refuses a state that is not its own', () => {
    const oracle = sampleOracle(4);
    quoteAll(oracle, samePrices(4, 100), T);
    const state = oracle.state();
    const field = (wrong: object): unknown => {
      const restored = restorePriceOracle(sampleConfig(4), { ...state, ...wrong });
      return restored.ok ? undefined : restored.failure.field;
    };
    expect(field({})).toBeUndefined();
    expect(field({ version: 2 })).toBe('version');
    expect(field({ oracle: 'ETH/USD' })).toBe('oracle');
    expect(field({ sources: state.sources.slice(1) })).toBe('sources');
    expect(field({ nowMs: NaN })).toBe('state.nowMs');
    expect(field({ rejections: { NONSENSE: 1 } })).toBe('rejections.NONSENSE');
  });
});

describe('whatever is fed', () => {
  const anyNumber = fc.oneof(
    fc.constantFrom(NaN, Infinity, -Infinity, 0, -0, -1, 1e-320, 1e308, 2 ** 63 - 1, 2 ** 53 + 2, T, 100),
    fc.double(),
    fc.integer(),
    fc.double({ min: 50, max: 200, noNaN: true }),
  );
  const time = fc.oneof(
    { arbitrary: fc.integer({ min: T - 10_000, max: T + 10_000 }), weight: 5 },
    anyNumber,
  );
  const anyQuote = fc.record(
    {
      source: fc.constantFrom(...sourceNames(6), 'toString', ''),
      bid: anyNumber,
      ask: anyNumber,
      price: anyNumber,
      confidence: anyNumber,
      exponent: fc.constantFrom(-8, 0, 3),
      timeMs: time,
      sequence: fc.oneof(fc.nat({ max: 50 }), anyNumber),
      signature: fc.uint8Array({ maxLength: 70 }),
    },
    { requiredKeys: ['source', 'timeMs', 'sequence'] },
  );

  test.prop([fc.array(fc.tuple(anyQuote, time), { minLength: 1, maxLength: 60 })], { seed: 7, numRuns: 500 })(
    'an oracle stays finite, positive, serialisable, and counts every refusal',
    (all) => {
      const oracle = sampleOracle(5, { parameters: { minPublishers: 1 } });
      let refused = 0;
      for (const [given, nowMs] of all) if (!oracle.accept(given, nowMs).accepted) refused += 1;
      const price = oracle.price(T + 20_000);
      expectFinite(price, 'price');
      expectFinite(oracle.state(), 'state');
      if (price.value !== null) {
        expect(price.value).toBeGreaterThan(0);
        expect(price.confidence!).toBeGreaterThan(0);
      }
      const counted = Object.values(price.rejections).reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(refused);
    },
  );
});
