/** Volatility, g, density and confidence of a surface: native against the twin, over every rule and every flag. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kernels } from '../../src/kernel/kernels.js';
import {
  INTERPOLATION,
  QUERY_FLAG,
  SURFACE_ANSWER_NAMES,
  SURFACE_COLUMN_NAMES,
  VOLATILITY_GUARD,
} from '../../src/kernel/surface-query.js';
import type { SurfaceAnswers, SurfaceColumns } from '../../src/kernel/surface-query.js';
import { black76Price } from '../../src/kernel/reference/black76.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE, at, bits } from './support.js';

interface SliceRow {
  readonly years: number;
  readonly forward: number;
  readonly a: number;
  readonly b: number;
  readonly rho: number;
  readonly m: number;
  readonly sigma: number;
  readonly confidence?: number;
}

function columnsOf(
  rows: readonly SliceRow[],
  interpolation: number = INTERPOLATION.VARIANCE,
): SurfaceColumns {
  const column = (value: (row: SliceRow, index: number) => number): Float64Array =>
    Float64Array.from(rows, value);
  return {
    sliceCount: rows.length,
    timeToExpiryYears: column(({ years }) => years),
    forward: column(({ forward }) => forward),
    carry: column(({ years, forward }, i) => {
      const next = rows[i + 1];
      return next === undefined ? 0.03 : Math.log(next.forward / forward) / (next.years - years);
    }),
    a: column(({ a }) => a),
    b: column(({ b }) => b),
    rho: column(({ rho }) => rho),
    m: column(({ m }) => m),
    sigma: column(({ sigma }) => sigma),
    quotedMin: column(() => -0.4),
    quotedMax: column((_, i) => 0.3 + 0.1 * i),
    confidence: column(({ confidence }) => confidence ?? 0.01),
    interpolation: new Uint8Array(rows.length).fill(interpolation),
    rates: Float64Array.of(0.05, 0.2),
  };
}

/** The eSSVI slice with these wings, as raw SVI. */
function essvi(years: number, theta: number, callWing: number, putWing: number): SliceRow {
  const psi = (callWing + putWing) / 2;
  const rho = (callWing - putWing) / (callWing + putWing);
  const root = Math.sqrt(1 - rho * rho);
  return {
    years,
    forward: 60_000 * Math.exp(0.04 * years),
    a: (theta * (1 - rho * rho)) / 2,
    b: psi / 2,
    rho,
    m: (-rho * theta) / psi,
    sigma: (root * theta) / psi,
  };
}

const MARKET = columnsOf([
  { years: 0.02, forward: 60_000, a: 0.002, b: 0.02, rho: -0.2, m: 0.01, sigma: 0.08, confidence: 0.03 },
  { years: 0.1, forward: 60_400, a: 0.01, b: 0.06, rho: -0.25, m: 0.02, sigma: 0.15, confidence: 0.01 },
  { years: 0.5, forward: 61_800, a: 0.05, b: 0.15, rho: -0.2, m: 0.05, sigma: 0.4, confidence: 0.02 },
]);

const ESSVI_MARKET = columnsOf(
  [essvi(0.02, 0.008, 0.05, 0.08), essvi(0.1, 0.04, 0.15, 0.2)],
  INTERPOLATION.ESSVI,
);

function ask(
  kernels: Kernels,
  surface: SurfaceColumns,
  rows: readonly (readonly [strike: number, years: number])[],
): SurfaceAnswers {
  const column = (): Float64Array => new Float64Array(rows.length).fill(NaN);
  const answers = {
    volatility: column(),
    totalVariance: column(),
    butterflyMeasure: column(),
    density: column(),
    confidence: column(),
    flags: new Uint8Array(rows.length).fill(255),
  };
  const queries = {
    count: rows.length,
    strike: Float64Array.from(rows, ([strike]) => strike),
    timeToExpiryYears: Float64Array.from(rows, ([, years]) => years),
  };
  kernels.surfaceQuery(surface, queries, answers);
  return answers;
}

/** The largest difference relative to max(|value|, 1e-3 of one): g and density pass through zero. */
function difference(one: SurfaceAnswers, other: SurfaceAnswers): number {
  let worst = 0;
  for (const name of SURFACE_ANSWER_NAMES)
    for (const [i, value] of one[name].entries()) {
      const size = Math.max(Math.abs(value), name === 'totalVariance' || name === 'volatility' ? 0 : 1e-3);
      worst = Math.max(worst, value === at(other[name], i) ? 0 : Math.abs(value - at(other[name], i)) / size);
    }
  return worst;
}

const anyRow = fc.tuple(
  fc.double({ min: Math.log(6_000), max: Math.log(600_000), noNaN: true }).map(Math.exp),
  fc.oneof(fc.constantFrom(0.02, 0.1, 0.5), fc.double({ min: 1e-7, max: 2, noNaN: true })),
);

describe.each(NATIVE_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))('$isa', ({ kernels }) => {
  test('agrees with the twin, by every rule, at and between and beyond slices', () => {
    const surfaces = [
      MARKET,
      ESSVI_MARKET,
      columnsOf([essvi(0.1, 0.04, 0.15, 0.2)]),
      { ...MARKET, interpolation: new Uint8Array(3).fill(INTERPOLATION.PRICE) },
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...surfaces),
        fc.array(anyRow, { minLength: 1, maxLength: 70 }),
        (surface, rows) => {
          const native = ask(kernels, surface, rows);
          const twin = ask(REFERENCE, surface, rows);
          expect(difference(twin, native)).toBeLessThanOrEqual(1e-12);
          expect(native.flags).toEqual(twin.flags);
        },
      ),
      { seed: 11, numRuns: 200 },
    );
  });

  test('gives a query the same bits wherever it stands among others', () => {
    const rows = Array.from({ length: 45 }, (_, i) => [30_000 + 1_700 * i, 0.01 + 0.02 * i] as const);
    const together = ask(kernels, MARKET, rows);
    for (const [i, row] of rows.entries()) {
      const alone = ask(kernels, MARKET, [row]);
      for (const name of SURFACE_ANSWER_NAMES)
        expect(bits(alone[name])).toEqual(bits(together[name].slice(i, i + 1)));
    }
  });
});

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))('$isa', ({ kernels }) => {
  const one = (surface: SurfaceColumns, strike: number, years: number): SurfaceAnswers =>
    ask(kernels, surface, [[strike, years]]);

  test('on a slice answers that slice, with its own quotes and confidence', () => {
    const { totalVariance, confidence, flags, volatility } = one(MARKET, 60_400, 0.1);
    const w = 0.01 + 0.06 * (-0.25 * -0.02 + Math.hypot(0.02, 0.15));
    expect(at(totalVariance, 0)).toBeCloseTo(w, 14);
    expect(at(volatility, 0)).toBeCloseTo(Math.sqrt(w / 0.1), 13);
    expect(at(confidence, 0)).toBe(0.01);
    expect(at(flags, 0)).toBe(0);
  });

  test('between slices runs straight in total variance at fixed k, with the worse confidence', () => {
    const forward = Math.sqrt(60_000 * 60_400);
    const k = 0.1;
    const [near, far, between] = [
      [60_000, 0.02],
      [60_400, 0.1],
      [forward, 0.06],
    ].map(([f = NaN, years = NaN]) => one(MARKET, f * Math.exp(k), years));
    const middle = (at(near!.totalVariance, 0) + at(far!.totalVariance, 0)) / 2;
    expect(at(between!.totalVariance, 0)).toBeCloseTo(middle, 14);
    expect(at(between!.confidence, 0)).toBe(0.03);
    expect(at(between!.flags, 0)).toBe(0);
  });

  test('by prices mixes those of both slices with one weight at every strike, and their densities', () => {
    const surface = { ...MARKET, interpolation: new Uint8Array(3).fill(INTERPOLATION.PRICE) };
    const years = 0.06;
    const forward = Math.sqrt(60_000 * 60_400);
    const priceAt = (f: number, k: number, time: number, on: SurfaceColumns): number => {
      const volatility = at(one(on, f * Math.exp(k), time).volatility, 0);
      return black76Price(k >= 0, f, f * Math.exp(k), volatility, time) / f;
    };
    const weightAt = (k: number): number => {
      const [near, far] = [priceAt(60_000, k, 0.02, MARKET), priceAt(60_400, k, 0.1, MARKET)];
      return (priceAt(forward, k, years, surface) - near) / (far - near);
    };
    const root = (k: number, f: number, time: number): number =>
      Math.sqrt(at(one(MARKET, f * Math.exp(k), time).totalVariance, 0));
    const [near, far] = [root(0, 60_000, 0.02), root(0, 60_400, 0.1)];
    const expected = (Math.sqrt((near * near + far * far) / 2) - near) / (far - near);
    for (const k of [-1, -0.4, -0.1, 0, 0.05, 0.3, 0.9]) {
      expect(weightAt(k)).toBeCloseTo(expected, 9);
      const [densityNear, densityFar] = [
        at(one(MARKET, 60_000 * Math.exp(k), 0.02).density, 0),
        at(one(MARKET, 60_400 * Math.exp(k), 0.1).density, 0),
      ];
      const mixed = at(one(surface, forward * Math.exp(k), years).density, 0);
      expect(mixed).toBeCloseTo((1 - expected) * densityNear + expected * densityFar, 11);
    }
    expect(at(one(surface, forward, years).flags, 0)).toBe(0);
  });

  test('before the first slice keeps its volatility, after the last adds the rate to total variance', () => {
    const early = one(MARKET, 60_000 * Math.exp(-0.05 * 0.01), 0.01);
    expect(at(early.volatility, 0)).toBeCloseTo(at(one(MARKET, 60_000, 0.02).volatility, 0), 13);
    expect(at(early.flags, 0)).toBe(QUERY_FLAG.EXTRAPOLATED_TIME);
    const late = one(MARKET, 61_800 * Math.exp(0.03 * 0.5), 1);
    const last = one(MARKET, 61_800, 0.5);
    expect(at(late.totalVariance, 0)).toBeCloseTo(at(last.totalVariance, 0) + 0.1, 13);
    expect(at(late.flags, 0)).toBe(QUERY_FLAG.EXTRAPOLATED_TIME);
  });

  test('flags strikes beyond the quotes of either slice, and never clamps k', () => {
    expect(at(one(MARKET, 60_400 * Math.exp(0.41), 0.1).flags, 0)).toBe(QUERY_FLAG.EXTRAPOLATED_STRIKE);
    expect(at(one(MARKET, 60_400 * Math.exp(0.39), 0.1).flags, 0)).toBe(0);
    // Inside the quotes of the far slice, outside those of the near one.
    expect(at(one(MARKET, 60_400 * Math.exp(0.35), 0.09).flags, 0)).toBe(QUERY_FLAG.EXTRAPOLATED_STRIKE);
    const far = one(MARKET, 1e9, 0.1);
    const further = one(MARKET, 1e12, 0.1);
    expect(at(further.totalVariance, 0)).toBeGreaterThan(at(far.totalVariance, 0) + 0.2);
  });

  test('guards the volatility, and says so', () => {
    const low = columnsOf([{ years: 0.5, forward: 100, a: 1e-9, b: 0, rho: 0, m: 0, sigma: 1 }]);
    const high = columnsOf([{ years: 0.5, forward: 100, a: 60, b: 0, rho: 0, m: 0, sigma: 1 }]);
    const none = columnsOf([{ years: 0.5, forward: 100, a: -1, b: 0, rho: 0, m: 0, sigma: 1 }]);
    for (const [surface, bound] of [
      [low, VOLATILITY_GUARD.min],
      [high, VOLATILITY_GUARD.max],
      [none, VOLATILITY_GUARD.min],
    ] as const) {
      const answers = one(surface, 100, 0.5);
      expect(at(answers.volatility, 0)).toBe(bound);
      expect(at(answers.totalVariance, 0)).toBeCloseTo(bound * bound * 0.5, 15);
      expect(at(answers.flags, 0)).toBe(QUERY_FLAG.GUARDED);
      for (const name of SURFACE_ANSWER_NAMES) expect(Number.isFinite(at(answers[name], 0))).toBe(true);
    }
  });

  test('flags a butterfly', () => {
    const vogt = columnsOf([
      { years: 1, forward: 100, a: -0.041, b: 0.1331, rho: 0.306, m: 0.3586, sigma: 0.4153 },
    ]);
    const answers = one(vogt, 100 * Math.exp(0.88), 1);
    expect(at(answers.butterflyMeasure, 0)).toBeCloseTo(-0.032863340367583344, 12);
    expect(at(answers.flags, 0) & QUERY_FLAG.ARBITRAGE).toBe(QUERY_FLAG.ARBITRAGE);
  });

  test('stays finite at the ends of the domain', () => {
    const rows = [1e-60, 1e-6, 1, 1e60].flatMap((strike) =>
      [1e-60, 1e-9, 0.1, 0.3, 1e60].map((years) => [strike, years] as const),
    );
    for (const rule of Object.values(INTERPOLATION)) {
      const surface = rule === INTERPOLATION.ESSVI ? ESSVI_MARKET : MARKET;
      const answers = ask(
        kernels,
        { ...surface, interpolation: new Uint8Array(surface.sliceCount).fill(rule) },
        rows,
      );
      for (const name of SURFACE_ANSWER_NAMES) expect(answers[name].every(Number.isFinite), name).toBe(true);
    }
  });

  test('refuses what is outside its domain', () => {
    for (const [strike, years, name, value] of [
      [0, 1, 'strike', '0'],
      [NaN, 1, 'strike', 'NaN'],
      [100, -1, 'timeToExpiryYears', '-1'],
      [100, Infinity, 'timeToExpiryYears', 'Infinity'],
    ] as const)
      expect(() =>
        ask(kernels, MARKET, [
          [100, 1],
          [strike, years],
        ]),
      ).toThrow(
        new RangeError(
          `Expected a number in [1e-60, 1e+60] for queries.${name}[1] but received ${value} of type number`,
        ),
      );
    const slice = /Expected a slice within the kernel's domain for surface\[1\]/;
    for (const name of SURFACE_COLUMN_NAMES) {
      const bad = MARKET[name].slice();
      bad[1] = NaN;
      expect(() => one({ ...MARKET, [name]: bad }, 100, 1), name).toThrow(slice);
    }
    const column = (name: (typeof SURFACE_COLUMN_NAMES)[number] | 'interpolation', value: number) => {
      const bad = MARKET[name].slice();
      bad[1] = value;
      return { ...MARKET, [name]: bad };
    };
    expect(() => one(column('timeToExpiryYears', 0.02), 100, 1)).toThrow(slice);
    expect(() => one(column('sigma', 0), 100, 1)).toThrow(slice);
    expect(() => one(column('rho', 1), 100, 1)).toThrow(slice);
    expect(() => one(column('interpolation', 3), 100, 1)).toThrow(slice);
    const essviOfNone = { ...column('b', 0), interpolation: Uint8Array.of(0, 1, 0) };
    expect(() => one(essviOfNone, 100, 1)).toThrow(slice);
    expect(() => one({ ...MARKET, rates: Float64Array.of(NaN, 0) }, 100, 1)).toThrow(/surface\[0\]/);
    expect(() => one({ ...MARKET, sliceCount: 0 }, 100, 1)).toThrow(/at least 1 slice/);
    expect(() => one({ ...MARKET, sliceCount: 4 }, 100, 1)).toThrow(/at least 4 entries/);
    expect(() => one({ ...MARKET, rates: new Float64Array(1) }, 100, 1)).toThrow(/at least 2 entries/);
  });
});
