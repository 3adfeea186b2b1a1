import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { INTERPOLATION } from '../../../src/kernel/surface-query.js';
import { loadKernels } from '../../../src/kernel/load-kernels.js';
import {
  BUTTERFLY_TOLERANCE,
  logMoneynessGrid,
  minimumButterflyMeasure,
  sliceDensity,
} from '../../../src/market/volatility/arbitrage.js';
import {
  openSurface,
  publishSurface,
  querySurface,
  resolveSurface,
  surfaceForward,
  surfaceRecords,
} from '../../../src/market/volatility/surface.js';
import type { Surface, SurfaceAnswer } from '../../../src/market/volatility/surface.js';
import { surfaceArbitrage } from '../../../src/market/volatility/surface-arbitrage.js';
import { surfacesFromJson, surfacesToJson } from '../../../src/market/volatility/surface-json.js';
import type { VolatilitySurface } from '../../../src/market/volatility/surface-slice.js';
import { totalVariance } from '../../../src/market/volatility/svi.js';
import { sampleEssviSurface, sampleSlice, sampleSurface } from './sample-surface.js';

const kernels = loadKernels();
const surface = unwrap(resolveSurface(sampleSurface()));

function at(strike: number, years: number, on: Surface = surface): SurfaceAnswer {
  return unwrap(querySurface(kernels, on, strike, years));
}

describe('a surface', () => {
  it('answers every slice exactly, and gives its records back', () => {
    const records = sampleSurface();
    for (const { timeToExpiryYears, forward, parameters } of records.slices)
      for (const k of [-0.6, -0.2, 0, 0.1, 0.5]) {
        const w = totalVariance(parameters, k);
        const { totalVariance: found } = at(forward * Math.exp(k), timeToExpiryYears);
        expect(Math.abs(found - w)).toBeLessThanOrEqual(1e-13 * w);
      }
    expect(surfaceRecords(surface)).toEqual(records);
  });

  it('says where it extrapolates', () => {
    const years = 35 / 365;
    const forward = surfaceForward(surface, years);
    expect(at(forward, years)).toMatchObject({
      isExtrapolated: false,
      isGuarded: false,
      isFreeOfButterfly: true,
    });
    expect(at(forward * Math.exp(0.36), years).isExtrapolated).toBe(true);
    expect(at(forward, 1 / 365).isExtrapolated).toBe(true);
    expect(at(forward, 1).isExtrapolated).toBe(true);
    expect(at(forward, years).confidence).toBe(0.01);
  });

  it('has a log-linear forward that starts at spot and never lets total variance fall with time', () => {
    expect(surfaceForward(surface, 1e-12)).toBeCloseTo(60_000, 6);
    for (const days of [3, 7, 20, 35, 100, 182, 400])
      expect(surfaceForward(surface, days / 365)).toBeCloseTo(60_000 * Math.exp((0.05 * days) / 365), 6);
    for (const k of [-1, 0, 1]) {
      let before = 0;
      for (let days = 0.5; days < 700; days *= 1.3) {
        const { totalVariance: w } = at(surfaceForward(surface, days / 365) * Math.exp(k), days / 365);
        expect(w).toBeGreaterThan(before);
        before = w;
      }
    }
  });

  it('runs along eSSVI slices where that is safe, and not where it is not', () => {
    const records = sampleEssviSurface();
    const essvi = unwrap(resolveSurface(records));
    expect(essvi.columns.interpolation[0]).toBe(INTERPOLATION.ESSVI);
    expect(surfaceArbitrage(kernels, essvi).isFree).toBe(true);
    const years = 21 / 365;
    const middle = at(surfaceForward(essvi, years), years, essvi);
    expect(middle.totalVariance).toBeCloseTo(0.021, 12);

    const notOfThatForm = records.slices.map((slice) => ({ ...slice, kind: 'SVI' as const }));
    const svi = unwrap(resolveSurface({ ...records, slices: notOfThatForm }));
    expect(svi.columns.interpolation[0]).toBe(INTERPOLATION.VARIANCE);
    const [near, far] = records.slices;
    const bent = { ...near!, parameters: { ...near!.parameters, m: near!.parameters.m + 1e-3 } };
    const other = unwrap(resolveSurface({ ...records, slices: [bent, far!] }));
    expect(other.columns.interpolation[0]).toBe(INTERPOLATION.VARIANCE);
  });

  it('is a few dozen bytes and the same memory in another thread', () => {
    const handle = publishSurface(surface);
    const opened = openSurface(structuredClone(handle));
    expect(surfaceRecords(opened)).toEqual(sampleSurface());
    expect(opened.columns.a.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(openSurface(handle).columns.a.buffer).toBe(surface.columns.a.buffer);
    expect(() => openSurface({ ...handle, sliceCount: 40 })).toThrow(/bytes of surface columns/);
  });

  it('gives calls and puts that obey parity', () => {
    for (const days of [1, 7, 20, 35, 182]) {
      const years = days / 365;
      const forward = surfaceForward(surface, years);
      for (const k of [-0.5, -0.1, 0, 0.2, 0.6]) {
        const strike = forward * Math.exp(k);
        const price = new Float64Array(2);
        kernels.black76Price(
          {
            count: 2,
            isCall: Uint8Array.of(1, 0),
            forward: Float64Array.of(forward, forward),
            strike: Float64Array.of(strike, strike),
            volatility: new Float64Array(2).fill(at(strike, years).volatility),
            timeToExpiryYears: new Float64Array(2).fill(years),
          },
          price,
        );
        expect(Math.abs(price[0]! - price[1]! - (forward - strike))).toBeLessThanOrEqual(1e-15 * forward * 4);
      }
    }
  });
});

/** Trapezoidal sums of a density and of its first exponential moment; exact to rounding for a smooth density. */
function moments(density: (k: number) => number, end: number, step: number): { total: number; mean: number } {
  let total = 0;
  let mean = 0;
  for (let k = -end; k <= end; k += step) {
    total += density(k) * step;
    mean += density(k) * Math.exp(k) * step;
  }
  return { total, mean };
}

describe('the density of a slice', () => {
  it('adds up to 1 and has the forward as its mean', () => {
    const slices = [...sampleSurface().slices, ...sampleEssviSurface().slices];
    for (const { parameters } of slices) {
      const { total, mean } = moments((k) => sliceDensity(parameters, k), 40, 2e-3);
      expect(Math.abs(total - 1)).toBeLessThanOrEqual(1e-6);
      expect(Math.abs(mean - 1)).toBeLessThanOrEqual(1e-6);
    }
  });

  it('adds up between slices too', () => {
    const years = 60 / 365;
    const forward = surfaceForward(surface, years);
    const { total, mean } = moments((k) => at(forward * Math.exp(k), years).density, 8, 4e-3);
    expect(Math.abs(total - 1)).toBeLessThanOrEqual(1e-6);
    expect(Math.abs(mean - 1)).toBeLessThanOrEqual(1e-6);
  });
});

describe('the arbitrage of a surface', () => {
  it('is none for the sample', () => {
    const found = surfaceArbitrage(kernels, surface);
    expect(found.isFree).toBe(true);
    expect(found.minimumButterflyMeasure.value).toBeGreaterThanOrEqual(-BUTTERFLY_TOLERANCE);
    const grid = logMoneynessGrid(-1.5, 1.5, 301);
    const bySlices = Math.min(
      ...sampleSurface().slices.map(({ parameters }) => minimumButterflyMeasure(parameters, grid).value),
    );
    expect(found.minimumButterflyMeasure.value).toBeLessThanOrEqual(bySlices + 1e-12);
  });

  it('is found and placed: a butterfly, a calendar, a wing', () => {
    const slices = [...sampleSurface().slices];
    const vogt = { a: -0.041, b: 0.1331, rho: 0.306, m: 0.3586, sigma: 0.4153 };
    const butterfly = unwrap(resolveSurface(sampleSurface({ slices: [sampleSlice(35, vogt)] })));
    const first = surfaceArbitrage(kernels, butterfly);
    expect(first.isFree).toBe(false);
    expect(first.minimumButterflyMeasure.value).toBeCloseTo(-0.0329, 3);
    expect(first.minimumButterflyMeasure.atLogMoneyness).toBeCloseTo(0.88, 1);

    const falling = sampleSlice(200, { a: 0.04, b: 0.15, rho: -0.2, m: 0.05, sigma: 0.4 });
    const calendar = unwrap(resolveSurface(sampleSurface({ slices: [...slices, falling] })));
    const second = surfaceArbitrage(kernels, calendar);
    expect(second.isFree).toBe(false);
    expect(second.minimumCalendarGap.value).toBeLessThan(0);
    expect(second.minimumCalendarGap.atYears).toBeGreaterThan(182 / 365);

    const steep = sampleSlice(200, { a: 0.5, b: 1.9, rho: 0.2, m: 0, sigma: 2 });
    const wing = surfaceArbitrage(kernels, unwrap(resolveSurface(sampleSurface({ slices: [steep] }))));
    expect(wing.steepWingsAtYears).toEqual([steep.timeToExpiryYears]);
    expect(wing.isFree).toBe(false);
  });
});

describe('a surface as JSON', () => {
  it('comes back as it was, through text', () => {
    const surfaces = [sampleSurface(), { ...sampleEssviSurface(), underlying: 'ETH' }];
    const text = JSON.stringify(surfacesToJson(surfaces));
    expect(unwrap(surfacesFromJson(JSON.parse(text)))).toEqual(surfaces);
  });

  const document = (change: (surface: Record<string, unknown>, slice: Record<string, unknown>) => void) => {
    const copy = JSON.parse(JSON.stringify(surfacesToJson([sampleSurface()]))) as {
      surfaces: { slices: Record<string, unknown>[] }[];
    };
    const first = copy.surfaces[0]!;
    change(first, first.slices[1]!);
    return copy;
  };

  it.each([
    ['surfaces[0].version', document((s) => (s.version = -1))],
    ['surfaces[0].asOf', document((s) => (s.asOf = '2026-02-31T00:00:00Z'))],
    ['surfaces[0].asOf', document((s) => (s.asOf = 5))],
    ['surfaces[0].underlying', document((s) => (s.underlying = ''))],
    ['surfaces[0].spot', document((s) => (s.spot = 0))],
    ['surfaces[0].slices', document((s) => (s.slices = []))],
    ['surfaces[0].slices', document((s) => (s.slices = 'none'))],
    ['surfaces[0].skew', document((s) => (s.skew = 1))],
    ['surfaces[0].slices[1]', document((s) => (s.slices = [(s.slices as unknown[])[0], null]))],
    ['surfaces[0].slices[1].expiry', document((_, slice) => (slice.expiry = '2026-03-01T00:00:00Z'))],
    ['surfaces[0].slices[1].timeToExpiryYears', document((_, slice) => (slice.timeToExpiryYears = 35 / 360))],
    ['surfaces[0].slices[1].forward', document((_, slice) => (slice.forward = -1))],
    ['surfaces[0].slices[1].forwardStandardError', document((_, slice) => delete slice.forwardStandardError)],
    ['surfaces[0].slices[1].kind', document((_, slice) => (slice.kind = 'SABR'))],
    ['surfaces[0].slices[1].status', document((_, slice) => (slice.status = 'FINE'))],
    [
      'surfaces[0].slices[1].svi.rho',
      document((_, slice) => ((slice.svi as Record<string, unknown>).rho = 1)),
    ],
    ['surfaces[0].slices[1].svi.a', document((_, slice) => ((slice.svi as Record<string, unknown>).a = -1))],
    [
      'surfaces[0].slices[1].svi.theta',
      document((_, slice) => ((slice.svi as Record<string, unknown>).theta = 1)),
    ],
    ['surfaces[0].slices[1].svi', document((_, slice) => (slice.svi = 3))],
    [
      'surfaces[0].slices[1].quotedLogMoneynessMax',
      document((_, slice) => (slice.quotedLogMoneynessMax = -1)),
    ],
    ['surfaces[0].slices[1].insideBidAskShare', document((_, slice) => (slice.insideBidAskShare = 97))],
    [
      'surfaces[0].slices[1].weightedRmseVolatility',
      document((_, slice) => (slice.weightedRmseVolatility = null)),
    ],
    ['surfaces[0].slices[1].confidence', document((_, slice) => (slice.confidence = -0.1))],
    ['schema', { ...document(() => undefined), schema: 'margincube.volatility-surfaces/2' }],
    ['surfaces', { schema: 'margincube.volatility-surfaces/1' }],
    ['', null],
  ])('is refused at %s', (field, bad) => {
    const outcome = surfacesFromJson(bad);
    expect(outcome.ok).toBe(false);
    if (!outcome.ok) expect(outcome.failure.field).toBe(field);
  });

  it('names an underlying once', () => {
    const twice = surfacesFromJson(surfacesToJson([sampleSurface(), sampleSurface()]));
    expect(twice).toMatchObject({
      ok: false,
      failure: { reason: 'DUPLICATE', field: 'surfaces[1].underlying' },
    });
  });
});

describe('a bad question', () => {
  it('is a failure that names its field', () => {
    for (const [strike, years, field] of [
      [0, 1, 'strike'],
      [NaN, 1, 'strike'],
      [-5, 1, 'strike'],
      [100, 0, 'timeToExpiryYears'],
      [100, -1, 'timeToExpiryYears'],
      [100, Infinity, 'timeToExpiryYears'],
    ] as const)
      expect(querySurface(kernels, surface, strike, years)).toMatchObject({ ok: false, failure: { field } });
  });

  it('never makes NaN', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-60, max: 1e60, noNaN: true }),
        fc.double({ min: 1e-60, max: 1e60, noNaN: true }),
        (strike, years) => {
          const answer = at(strike, years);
          for (const value of Object.values(answer))
            expect(typeof value === 'boolean' || Number.isFinite(value)).toBe(true);
        },
      ),
      { seed: 3, numRuns: 300 },
    );
  });
});

describe('records of a surface', () => {
  it('are checked one by one', () => {
    const broken = (slices: VolatilitySurface['slices']) => resolveSurface(sampleSurface({ slices }));
    const [near, far] = sampleSurface().slices;
    expect(broken([far!, near!])).toMatchObject({
      ok: false,
      failure: { field: 'surface.slices[1].expiry' },
    });
    expect(broken([near!, near!])).toMatchObject({
      ok: false,
      failure: { field: 'surface.slices[1].expiry' },
    });
    const flat = { ...near!, parameters: { kind: 'SVI' as const, a: 0, b: 0, rho: 0, m: 0, sigma: 1 } };
    expect(broken([flat])).toMatchObject({ ok: false, failure: { field: 'surface.slices[0].svi.a' } });
  });
});
