import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { flattestPoint } from '../../src/live/what-if/flattest-point.js';
import { solveSize } from '../../src/live/what-if/solve-size.js';

describe('the largest size that fits', () => {
  const limit = 1_000_000;

  it('is where a falling excess ends', () => {
    const solved = solveSize({ excess: (size) => 100 - 3 * size, limit, scale: 1 });
    expect(solved.connected).toBeCloseTo(100 / 3, 9);
    expect(solved.largest).toBe(solved.connected);
    expect(solved.isBoundedByLimit).toBe(false);
  });

  it('is rounded down to whole steps, never up', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 5_000, noNaN: true }),
        fc.constantFrom(0.001, 0.01, 0.1, 1, 25),
        (end, step) => {
          const { connected } = solveSize({ excess: (size) => end - size, limit, scale: 1, step });
          expect(connected).toBeLessThanOrEqual(end);
          expect(end - connected).toBeLessThan(step * (1 + 1e-9));
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });

  it('tells a size that is reached without a shortfall from one beyond it', () => {
    // Fits up to 2, falls short, fits again from 5 to 8.
    const excess = (size: number): number => (size <= 2 || (size >= 5 && size <= 8) ? 1 : -1);
    const solved = solveSize({ excess, limit, scale: 4 });
    expect(solved.connected).toBeCloseTo(2, 9);
    expect(solved.largest).toBeCloseTo(8, 9);
  });

  it('is nothing where nothing fits, and the limit where everything does', () => {
    expect(solveSize({ excess: () => -1, limit, scale: 1 })).toEqual({
      connected: 0,
      largest: 0,
      isBoundedByLimit: false,
    });
    expect(solveSize({ excess: () => 1, limit: 512, scale: 1 })).toEqual({
      connected: 512,
      largest: 512,
      isBoundedByLimit: true,
    });
  });

  it('is nothing where an answer is missing', () => {
    expect(solveSize({ excess: () => NaN, limit, scale: 1 }).largest).toBe(0);
  });
});

describe('the size that flattens the worst loss', () => {
  const vectors = fc
    .integer({ min: 2, max: 12 })
    .chain((length) =>
      fc.tuple(
        fc.array(fc.integer({ min: -100, max: 100 }), { minLength: length, maxLength: length }),
        fc.array(fc.integer({ min: -10, max: 10 }), { minLength: length, maxLength: length }),
      ),
    );
  const lossAt = (pnl: readonly number[], unit: readonly number[], quantity: number): number =>
    Math.max(...pnl.map((value, s) => -(value + quantity * (unit[s] ?? 0))));

  it('is the exact minimum: no breakpoint of the loss is lower', () => {
    let found = 0;
    fc.assert(
      fc.property(vectors, ([pnl, unit]) => {
        const point = flattestPoint(Float64Array.from(pnl), Float64Array.from(unit));
        const breakpoints = pnl.flatMap((a, i) =>
          pnl.flatMap((b, j) => (unit[i] === unit[j] ? [] : [(a - b) / ((unit[j] ?? 0) - (unit[i] ?? 0))])),
        );
        const lowest = Math.min(...[0, ...breakpoints].map((quantity) => lossAt(pnl, unit, quantity)));
        if (point === undefined) return;
        found += 1;
        expect(point.loss).toBeCloseTo(lossAt(pnl, unit, point.quantity), 9);
        expect(point.loss).toBeLessThanOrEqual(lowest + 1e-9);
      }),
      { seed: 4, numRuns: 500 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it('is none where no trade helps', () => {
    expect(flattestPoint(Float64Array.of(-5, -5), Float64Array.of(1, -1))).toBeUndefined();
    expect(flattestPoint(Float64Array.of(-5, 3), Float64Array.of(0, 1))).toBeUndefined();
  });
});
