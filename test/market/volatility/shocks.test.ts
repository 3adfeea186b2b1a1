import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { loadKernels } from '../../../src/kernel/load-kernels.js';
import type { SurfaceQueries } from '../../../src/kernel/surface-query.js';
import {
  NO_SURFACE_SHOCK,
  shockVolatility,
  shockedSurfaceVolatility,
  skewFactor,
  termFactor,
  twistFactor,
} from '../../../src/market/volatility/shocks.js';
import type { SurfaceShock } from '../../../src/market/volatility/shocks.js';
import { resolveSurface, surfaceForward, surfaceRecords } from '../../../src/market/volatility/surface.js';
import type { Surface } from '../../../src/market/volatility/surface.js';
import { sampleSurface } from './sample-surface.js';

const kernels = loadKernels();
const surface = unwrap(resolveSurface(sampleSurface()));

const questions = (strikes: readonly number[], days: readonly number[]): SurfaceQueries => {
  const rows = strikes.flatMap((strike) => days.map((day) => ({ strike, years: day / 365 })));
  return {
    count: rows.length,
    strike: Float64Array.from(rows, ({ strike }) => strike),
    timeToExpiryYears: Float64Array.from(rows, ({ years }) => years),
  };
};
const STRIKES = [40_000, 55_000, 60_000, 66_000, 80_000];
const DAYS = [2, 7, 20, 35, 182, 400];

function shocked(shock: Partial<SurfaceShock>, queries = questions(STRIKES, DAYS), on: Surface = surface) {
  return [...shockedSurfaceVolatility(kernels, on, { ...NO_SURFACE_SHOCK, ...shock }, queries)];
}

describe('a shock', () => {
  const still = shocked({});

  it('of nothing changes no bit, and none changes the surface', () => {
    const queries = questions(STRIKES, DAYS);
    const column = (): Float64Array => new Float64Array(queries.count);
    const volatility = column();
    kernels.surfaceQuery(surface.columns, queries, {
      volatility,
      totalVariance: column(),
      butterflyMeasure: column(),
      density: column(),
      confidence: column(),
      flags: new Uint8Array(queries.count),
    });
    expect(still).toEqual([...volatility]);
    shocked({ spotFactor: 0.7, volShock: 0.5, skewShock: 1, termTwist: 0.2 });
    expect(surfaceRecords(surface)).toEqual(sampleSurface());
  });

  it('of spot carries volatility along with moneyness, or leaves it with the strike', () => {
    const moved = STRIKES.map((strike) => strike * 0.8);
    const along = shocked({ spotFactor: 0.8 }, questions(moved, DAYS));
    along.forEach((value, i) => {
      expect(value).toBeCloseTo(still[i]!, 12);
    });
    expect(shocked({ spotFactor: 0.8, stickiness: 'STRIKE' })).toEqual(still);
  });

  it('of volatility moves short expiries more, and ends no lower than 40 % when it goes up', () => {
    expect(termFactor(30 / 365)).toBeCloseTo(1, 12);
    expect(termFactor(1 / 365)).toBeCloseTo(30 ** 0.3, 12);
    expect(termFactor(1 / 3650)).toBe(termFactor(1 / 365));
    expect(termFactor(365 / 365)).toBeCloseTo((30 / 365) ** 0.13, 12);
    const up = shocked({ volShock: 0.5 });
    const down = shocked({ volShock: -0.3 });
    const queries = questions(STRIKES, DAYS);
    still.forEach((value, i) => {
      const factor = termFactor(queries.timeToExpiryYears[i]!);
      expect(up[i]).toBeCloseTo(Math.max(0.4, value * (1 + 0.5 * factor)), 12);
      expect(down[i]).toBeCloseTo(value * Math.max(0, 1 - 0.3 * factor), 12);
    });
    expect(shockVolatility(0.1, 0, 1, { ...NO_SURFACE_SHOCK, volShock: 0.5 })).toBe(0.4);
    expect(shockVolatility(0.1, 0, 1, { ...NO_SURFACE_SHOCK, volShock: -2 })).toBe(0);
  });

  it('of skew and smile is straight in k up to its cap', () => {
    const years = 0.25;
    const cap = 0.25 - 0.1 * 0.5;
    expect(skewFactor(0, years)).toBe(0);
    expect(skewFactor(0.6, years)).toBeCloseTo((0.6 * cap) / 1.2, 14);
    expect(skewFactor(3, years)).toBeCloseTo(cap, 14);
    expect(skewFactor(-3, years)).toBeCloseTo(-cap, 14);
    expect(skewFactor(5, 9)).toBe(0);
    expect(shockVolatility(0.5, -0.6, years, { ...NO_SURFACE_SHOCK, skewShock: 1 })).toBeLessThan(0.5);
    expect(shockVolatility(0.5, -0.6, years, { ...NO_SURFACE_SHOCK, smileShock: 1 })).toBe(
      shockVolatility(0.5, 0.6, years, { ...NO_SURFACE_SHOCK, smileShock: 1 }),
    );
  });

  it('of the term structure turns it about 30 days', () => {
    expect(twistFactor(30 / 365)).toBeCloseTo(0, 14);
    expect(twistFactor(1e-9)).toBeCloseTo(1, 6);
    expect(twistFactor(1e6)).toBeCloseTo(-1, 6);
    const twist = { ...NO_SURFACE_SHOCK, termTwist: 0.1 };
    expect(shockVolatility(0.5, 0, 2 / 365, twist)).toBeGreaterThan(0.5);
    expect(shockVolatility(0.5, 0, 300 / 365, twist)).toBeLessThan(0.5);
  });

  it('commutes with a change of units', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        fc.record({
          spotFactor: fc.double({ min: 0.3, max: 2, noNaN: true }),
          stickiness: fc.constantFrom('MONEYNESS' as const, 'STRIKE' as const),
          volShock: fc.double({ min: -0.3, max: 0.5, noNaN: true }),
          skewShock: fc.double({ min: -1, max: 1, noNaN: true }),
          smileShock: fc.double({ min: -1, max: 1, noNaN: true }),
          termTwist: fc.double({ min: -0.2, max: 0.2, noNaN: true }),
        }),
        (unit, shock) => {
          const records = sampleSurface();
          const inUnit = unwrap(
            resolveSurface({
              ...records,
              spot: records.spot * unit,
              slices: records.slices.map((slice) => ({ ...slice, forward: slice.forward * unit })),
            }),
          );
          const there = shocked(
            shock,
            questions(
              STRIKES.map((strike) => strike * unit),
              DAYS,
            ),
            inUnit,
          );
          shocked(shock).forEach((value, i) => {
            expect(Math.abs(there[i]! - value)).toBeLessThanOrEqual(1e-12 * value);
          });
          const years = 20 / 365;
          expect(surfaceForward(inUnit, years) / unit).toBeCloseTo(surfaceForward(surface, years), 6);
        },
      ),
      { seed: 8, numRuns: 100 },
    );
  });
});
