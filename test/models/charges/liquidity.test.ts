/** Liquidity charges: properties of market-and-risk.md 5.10 and bad input of section 10. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { aumannShapley } from '../../../src/measures/aumann-shapley.js';
import { numericalGradient } from '../../../src/measures/numerical-gradient.js';
import { closeOutCost, walkBook } from '../../../src/models/charges/liquidity/book-walk.js';
import {
  UNWIND_DAYS_MAX,
  concentrationCharge,
  stretchedHoldingPeriod,
  unwindScale,
} from '../../../src/models/charges/liquidity/concentration.js';
import { DEPTH_BANDS, bandWalkCost, depthWithin } from '../../../src/models/charges/liquidity/depth-bands.js';
import { chargeOrFrozen } from '../../../src/models/charges/liquidity/frozen-charge.js';
import { liquidationSchedule } from '../../../src/models/charges/liquidity/liquidation-schedule.js';
import { liquidityCharge } from '../../../src/models/charges/liquidity/liquidity-charge.js';
import type { BucketMarket, LiquidityLeg } from '../../../src/models/charges/liquidity/liquidity-charge.js';
import {
  liquidityChargeAt,
  liquidityGradient,
} from '../../../src/models/charges/liquidity/liquidity-gradient.js';
import { checkOrderBook, withoutOwnOrders } from '../../../src/models/charges/liquidity/order-book.js';
import { optionSpreadCost } from '../../../src/models/charges/liquidity/spread-cost.js';

const RUNS = { numRuns: 500, seed: 20_261_124 };
const MID = 100;

const size = fc.double({ min: 0, max: 1_000, noNaN: true });
const sizes = fc.array(size, { minLength: 4, maxLength: 4 });
const signed = fc.double({ min: -500, max: 500, noNaN: true });

describe('a book walk', () => {
  const bidPrices = [99.9, 99.5, 99, 95];
  const askPrices = [100.1, 100.5, 101, 105];
  const book = (bids: readonly number[], asks: readonly number[]) => ({
    bids: { prices: bidPrices, sizes: bids },
    asks: { prices: askPrices, sizes: asks },
  });

  it('fills what it can, says what it cannot, and more size at any price never costs more', () => {
    fc.assert(
      fc.property(sizes, sizes, signed, (held, more, position) => {
        const thin = book(held, held);
        const deep = book(
          held.map((one, i) => one + more[i]!),
          held.map((one, i) => one + more[i]!),
        );
        const walk = walkBook(thin, position, MID);
        expect(walk.filled + walk.unfilled).toBeCloseTo(Math.abs(position), 9);
        const cost = closeOutCost(walk, position, MID);
        // A level that was empty is new depth at a new worst price; that case is the next test.
        fc.pre(held.every((one) => one > 0));
        const deeper = closeOutCost(walkBook(deep, position, MID), position, MID)!;
        expect(deeper.cost).toBeLessThanOrEqual(cost!.cost + 1e-9);
        expect(cost!.insufficientDepth).toBe(walk.unfilled > 0);
      }),
      RUNS,
    );
  });

  it('prices what is left twice the slip beyond the worst level', () => {
    const thin = book([1, 0, 0, 0], [0, 1, 0, 0]);
    expect(closeOutCost(walkBook(thin, 3, MID), 3, MID)!.cost).toBeCloseTo(
      0.1 + 2 * (100 - 99.9 * 0.998),
      10,
    );
    expect(closeOutCost(walkBook(thin, -3, MID), -3, MID)!.cost).toBeCloseTo(
      0.5 + 2 * (100.5 * 1.01 - 100),
      10,
    );
    expect(closeOutCost(walkBook(book([0, 0, 0, 0], [1, 1, 1, 1]), 3, MID), 3, MID)).toBeUndefined();
  });

  it('never costs more than a long is worth', () => {
    const crash = { bids: { prices: [20], sizes: [1] }, asks: { prices: [101], sizes: [1] } };
    expect(closeOutCost(walkBook(crash, 1_000, MID), 1_000, MID)!.cost).toBeLessThanOrEqual(1_000 * MID);
  });

  it('does not count the orders of the own group', () => {
    const own = withoutOwnOrders({ prices: bidPrices, sizes: [5, 5, 5, 5] }, [5, 2, 9, 0]);
    expect([...Array.from(own.sizes)]).toEqual([0, 3, 0, 5]);
  });

  it.each([
    ['crossed', { bids: { prices: [101], sizes: [1] }, asks: { prices: [100], sizes: [1] } }, 'book.bids'],
    [
      'a negative size',
      { bids: { prices: [99], sizes: [-1] }, asks: { prices: [100], sizes: [1] } },
      'book.bids[0].size',
    ],
    [
      'no size',
      { bids: { prices: [99], sizes: [] }, asks: { prices: [100], sizes: [1] } },
      'book.bids[0].size',
    ],
    [
      'a price of NaN',
      { bids: { prices: [99], sizes: [1] }, asks: { prices: [NaN], sizes: [1] } },
      'book.asks[0].price',
    ],
    [
      'levels out of order',
      { bids: { prices: [98, 99], sizes: [1, 1] }, asks: { prices: [100], sizes: [1] } },
      'book.bids[1].price',
    ],
    [
      'one level twice',
      { bids: { prices: [99], sizes: [1] }, asks: { prices: [100, 100], sizes: [1, 1] } },
      'book.asks[1].price',
    ],
  ])('of a book with %s is refused by name', (_, wrong, field) => {
    expect(checkOrderBook(wrong)).toMatchObject({ ok: false, failure: { reason: 'INVALID_VALUE', field } });
  });

  it('tells an empty and a one-sided book from a sound one; a level without size is no level', () => {
    const none = { prices: [], sizes: [] };
    const asks = { prices: [100, 101], sizes: [0, 2] };
    expect(unwrap(checkOrderBook({ bids: none, asks: none }))).toBe('EMPTY');
    expect(unwrap(checkOrderBook({ bids: none, asks }))).toBe('ONE_SIDED');
    expect(unwrap(checkOrderBook({ bids: { prices: [100.5], sizes: [1] }, asks }))).toBe('TWO_SIDED');
  });
});

describe('depth by band', () => {
  it('is cumulative and within the distance', () => {
    const bids = { prices: [99.95, 99.8, 99.2, 98], sizes: [1, 2, 4, 8] };
    expect([...depthWithin(bids, MID)]).toEqual([1, 3, 3, 7]);
  });

  it('never costs more when any band holds more', () => {
    fc.assert(
      fc.property(sizes, sizes, size, fc.boolean(), (held, more, quantity, isSale) => {
        const thin = bandWalkCost(held, quantity, MID, isSale);
        const deep = bandWalkCost(
          held.map((one, i) => one + more[i]!),
          quantity,
          MID,
          isSale,
        );
        expect(deep.cost).toBeLessThanOrEqual(thin.cost + 1e-9);
        expect(thin.cost).toBeLessThanOrEqual(quantity * MID * 0.031);
        if (deep.insufficientDepth) expect(thin.insufficientDepth).toBe(true);
      }),
      RUNS,
    );
  });
});

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

describe('the concentration charge', () => {
  const bucket = { quantity: 500, dailyVolume: 1_000, expectedShortfall: 10 };

  it('is nothing up to a day of unwinding, and stretches risk by the scale of a linear unwind after it', () => {
    const small = { expectedShortfall: 100, buckets: [{ ...bucket, quantity: 99 }] };
    expect(unwrap(concentrationCharge([small])).total).toBe(0);
    const { underlyings, total } = unwrap(
      concentrationCharge([{ expectedShortfall: 100, buckets: [bucket] }, small]),
    );
    expect(underlyings[0]).toEqual({ days: 5, charge: 100 * (unwindScale(5) - 1) });
    expect(total).toBe(underlyings[0]!.charge);
  });

  it('weighs buckets by their shortfall, bounds what never trades, and rises as volume falls', () => {
    const mixed = {
      expectedShortfall: 100,
      buckets: [bucket, { ...bucket, quantity: 0, expectedShortfall: 30 }],
    };
    expect(unwrap(concentrationCharge([mixed])).underlyings[0]!.days).toBe(1.25);
    const dead = { expectedShortfall: 100, buckets: [{ ...bucket, dailyVolume: 0 }] };
    expect(unwrap(concentrationCharge([dead])).underlyings[0]!.days).toBe(UNWIND_DAYS_MAX);
    const weightless = { expectedShortfall: 100, buckets: [{ ...bucket, expectedShortfall: 0 }] };
    expect(unwrap(concentrationCharge([weightless])).underlyings[0]!.days).toBe(5);
    let before = 0;
    for (const dailyVolume of [10_000, 5_000, 1_000, 100, 1, 1e-9, 0]) {
      const { total } = unwrap(
        concentrationCharge([{ expectedShortfall: 100, buckets: [{ ...bucket, dailyVolume }] }]),
      );
      expect(total).toBeGreaterThanOrEqual(before);
      before = total;
    }
    expect(stretchedHoldingPeriod(2, 0.5)).toBe(2);
    expect(stretchedHoldingPeriod(2, 3)).toBe(6);
  });

  it('divides among positions by Aumann and Shapley, with a small remainder', () => {
    // Expected shortfall of the underlying grows with the net of three positions in two buckets.
    const kc = (q: Float64Array): number => {
      const [spot = 0, near = 0, far = 0] = q;
      const buckets = [
        { quantity: Math.abs(spot), dailyVolume: 400, expectedShortfall: Math.abs(spot) },
        {
          quantity: Math.abs(near) + Math.abs(far),
          dailyVolume: 50,
          expectedShortfall: Math.abs(near + far),
        },
      ];
      const expectedShortfall = 3 * Math.abs(spot + near + far);
      return unwrap(concentrationCharge([{ expectedShortfall, buckets }])).total;
    };
    const { shares, charge, remainder } = aumannShapley(
      Float64Array.of(900, -200, 60),
      kc,
      numericalGradient(kc),
    );
    expect(charge).toBeGreaterThan(100);
    expect(shares.reduce((sum, share) => sum + share, 0) + remainder).toBeCloseTo(charge, 9);
    expect(Math.abs(remainder)).toBeLessThan(0.01 * charge);
  });

  it('refuses numbers that are none', () => {
    const charge = (change: object) =>
      concentrationCharge([{ expectedShortfall: 1, buckets: [bucket, { ...bucket, ...change }] }]);
    expect(charge({ quantity: -1 })).toMatchObject({
      failure: { field: 'underlyings[0].buckets[1].quantity' },
    });
    expect(charge({ dailyVolume: NaN }).ok).toBe(false);
    expect(concentrationCharge([{ expectedShortfall: NaN, buckets: [] }]).ok).toBe(false);
    for (const share of [0, -1, 1.5, NaN]) expect(concentrationCharge([], share).ok).toBe(false);
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
