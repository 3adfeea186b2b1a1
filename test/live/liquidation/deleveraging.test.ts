import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { autoDeleverage } from '../../../src/live/liquidation/auto-deleveraging.js';
import type { OppositePosition } from '../../../src/live/liquidation/auto-deleveraging.js';
import { largestRemainder } from '../../../src/live/liquidation/largest-remainder.js';
import { drawWaterfall } from '../../../src/live/liquidation/waterfall.js';

const units = (max: bigint): fc.Arbitrary<bigint> => fc.bigInt({ min: 0n, max });
const sum = (values: readonly bigint[]): bigint => values.reduce((a, b) => a + b, 0n);

const anyOpposite: fc.Arbitrary<OppositePosition[]> = fc
  .array(
    fc.record({
      units: units(10n ** 9n),
      profit: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
      equity: units(10n ** 20n),
      maintenanceChange: fc.double({ min: -100, max: 100, noNaN: true }),
    }),
    { maxLength: 12 },
  )
  .map((rows) => rows.map((row, i) => ({ ...row, accountId: `account-${String(i)}` })));

describe('largest remainders', () => {
  it('add up to the total, each within one unit of its share', () => {
    fc.assert(
      fc.property(units(10n ** 30n), fc.array(units(10n ** 18n), { minLength: 1 }), (total, weights) => {
        const all = sum(weights);
        fc.pre(all > 0n);
        const parts = largestRemainder(total, weights);
        expect(sum(parts)).toBe(total);
        parts.forEach((part, i) => {
          const exact = (total * weights[i]!) / all;
          expect(part === exact || part === exact + 1n).toBe(true);
        });
      }),
      { seed: 41 },
    );
  });
});

describe('the waterfall', () => {
  it('conserves the deficit, and opens no layer before the one above is empty', () => {
    fc.assert(
      fc.property(units(10n ** 12n), fc.array(units(10n ** 11n)), (deficit, sizes) => {
        const layers = sizes.map((size, i) => ({ name: String(i), units: size }));
        const { draws, left } = drawWaterfall(deficit, layers);
        expect(sum(draws.map((draw) => draw.units)) + left).toBe(deficit);
        draws.forEach((draw, i) => {
          const isFull = draw.units === layers[i]!.units;
          if (!isFull)
            expect(draws.slice(i + 1).every((later) => later.units === 0n) && left === 0n).toBe(true);
        });
      }),
      { seed: 42 },
    );
  });
});

describe('auto-deleveraging', () => {
  it('conserves position and deficit to the unit, takes nobody below zero nor beyond the profit closed', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 10n }),
        units(10n ** 21n),
        anyOpposite,
        (size, deficit, all) => {
          const { fills, unitsLeft, deficitLeft } = unwrap(autoDeleverage(size, deficit, all));
          expect(sum(fills.map((fill) => fill.units)) + unitsLeft).toBe(size);
          expect(sum(fills.map((fill) => fill.loss)) + deficitLeft).toBe(deficit);
          for (const { accountId, units: closed, loss } of fills) {
            const winner = all.find((one) => one.accountId === accountId)!;
            expect(winner.profit).toBeGreaterThan(0n);
            expect(closed).toBeLessThanOrEqual(winner.units);
            expect(loss).toBeLessThanOrEqual(winner.equity);
            expect(loss * winner.units).toBeLessThanOrEqual(winner.profit * closed);
          }
        },
      ),
      { seed: 43, numRuns: 300 },
    );
  });

  it('raises nobody’s margin while a fill that relieves is left', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 10n }), anyOpposite, (size, all) => {
        const { fills } = unwrap(autoDeleverage(size, 0n, all));
        const closedOf = (id: string): bigint => fills.find(({ accountId }) => accountId === id)?.units ?? 0n;
        const isBurdened = all.some(
          ({ accountId, maintenanceChange }) => maintenanceChange > 0 && closedOf(accountId) > 0n,
        );
        if (!isBurdened) return;
        for (const one of all.filter(
          ({ profit, maintenanceChange }) => profit > 0n && maintenanceChange <= 0,
        ))
          expect(closedOf(one.accountId)).toBe(one.units);
      }),
      { seed: 44, numRuns: 300 },
    );
  });

  it('depends on no order, and refuses what is no position', () => {
    const all = Array.from({ length: 5 }, (_, i) => ({
      accountId: `a${String(i)}`,
      units: 10n,
      profit: 7n,
      equity: 100n,
      maintenanceChange: i - 2,
    }));
    expect(autoDeleverage(33n, 11n, all)).toEqual(autoDeleverage(33n, 11n, [...all].reverse()));
    expect(autoDeleverage(0n, 0n, all)).toMatchObject({ ok: false, failure: { field: 'units' } });
    expect(autoDeleverage(1n, -1n, all)).toMatchObject({ ok: false, failure: { field: 'deficit' } });
  });
});
