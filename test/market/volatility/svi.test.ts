import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import {
  hasAdmissibleWings,
  logMoneynessGrid,
  minimumButterflyMeasure,
  minimumCalendarGap,
  sliceButterflyMeasure,
  sliceDensity,
} from '../../../src/market/volatility/arbitrage.js';
import { jumpWingsToRaw, rawToJumpWings } from '../../../src/market/volatility/jump-wings.js';
import { guaranteedRepair, liftAbove, repairButterfly } from '../../../src/market/volatility/repair.js';
import type { RawSvi } from '../../../src/market/volatility/svi.js';
import {
  callWingSlope,
  curvature,
  minimumVariance,
  minimumVarianceLogMoneyness,
  putWingSlope,
  slope,
  totalVariance,
} from '../../../src/market/volatility/svi.js';
import { vectorsFolder } from '../../support/folders.js';

interface NamedSlice extends RawSvi {
  readonly name: string;
}

interface PublishedWings {
  readonly v: number;
  readonly psi: number;
  readonly p: number;
  readonly c: number;
}

interface SviFile {
  readonly evaluate: readonly (NamedSlice & {
    readonly wMin: number;
    readonly kMin: number;
    readonly leeLeft: number;
    readonly leeRight: number;
    readonly minGonGrid: { lo: number; hi: number; n: number; minG: number; atK: number };
    readonly gRoots: readonly number[];
    readonly butterflyFree: boolean;
    readonly points: readonly { k: number; w: number; dw: number; d2w: number; g: number; density: number }[];
  })[];
  readonly jump_wings: readonly {
    readonly name: string;
    readonly t: number;
    readonly raw: RawSvi;
    readonly jw: PublishedWings & { readonly vTilde: number };
  }[];
  readonly vogt: {
    readonly raw: RawSvi;
    readonly jw_mp: PublishedWings & { readonly vt: number };
    readonly guaranteed_repair: {
      readonly jw_mp: { c: number; vt: number };
      readonly raw_mp: RawSvi;
      readonly 'min_g_on_-3_3_grid': number;
    };
    readonly optimal_repair: { readonly raw_mp: RawSvi };
    readonly 'min_g_on_grid_-2_2_step_0.005': Readonly<
      Record<'raw' | 'guaranteed' | 'optimal', { g: number; k: number }>
    >;
    readonly grid: readonly { k: number; w: number; g: number; w_fix: number; g_fix: number }[];
  };
  readonly quantlib_slice: RawSvi & {
    readonly forward: number;
    readonly total_variance_at_k_equals_m: number;
    readonly vols: readonly { K: number; vol: number }[];
  };
  readonly tf_quant_slices: {
    readonly true: readonly (readonly [number, number, number, number, number])[];
    readonly forwards: readonly number[];
    readonly expiries: readonly number[];
    readonly strikes: readonly (readonly number[])[];
    readonly vols: readonly (readonly number[])[];
  };
}

const folder = vectorsFolder();
const PARAMETERS = ['a', 'b', 'rho', 'm', 'sigma'] as const;

class Errors {
  cases = 0;
  relative = 0;
  absolute = 0;
  addRelative(actual: number, expected: number): void {
    const difference = Math.abs(actual - expected);
    this.relative = Math.max(this.relative, expected === 0 ? difference : difference / Math.abs(expected));
  }
  addAbsolute(actual: number, expected: number): void {
    this.absolute = Math.max(this.absolute, Math.abs(actual - expected));
  }
  report(what: string): void {
    process.stderr.write(
      `${what}: ${String(this.cases)} cases, relative ${this.relative.toExponential(1)}, absolute ${this.absolute.toExponential(1)}\n`,
    );
    expect(this.cases).toBeGreaterThan(0);
  }
}

describe.runIf(folder)('volatility/svi.json', () => {
  const file = JSON.parse(readFileSync(path.join(folder ?? '', 'volatility/svi.json'), 'utf8')) as SviFile;

  it('values, derivatives, g and density', () => {
    const errors = new Errors();
    const gErrors = new Errors();
    for (const slice of file.evaluate) {
      errors.addRelative(minimumVariance(slice), slice.wMin);
      errors.addRelative(minimumVarianceLogMoneyness(slice), slice.kMin);
      errors.addRelative(putWingSlope(slice), slice.leeLeft);
      errors.addRelative(callWingSlope(slice), slice.leeRight);
      for (const { k, w, dw, d2w, g, density } of slice.points) {
        errors.addRelative(totalVariance(slice, k), w);
        errors.addRelative(slope(slice, k), dw);
        errors.addRelative(curvature(slice, k), d2w);
        errors.addRelative(sliceDensity(slice, k), density);
        gErrors.addAbsolute(sliceButterflyMeasure(slice, k), g);
        errors.cases += 1;
      }
      const { lo, hi, n, minG, atK } = slice.minGonGrid;
      const minimum = minimumButterflyMeasure(slice, logMoneynessGrid(lo, hi, n));
      gErrors.addAbsolute(minimum.value, minG);
      expect(minimum.atLogMoneyness).toBeCloseTo(atK, 9);
      expect(minimum.value >= 0 && hasAdmissibleWings(slice)).toBe(slice.butterflyFree);
      for (const root of slice.gRoots) gErrors.addAbsolute(sliceButterflyMeasure(slice, root), 0);
      gErrors.cases += slice.points.length;
    }
    errors.report('evaluate');
    gErrors.report('evaluate, g');
    expect(errors.relative).toBeLessThanOrEqual(1e-12);
    expect(gErrors.absolute).toBeLessThanOrEqual(1e-11);
  });

  it('jump wings, both ways', () => {
    const errors = new Errors();
    const roundTrip = new Errors();
    for (const { raw, t, jw } of file.jump_wings) {
      const wings = unwrap(rawToJumpWings(raw, t));
      errors.addRelative(wings.variance, jw.v);
      errors.addRelative(wings.skew, jw.psi);
      errors.addRelative(wings.putWing, jw.p);
      errors.addRelative(wings.callWing, jw.c);
      errors.addRelative(wings.minimumVariance, jw.vTilde);
      const published = {
        variance: jw.v,
        skew: jw.psi,
        putWing: jw.p,
        callWing: jw.c,
        minimumVariance: jw.vTilde,
      };
      for (const from of [wings, published]) {
        const back = unwrap(jumpWingsToRaw(from, t));
        for (const name of PARAMETERS) {
          if (raw[name] === 0) roundTrip.addAbsolute(back[name], 0);
          else roundTrip.addRelative(back[name], raw[name]);
        }
        roundTrip.cases += 1;
      }
      errors.cases += 1;
    }
    errors.report('jump_wings');
    roundTrip.report('jump_wings, back');
    expect(errors.relative).toBeLessThanOrEqual(1e-12);
    expect(Math.max(roundTrip.relative, roundTrip.absolute)).toBeLessThanOrEqual(1e-11);
  });

  it('the slice of Axel Vogt is flagged and repaired', () => {
    const { raw, guaranteed_repair, optimal_repair, grid } = file.vogt;
    const fine = logMoneynessGrid(-3, 3, 6_001);
    const flagged = minimumButterflyMeasure(raw, fine);
    expect(flagged.value).toBeCloseTo(-0.0329, 4);
    expect(flagged.atLogMoneyness).toBeCloseTo(0.88, 2);

    const errors = new Errors();
    const fixed = unwrap(guaranteedRepair(raw));
    const wings = unwrap(rawToJumpWings(fixed, 1));
    errors.addRelative(wings.callWing, guaranteed_repair.jw_mp.c);
    errors.addRelative(wings.minimumVariance, guaranteed_repair.jw_mp.vt);
    for (const name of PARAMETERS) errors.addRelative(fixed[name], guaranteed_repair.raw_mp[name]);
    for (const { k, w, g, w_fix, g_fix } of grid) {
      errors.addRelative(totalVariance(raw, k), w);
      errors.addRelative(totalVariance(fixed, k), w_fix);
      errors.addAbsolute(sliceButterflyMeasure(raw, k), g);
      errors.addAbsolute(sliceButterflyMeasure(fixed, k), g_fix);
      errors.cases += 1;
    }
    errors.report('vogt');
    expect(errors.relative).toBeLessThanOrEqual(1e-11);
    expect(errors.absolute).toBeLessThanOrEqual(1e-11);
    expect(minimumButterflyMeasure(fixed, fine).value).toBeCloseTo(
      guaranteed_repair['min_g_on_-3_3_grid'],
      9,
    );
    const stated = logMoneynessGrid(-2, 2, 801);
    const minima = file.vogt['min_g_on_grid_-2_2_step_0.005'];
    const slices = { raw, guaranteed: fixed, optimal: optimal_repair.raw_mp };
    for (const name of ['raw', 'guaranteed', 'optimal'] as const) {
      const { value, atLogMoneyness } = minimumButterflyMeasure(slices[name], stated);
      expect(Math.abs(value - minima[name].g), name).toBeLessThanOrEqual(1e-11);
      expect(atLogMoneyness, name).toBeCloseTo(minima[name].k, 9);
    }

    const nearest = unwrap(repairButterfly(raw, fine));
    expect(minimumButterflyMeasure(nearest, fine).value).toBeGreaterThanOrEqual(0);
    const distance = (slice: RawSvi): number =>
      Math.max(...grid.map(({ k, w }) => Math.abs(totalVariance(slice, k) - w)));
    expect(distance(nearest)).toBeLessThan(distance(fixed) / 2);
  });

  it('slices of other libraries', () => {
    const { quantlib_slice, tf_quant_slices } = file;
    const quantlib = new Errors();
    quantlib.addRelative(
      totalVariance(quantlib_slice, quantlib_slice.m),
      quantlib_slice.total_variance_at_k_equals_m,
    );
    for (const { K, vol } of quantlib_slice.vols) {
      const w = totalVariance(quantlib_slice, Math.log(K / quantlib_slice.forward));
      quantlib.addRelative(Math.sqrt((w * 365) / 11), vol);
      quantlib.cases += 1;
    }
    quantlib.report('quantlib_slice');
    expect(quantlib.relative).toBeLessThanOrEqual(1e-12);

    const tensorflow = new Errors();
    for (const [row, [a, b, rho, m, sigma]] of tf_quant_slices.true.entries())
      for (const [column, strike] of tf_quant_slices.strikes[row]!.entries()) {
        const k = Math.log(strike / tf_quant_slices.forwards[row]!);
        const w = totalVariance({ a, b, rho, m, sigma }, k);
        tensorflow.addAbsolute(
          Math.sqrt(w / tf_quant_slices.expiries[row]!),
          tf_quant_slices.vols[row]![column]!,
        );
        tensorflow.cases += 1;
      }
    tensorflow.report('tf_quant_slices');
    expect(tensorflow.absolute).toBeLessThanOrEqual(2e-8);
  });
});

/** Slices like those of a market: variance above 0 everywhere, wings admissible. */
const anySlice = fc
  .record({
    minimum: fc.double({ min: 1e-4, max: 0.5, noNaN: true }),
    b: fc.double({ min: 1e-3, max: 0.6, noNaN: true }),
    rho: fc.double({ min: -0.95, max: 0.95, noNaN: true }),
    m: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
    sigma: fc.double({ min: 0.01, max: 1, noNaN: true }),
  })
  .map(({ minimum, b, rho, m, sigma }) => ({
    a: minimum - b * sigma * Math.sqrt(1 - rho * rho),
    b,
    rho,
    m,
    sigma,
  }));

describe('a slice', () => {
  it('comes back from jump wings to 1e-9', () => {
    fc.assert(
      fc.property(anySlice, fc.double({ min: 0.002, max: 2, noNaN: true }), (slice, t) => {
        // Where the smallest variance lies at the forward, jump wings do not determine the slice.
        const kMin = minimumVarianceLogMoneyness(slice);
        fc.pre(Math.abs(kMin) > 0.05 * slice.sigma);
        const back = unwrap(jumpWingsToRaw(unwrap(rawToJumpWings(slice, t)), t));
        for (const k of [-2, -1, -0.3, 0, 0.3, 1, 2]) {
          const w = totalVariance(slice, k);
          expect(Math.abs(totalVariance(back, k) - w)).toBeLessThanOrEqual(1e-9 * w);
        }
        for (const name of PARAMETERS) expect(Math.abs(back[name] - slice[name])).toBeLessThanOrEqual(1e-9);
      }),
      { seed: 41, numRuns: 500 },
    );
  });

  it('has positive curvature, and slopes between those of its wings', () => {
    fc.assert(
      fc.property(anySlice, fc.double({ min: -5, max: 5, noNaN: true }), (slice, k) => {
        expect(curvature(slice, k)).toBeGreaterThan(0);
        expect(slope(slice, k)).toBeGreaterThanOrEqual(-putWingSlope(slice));
        expect(slope(slice, k)).toBeLessThanOrEqual(callWingSlope(slice));
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it('is repaired wherever the skew allows it, and never touched when it is sound', () => {
    const grid = logMoneynessGrid(-1.5, 1.5, 301);
    let repaired = 0;
    fc.assert(
      fc.property(anySlice, (slice) => {
        const outcome = repairButterfly(slice, grid);
        const isFree = minimumButterflyMeasure(slice, grid).value >= 0;
        if (isFree) expect(outcome).toEqual({ ok: true, value: slice });
        else if (outcome.ok) {
          repaired += 1;
          expect(minimumButterflyMeasure(outcome.value, grid).value).toBeGreaterThanOrEqual(0);
          const w0 = totalVariance(slice, 0);
          expect(Math.abs(totalVariance(outcome.value, 0) - w0)).toBeLessThanOrEqual(1e-9 * w0);
        } else expect(outcome.failure.message).toMatch(/g < 0/);
      }),
      { seed: 43, numRuns: 500 },
    );
    expect(repaired).toBeGreaterThan(20);
  });

  it('that falls below the one before it is lifted, or refused', () => {
    const grid = logMoneynessGrid(-1.5, 1.5, 301);
    const near = { a: 0.01, b: 0.1, rho: -0.3, m: 0, sigma: 0.2 };
    const far = { a: 0.003, b: 0.12, rho: -0.2, m: 0.02, sigma: 0.2 };
    const before = minimumCalendarGap(near, far, grid).value;
    expect(before).toBeLessThan(-1e-4);
    const above = unwrap(liftAbove(near, far, grid));
    expect(above.a - far.a).toBeCloseTo(-before, 9);
    expect(minimumCalendarGap(near, above, grid).value).toBeGreaterThanOrEqual(0);
    expect(unwrap(liftAbove(far, above, grid))).toBe(above);
    const vogt = { a: -0.041, b: 0.1331, rho: 0.306, m: 0.3586, sigma: 0.4153 };
    expect(liftAbove({ ...vogt, a: -0.0405 }, vogt, grid).ok).toBe(false);
  });
});

describe('jump wings without a slice', () => {
  const sound = { variance: 0.1, skew: -0.19, putWing: 1.6, callWing: 0.9, minimumVariance: 0.097 };
  it.each([
    ['variance', { variance: 0 }],
    ['variance', { variance: NaN }],
    ['putWing', { putWing: -0.1 }],
    ['callWing', { callWing: 0 }],
    ['skew', { skew: -0.9 }],
    ['skew', { skew: 0.5 }],
    ['skew', { skew: NaN }],
    ['skew', { skew: 0 }],
    ['minimumVariance', { minimumVariance: 0.1 }],
    ['minimumVariance', { minimumVariance: -0.01 }],
  ])('say so: %s %o', (field, change) => {
    const outcome = jumpWingsToRaw({ ...sound, ...change }, 1);
    expect(outcome.ok).toBe(false);
    if (!outcome.ok) {
      expect(outcome.failure.field).toBe(field);
      expect(outcome.failure.reason).toBe('INVALID_VALUE');
    }
  });

  it('or no time', () => {
    expect(jumpWingsToRaw(sound, 0).ok).toBe(false);
    expect(jumpWingsToRaw(sound, 1).ok).toBe(true);
    const flat = { a: 0, b: 0, rho: 0, m: 0, sigma: 1 };
    expect(rawToJumpWings(flat, 1).ok).toBe(false);
    expect(rawToJumpWings({ ...flat, a: 0.1 }, NaN).ok).toBe(false);
  });
});
