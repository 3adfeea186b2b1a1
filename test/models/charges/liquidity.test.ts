/** Liquidity charges: properties of market-and-risk.md 5.10 and bad input of section 10. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { aumannShapley } from '../../../src/measures/aumann-shapley.js';
import { DEPTH_BANDS } from '../../../src/models/charges/liquidity/depth-bands.js';
import { holdingPeriodHours } from '../../../src/models/charges/liquidity/holding-period.js';
import { chargeOrFrozen } from '../../../src/models/charges/liquidity/frozen-charge.js';
import { liquidationSchedule } from '../../../src/models/charges/liquidity/liquidation-schedule.js';
import { liquidityCharge } from '../../../src/models/charges/liquidity/liquidity-charge.js';
import type { BucketMarket, LiquidityLeg } from '../../../src/models/charges/liquidity/liquidity-charge.js';
import {
  liquidityChargeAt,
  liquidityGradient,
} from '../../../src/models/charges/liquidity/liquidity-gradient.js';
import { optionSpreadCost } from '../../../src/models/charges/liquidity/spread-cost.js';

const RUNS = { numRuns: 500, seed: 20_261_124 };
const size = fc.double({ min: 0, max: 1_000, noNaN: true });
const sizes = fc.array(size, { minLength: 4, maxLength: 4 });
const signed = fc.double({ min: -500, max: 500, noNaN: true });

const market: BucketMarket = {
  price: 100,
  dailyVolatility: 0.03,
  dailyVolatilityOfVolatility: 0.04,
  dailyVolume: 1_000,
  dailyVegaVolume: 5_000,
};
const leg: LiquidityLeg = { bucket: 0, quantity: 10, delta: 1, vega: 0, spreadCost: 0.1, worstGridLoss: 200 };

describe('the liquidity charge', () => {
  it('equals spread and impact by hand', () => {
    const { buckets, total } = unwrap(
      liquidityCharge([leg, { ...leg, quantity: -5, vega: 20, worstGridLoss: 150 }], [market]),
    );
    const impact =
      (2 / 3) * 0.03 * Math.sqrt(15 / 1_000) * 15 * 100 + (2 / 3) * 0.04 * Math.sqrt(100 / 5_000) * 100;
    expect(buckets[0]).toMatchObject({ grossDelta: 15, grossVega: 100, walk: 0, insufficientDepth: false });
    expect(total).toBeCloseTo(1.5 + impact, 10);
  });

  it('is gross inside a bucket: an offsetting deep in-the-money call adds to it', () => {
    const call = { ...leg, quantity: -10, delta: 0.99 };
    const both = unwrap(liquidityCharge([leg, call], [market])).total;
    expect(both).toBeGreaterThan(unwrap(liquidityCharge([leg], [market])).total * 2);
  });

  it('of nothing is nothing, and buckets add up', () => {
    expect(unwrap(liquidityCharge([], [market])).total).toBe(0);
    const one = unwrap(liquidityCharge([leg], [market])).total;
    expect(unwrap(liquidityCharge([leg, { ...leg, bucket: 1 }], [market, market])).total).toBeCloseTo(
      2 * one,
      12,
    );
  });

  const legs = fc.array(
    fc.record({
      bucket: fc.integer({ min: 0, max: 2 }),
      quantity: signed,
      delta: fc.double({ min: -1, max: 1, noNaN: true }),
      vega: fc.double({ min: 0, max: 50, noNaN: true }),
      spreadCost: fc.double({ min: 0, max: 2, noNaN: true }),
      worstGridLoss: fc.double({ min: 0, max: 20_000, noNaN: true }),
    }),
    { minLength: 1, maxLength: 8 },
  );

  it('never rises with depth or volume, and is never below the walk', () => {
    fc.assert(
      fc.property(
        legs,
        sizes,
        sizes,
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, held, more, share) => {
          const thin = { ...market, bidDepth: held, askDepth: held };
          const thick = held.map((one, i) => one + more[i]!);
          const deep = { ...market, bidDepth: thick, askDepth: thick };
          const charge = (bucket: BucketMarket) => unwrap(liquidityCharge(list, [bucket, bucket, bucket]));
          const before = charge(thin);
          expect(charge(deep).total).toBeLessThanOrEqual(before.total + 1e-9);
          for (const bucket of before.buckets) expect(bucket.charge).toBeGreaterThanOrEqual(bucket.walk);
          const quiet = {
            ...thin,
            dailyVolume: share * market.dailyVolume,
            dailyVegaVolume: share * market.dailyVegaVolume,
          };
          expect(charge(quiet).total).toBeGreaterThanOrEqual(before.total - 1e-9);
          const dead = { ...thin, dailyVolume: 0, dailyVegaVolume: 0 };
          expect(charge(dead).total).toBeGreaterThanOrEqual(charge(quiet).total - 1e-9);
        },
      ),
      RUNS,
    );
  });

  it('without volume is the worst grid loss of the legs, and shows it', () => {
    const dead = { ...market, dailyVolume: 0 };
    const { buckets } = unwrap(liquidityCharge([leg, { ...leg, quantity: -3, worstGridLoss: 70 }], [dead]));
    expect(buckets[0]).toMatchObject({ charge: 270, impact: 0, insufficientDepth: true });
    const option = { ...leg, vega: 10 };
    const noVega = unwrap(liquidityCharge([option], [{ ...market, dailyVegaVolume: 0 }]));
    expect(noVega.total).toBe(200);
  });

  it('has the derivative that its gradient says', () => {
    fc.assert(
      fc.property(legs, fc.boolean(), (list, isDeep) => {
        const depth = [1, 4, 10, 40];
        const markets = [0, 1, 2].map(() =>
          isDeep ? { ...market, bidDepth: depth, askDepth: depth } : market,
        );
        const quantities = Float64Array.from(list, ({ quantity }) => quantity);
        const at = (q: ArrayLike<number>) => liquidityChargeAt(list, markets, q);
        const gradient = liquidityGradient(list, markets, quantities);
        list.forEach(({ quantity }, i) => {
          if (Math.abs(quantity) < 1) return;
          const bumped = (by: number) => at(quantities.map((q, j) => (i === j ? q + by : q)));
          const [down, middle, up] = [bumped(-1e-5), bumped(0), bumped(1e-5)];
          const left = (middle - down) / 1e-5;
          const right = (up - middle) / 1e-5;
          // At a change of regime the derivative is one of the two sides.
          const tolerance = 1e-4 * Math.max(1, Math.abs(left), Math.abs(right));
          expect(Math.min(Math.abs(gradient[i]! - left), Math.abs(gradient[i]! - right))).toBeLessThan(
            tolerance,
          );
        });
      }),
      RUNS,
    );
  });

  it('divides among its legs by Aumann and Shapley, with a small remainder', () => {
    fc.assert(
      fc.property(legs, (list) => {
        const depth = [1, 4, 10, 40];
        const markets = [
          { ...market, bidDepth: depth, askDepth: depth },
          market,
          { ...market, dailyVolume: 0 },
        ];
        const quantities = Float64Array.from(list, ({ quantity }) => quantity);
        const { shares, charge, remainder } = aumannShapley(
          quantities,
          (q) => liquidityChargeAt(list, markets, q),
          (q) => liquidityGradient(list, markets, q),
        );
        expect(charge).toBeCloseTo(unwrap(liquidityCharge(list, markets)).total, 6);
        const sum = shares.reduce((total, share) => total + share, 0);
        expect(sum + remainder).toBeCloseTo(charge, 6);
        expect(Math.abs(remainder)).toBeLessThanOrEqual(0.03 * charge + 1e-9);
      }),
      RUNS,
    );
  });

  it.each<[string, Partial<LiquidityLeg>]>([
    ['quantity', { quantity: NaN }],
    ['delta', { delta: Infinity }],
    ['vega', { vega: NaN }],
    ['spreadCost', { spreadCost: -1 }],
    ['worstGridLoss', { worstGridLoss: NaN }],
    ['bucket', { bucket: 1 }],
    ['bucket', { bucket: -1 }],
  ])('refuses a leg with a wrong %s', (field, change) => {
    expect(liquidityCharge([leg, { ...leg, ...change }], [market])).toMatchObject({
      failure: { reason: 'INVALID_VALUE', field: `legs[1].${field}` },
    });
  });

  it.each<[string, Partial<BucketMarket>]>([
    ['price', { price: NaN }],
    ['dailyVolume', { dailyVolume: -1 }],
    ['dailyVegaVolume', { dailyVegaVolume: Infinity }],
    ['dailyVolatility', { dailyVolatility: NaN }],
    ['dailyVolatilityOfVolatility', { dailyVolatilityOfVolatility: -0.1 }],
    ['bidDepth[2]', { bidDepth: [1, 2, NaN, 4] }],
    ['askDepth[3]', { askDepth: [1, 2, 3] }],
  ])('refuses a bucket with a wrong %s', (field, change) => {
    expect(liquidityCharge([leg], [{ ...market, ...change }])).toMatchObject({
      failure: { reason: 'INVALID_VALUE', field: `buckets[0].${field}` },
    });
  });
});

describe('crossing an option spread', () => {
  const option = {
    quantity: 2,
    premium: 100,
    meanPriceSpread: 4,
    priceSpreadDeviation: 2,
    halfVolatilitySpread: 0.02,
    vega: 300,
  };

  it('costs the larger of price and volatility spread, and no more than a long is worth', () => {
    expect(optionSpreadCost(option)).toBe(12);
    expect(optionSpreadCost({ ...option, vega: 200 })).toBe(10);
    expect(optionSpreadCost({ ...option, premium: 1 })).toBe(2);
    expect(optionSpreadCost({ ...option, premium: 1, quantity: -2 })).toBe(12);
  });
});

describe('a liquidation schedule', () => {
  it('closes everything, the faster the more averse, and does not overflow', () => {
    const input = {
      position: -40,
      time: 2,
      intervals: 16,
      volatility: 3,
      temporaryImpact: 0.5,
      permanentImpact: 0.1,
    };
    let variance = Infinity;
    for (const riskAversion of [0, 1e-6, 0.01, 1, 1e6]) {
      const schedule = liquidationSchedule({ ...input, riskAversion });
      expect(schedule.holdings[0]).toBe(-40);
      expect(schedule.holdings[16]).toBe(0);
      expect([...schedule.holdings]).toEqual([...schedule.holdings].sort((a, b) => a - b));
      expect(schedule.variance).toBeLessThanOrEqual(variance);
      expect(schedule.expectedCost).toBeGreaterThan(0);
      ({ variance } = schedule);
    }
  });
});

describe('a charge whose book has gone', () => {
  it('stays where it was, allows no new risk, and is the worst loss where nothing is known', () => {
    expect(chargeOrFrozen('TWO_SIDED', 7, 5, 100)).toEqual({
      charge: 7,
      isFrozen: false,
      allowsNewRisk: true,
    });
    expect(chargeOrFrozen('EMPTY', 7, 5, 100)).toEqual({ charge: 5, isFrozen: true, allowsNewRisk: false });
    expect(chargeOrFrozen('ONE_SIDED', 7, undefined, 100)).toMatchObject({
      charge: 100,
      allowsNewRisk: false,
    });
    expect(DEPTH_BANDS).toHaveLength(4);
  });
});

describe('the holding period', () => {
  const rules = { detectionHours: 1, floorHours: 8, confidence: 0.95, thinDays: 0 };
  const of = (hours: readonly number[], own: Partial<typeof rules> = {}): number =>
    unwrap(holdingPeriodHours(hours, { ...rules, ...own }));

  it('is detection and what 19 of 20 accounts take to unwind, never below its floor, longer over a weekend', () => {
    const hours = Array.from({ length: 100 }, (_, at) => at + 1);
    expect(of(hours)).toBe(96);
    expect(of(hours.toReversed())).toBe(96);
    expect(of([])).toBe(8);
    expect(of([2, 3])).toBe(8);
    expect(of(hours, { thinDays: 3 })).toBe(192);
  });

  it('refuses times and shares that are none', () => {
    expect(holdingPeriodHours([1, NaN]).ok).toBe(false);
    expect(holdingPeriodHours([-1]).ok).toBe(false);
    expect(holdingPeriodHours([1], { ...rules, confidence: 1 }).ok).toBe(false);
  });
});
