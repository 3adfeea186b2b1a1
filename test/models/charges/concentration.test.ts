/** Size charged as time. */
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { aumannShapley } from '../../../src/measures/aumann-shapley.js';
import { numericalGradient } from '../../../src/measures/numerical-gradient.js';
import {
  UNWIND_DAYS_MAX,
  concentrationCharge,
  stretchedHoldingPeriod,
  unwindScale,
} from '../../../src/models/charges/liquidity/concentration.js';

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
