/** Between any two slices without static arbitrage there is none, whichever way total variance runs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { loadKernels } from '../../../src/kernel/load-kernels.js';
import { INTERPOLATION } from '../../../src/kernel/surface-query.js';
import {
  BUTTERFLY_TOLERANCE,
  butterflyMeasure,
  logMoneynessGrid,
  minimumButterflyMeasure,
  minimumCalendarGap,
} from '../../../src/market/volatility/arbitrage.js';
import { keepsDensityBetween } from '../../../src/market/volatility/interpolation.js';
import { querySurface, resolveSurface, surfaceForward } from '../../../src/market/volatility/surface.js';
import { surfaceArbitrage } from '../../../src/market/volatility/surface-arbitrage.js';
import { curvature, slope, totalVariance } from '../../../src/market/volatility/svi.js';
import type { RawSvi } from '../../../src/market/volatility/svi.js';
import { sampleSlice, sampleSurface } from './sample-surface.js';

const KERNELS = loadKernels();
const GRID = logMoneynessGrid(-1.5, 1.5, 301);

const raw = (a: number, b: number, rho: number, m: number, sigma: number): RawSvi => ({
  a,
  b,
  rho,
  m,
  sigma,
});

/**
 * Neighbours of BTC, 7 February and 26 March 2026, as calibrated: each without static arbitrage on the grid, and nearly with
 * some at its ends. With variance linear in time g falls to -0.001 and -0.009 between them, at k = 1.5.
 */
const HARD_PAIRS = [
  [
    raw(-0.32601102415, 0.33040724938, -0.07406873853, 0.13551058331, 1.07730549462),
    raw(-3.5673738249, 1.08995641303, -0.23363791575, -0.5781002935, 3.40831024244),
  ],
  [
    raw(-0.10606060753, 0.19518163822, 0.26539009525, 0.28748486882, 0.65836148629),
    raw(-0.90258127796, 0.58506625928, 0.41292250815, 1.00139668316, 1.76639606156),
  ],
] as const;

/** A hard pair whose later slice lies a little higher. */
const hardPair = fc
  .tuple(fc.constantFrom(...HARD_PAIRS), fc.double({ min: 1, max: 1.03, noNaN: true }))
  .map(([[near, far], scale]) => [near, { ...far, a: far.a * scale, b: far.b * scale }] as const);

const plainSlice = (variance: number): fc.Arbitrary<RawSvi> =>
  fc
    .tuple(
      fc.double({ min: 0.2, max: 0.8, noNaN: true }),
      fc.double({ min: -0.5, max: 0.5, noNaN: true }),
      fc.double({ min: 1, max: 4, noNaN: true }),
    )
    .map(([wing, rho, width]) => {
      const deviation = Math.sqrt(variance);
      const [b, sigma] = [wing * deviation, width * deviation];
      return raw(0.6 * variance - b * sigma * Math.sqrt(1 - rho * rho), b, rho, 0, sigma);
    });

const anyPair = fc
  .oneof(hardPair, fc.tuple(plainSlice(0.02), plainSlice(0.04)))
  .filter(([near, far]) => minimumCalendarGap(near, far, GRID).value >= 0)
  .filter((pair) => pair.every((slice) => minimumButterflyMeasure(slice, GRID).value >= 0));

describe('between two slices', () => {
  it('there is no static arbitrage where the slices have none, by either rule', () => {
    const rules = new Set<number>();
    fc.assert(
      fc.property(anyPair, ([near, far]) => {
        const slices = [sampleSlice(30, near), sampleSlice(50, far)];
        const surface = unwrap(resolveSurface(sampleSurface({ slices })));
        rules.add(surface.columns.interpolation[0]!);
        const { minimumButterflyMeasure: found, minimumCalendarGap: gap } = surfaceArbitrage(
          KERNELS,
          surface,
        );
        expect(found.value).toBeGreaterThanOrEqual(-BUTTERFLY_TOLERANCE);
        expect(gap.value).toBeGreaterThanOrEqual(-1e-12);
      }),
      { seed: 31, numRuns: 100 },
    );
    expect(rules).toEqual(new Set([INTERPOLATION.VARIANCE, INTERPOLATION.PRICE]));
  });

  it('variance is linear in time only where that keeps g at every time', () => {
    const isLinear = { true: 0, false: 0 };
    fc.assert(
      fc.property(anyPair, fc.double({ min: 0, max: 1, noNaN: true }), ([near, far], share) => {
        const isKept = keepsDensityBetween(near, far, GRID, 0);
        isLinear[`${isKept}`] += 1;
        if (!isKept) return;
        const mix = (of: (slice: RawSvi, k: number) => number, k: number): number =>
          (1 - share) * of(near, k) + share * of(far, k);
        for (const k of GRID) {
          const g = butterflyMeasure(mix(totalVariance, k), mix(slope, k), mix(curvature, k), k);
          expect(g).toBeGreaterThanOrEqual(-1e-12);
        }
      }),
      { seed: 32, numRuns: 100 },
    );
    expect(isLinear.true).toBeGreaterThan(0);
    expect(isLinear.false).toBeGreaterThan(0);
  });

  it('a mixture of prices meets both slices', () => {
    const [near, far] = HARD_PAIRS[1];
    const slices = [sampleSlice(28, near), sampleSlice(63, far)];
    const surface = unwrap(resolveSurface(sampleSurface({ slices })));
    expect(surface.columns.interpolation[0]).toBe(INTERPOLATION.PRICE);
    for (const [slice, years] of [
      [near, 28 * (1 + 1e-12)],
      [far, 63 * (1 - 1e-12)],
    ] as const)
      for (const k of [-1, -0.3, 0, 0.2, 1]) {
        const forward = surfaceForward(surface, years / 365);
        const { totalVariance: w } = unwrap(
          querySurface(KERNELS, surface, forward * Math.exp(k), years / 365),
        );
        expect(w).toBeCloseTo(totalVariance(slice, k), 8);
      }
  });
});
