/** The fit of SVI slices: every native level against the twin, the twin's derivatives against differences, known truths. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sviDerivatives, sviPoint } from '../../src/kernel/reference/svi-slice.js';
import type { SviFitInputs } from '../../src/kernel/svi.js';
import {
  SVI_FIT_STATUSES,
  SVI_LOWER,
  SVI_SUMMARY,
  SVI_UPPER,
  sviFitWorkspaceLength,
} from '../../src/kernel/svi.js';
import type { Kernels } from '../../src/kernel/kernels.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE, at, bits } from './support.js';

interface Slice {
  readonly years: number;
  /** p1, p2, wMin, m, s. */
  readonly truth: readonly number[];
  /** Error of each quote in half spreads. */
  readonly noise: readonly number[];
}

const arbitrarySlice = fc.record({
  atm: fc.double({ min: 0.3, max: 1.2, noNaN: true }),
  left: fc.double({ min: 0.2, max: 1, noNaN: true }),
  right: fc.double({ min: 0.2, max: 1, noNaN: true }),
  shift: fc.double({ min: -0.5, max: 0.5, noNaN: true }),
  width: fc.double({ min: 0.5, max: 3, noNaN: true }),
  noise: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 7, maxLength: 25 }),
});

/** Slices of a surface whose variance grows with time; smiles in units of the standard deviation. */
const arbitrarySurface = fc.array(arbitrarySlice, { minLength: 1, maxLength: 5 }).map((slices) =>
  slices.map(({ atm, left, right, shift, width, noise }, index): Slice => {
    const years = 0.01 * 2.5 ** index;
    const deviation = atm * Math.sqrt(years);
    const truth = [left * deviation, right * deviation, deviation ** 2, shift * deviation, width * deviation];
    return { years, truth, noise };
  }),
);

const HALF_SPREAD = 0.006;

function inputsOf(slices: readonly Slice[], overrides: Partial<SviFitInputs> = {}): SviFitInputs {
  const rows = slices.flatMap(({ truth, years, noise }) =>
    noise.map((error, i) => {
      const deviation = Math.sqrt(at(truth, 2));
      const k = deviation * (-3 + (6 * i) / (noise.length - 1));
      const w = sviPoint(Float64Array.from(truth), k).w;
      const half = 2 * Math.sqrt(w * years) * HALF_SPREAD;
      return { k, w: w + error * half, weight: 1 / half };
    }),
  );
  const offsets = [0];
  for (const { noise } of slices) offsets.push((offsets.at(-1) ?? 0) + noise.length);
  const grid = Float64Array.from({ length: 61 }, (_, i) => -1.5 + i / 20);
  return {
    sliceCount: slices.length,
    quoteOffsets: Uint32Array.from(offsets),
    logMoneyness: Float64Array.from(rows, ({ k }) => k),
    totalVariance: Float64Array.from(rows, ({ w }) => w),
    weight: Float64Array.from(rows, ({ weight }) => weight),
    timeToExpiryYears: Float64Array.from(slices, ({ years }) => years),
    huberDelta: new Float64Array(slices.length).fill(2),
    isFixed: new Uint8Array(slices.length),
    gridCount: grid.length,
    grid,
    floor: new Float64Array(grid.length),
    ceiling: new Float64Array(grid.length).fill(Infinity),
    butterflyPenalty: 1e3,
    butterflyMargin: 1e-3,
    calendarPenalty: 1e3,
    ...priorOf(slices),
    iterationsMax: 100,
    tolerance: 1e-12,
    ...overrides,
  };
}

/** A weak pull to a plain smile keeps flat valleys from deciding by the last bit. */
function priorOf(slices: readonly Slice[]): Pick<SviFitInputs, 'prior' | 'priorPrecision'> {
  const plain = slices.flatMap(({ truth }) => {
    const deviation = Math.sqrt(at(truth, 2));
    return [0.6 * deviation, 0.6 * deviation, 0, 0, 2 * deviation];
  });
  const precision = slices.flatMap(({ truth }) => [1, 1, 0, 1, 1].map((one) => (0.1 * one) / at(truth, 2)));
  return { prior: Float64Array.from(plain), priorPrecision: Float64Array.from(precision) };
}

interface Fit {
  readonly parameters: Float64Array;
  readonly summary: Float64Array;
  readonly status: string;
}

function fit(kernels: Kernels, inputs: SviFitInputs, start: Float64Array = inputs.prior): Fit {
  const parameters = start.slice();
  const summary = new Float64Array(4).fill(NaN);
  const length = sviFitWorkspaceLength(inputs.sliceCount, inputs.logMoneyness.length, inputs.gridCount);
  kernels.sviFit(inputs, parameters, summary, new Float64Array(length).fill(NaN));
  return { parameters, summary, status: SVI_FIT_STATUSES[at(summary, SVI_SUMMARY.STATUS)] ?? '' };
}

function variancesAtQuotes(inputs: SviFitInputs, parameters: Float64Array): number[] {
  return Array.from({ length: inputs.sliceCount }, (_, slice) =>
    Array.from(
      inputs.logMoneyness.subarray(at(inputs.quoteOffsets, slice), at(inputs.quoteOffsets, slice + 1)),
      (k) => sviPoint(parameters.subarray(5 * slice, 5 * slice + 5), k).w,
    ),
  ).flat();
}

describe('the derivatives of a slice', () => {
  it('are the slopes of differences', () => {
    fc.assert(
      fc.property(arbitrarySurface, fc.double({ min: -1.5, max: 1.5, noNaN: true }), ([slice], k) => {
        const parameters = Float64Array.from(slice!.truth);
        const { ofW, ofG } = sviDerivatives(parameters, k);
        for (let p = 0; p < 5; p += 1) {
          const step = 1e-6 * Math.max(at(parameters, p), 1e-3);
          const moved = (sign: number): Float64Array =>
            parameters.map((value, q) => (q === p ? value + sign * step : value));
          const up = sviPoint(moved(1), k);
          const down = sviPoint(moved(-1), k);
          const scale = 1 + Math.abs(at(ofG, p));
          expect(Math.abs((up.w - down.w) / (2 * step) - at(ofW, p))).toBeLessThan(1e-6);
          expect(Math.abs((up.g - down.g) / (2 * step) - at(ofG, p)) / scale).toBeLessThan(1e-4);
        }
      }),
      { seed: 5, numRuns: 100, endOnFailure: true },
    );
  });
});

describe.each(NATIVE_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))('$isa', ({ kernels }) => {
  it('takes the same steps as the twin', () => {
    fc.assert(
      fc.property(arbitrarySurface, (slices) => {
        const inputs = inputsOf(slices, { iterationsMax: 4 });
        const native = fit(kernels, inputs);
        const twin = fit(REFERENCE, inputs);
        expect(native.status).toBe(twin.status);
        expect(at(native.summary, 2)).toBe(at(twin.summary, 2));
        const difference = at(native.summary, 0) / at(twin.summary, 0) - 1;
        expect(Math.abs(difference)).toBeLessThan(1e-8);
        const expected = variancesAtQuotes(inputs, twin.parameters);
        variancesAtQuotes(inputs, native.parameters).forEach((w, i) => {
          expect(Math.abs(w / at(expected, i) - 1)).toBeLessThan(1e-6);
        });
      }),
      { seed: 7, numRuns: 20, endOnFailure: true },
    );
  });

  it('reaches the same slice as the twin', () => {
    fc.assert(
      fc.property(arbitrarySurface, ([slice]) => {
        const inputs = inputsOf([slice!]);
        const native = fit(kernels, inputs);
        expect(native.status).toBe('CONVERGED');
        const expected = variancesAtQuotes(inputs, fit(REFERENCE, inputs).parameters);
        variancesAtQuotes(inputs, native.parameters).forEach((w, i) => {
          expect(Math.abs(w / at(expected, i) - 1)).toBeLessThan(1e-5);
        });
      }),
      { seed: 6, numRuns: 20, endOnFailure: true },
    );
  });

  it('has the bits of every native level', () => {
    fc.assert(
      fc.property(arbitrarySurface, (slices) => {
        const inputs = inputsOf(slices);
        const other = fit(NATIVE_KERNELS[0]!, inputs);
        expect(bits(fit(kernels, inputs).parameters)).toEqual(bits(other.parameters));
      }),
      { seed: 8, numRuns: 20, endOnFailure: true },
    );
  });

  it('finds the same starts as the twin', () => {
    fc.assert(
      fc.property(arbitrarySurface, ([slice]) => {
        const inputs = inputsOf([slice!]);
        const startsOf = (chosen: Kernels): Float64Array => {
          const starts = new Float64Array(8 * 5);
          const count = inputs.logMoneyness.length;
          const found = chosen.sviStarts(
            count,
            inputs.logMoneyness,
            inputs.totalVariance,
            inputs.weight,
            8,
            starts,
          );
          return starts.subarray(0, 5 * found);
        };
        const native = startsOf(kernels);
        const twin = startsOf(REFERENCE);
        expect(native.length).toBe(twin.length);
        native.subarray(0, 5).forEach((value, i) => {
          expect(Math.abs(value - at(twin, i)) / (1e-9 + Math.abs(value))).toBeLessThan(1e-5);
        });
      }),
      { seed: 9, numRuns: 20, endOnFailure: true },
    );
  });

  it('measures arbitrage as the twin does', () => {
    fc.assert(
      fc.property(arbitrarySurface, (slices) => {
        const grid = Float64Array.from({ length: 301 }, (_, i) => -1.5 + i / 100);
        const parameters = Float64Array.from(slices.flatMap(({ truth }) => truth));
        const measure = (chosen: Kernels): Float64Array[] => {
          const columns = [0, 0, 0, 0].map(() => new Float64Array(slices.length));
          const [butterfly, butterflyAt, calendar, calendarAt] = columns;
          chosen.sviArbitrage(slices.length, parameters, grid.length, grid, {
            butterfly: butterfly!,
            butterflyAt: butterflyAt!,
            calendar: calendar!,
            calendarAt: calendarAt!,
          });
          return columns;
        };
        const twin = measure(REFERENCE);
        measure(kernels).forEach((column, i) => {
          column.forEach((value, slice) => {
            const wanted = at(twin[i]!, slice);
            if (value !== wanted)
              expect(Math.abs(value - wanted) / (1e-3 + Math.abs(wanted))).toBeLessThan(1e-9);
          });
        });
      }),
      { seed: 10, numRuns: 20, endOnFailure: true },
    );
  });
});

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))('$isa fits', ({ kernels }) => {
  it('the truth behind quotes without noise', () => {
    fc.assert(
      fc.property(arbitrarySlice, ({ atm, left, right, shift, width }) => {
        const deviation = atm * 0.2;
        const truth = [
          left * deviation,
          right * deviation,
          deviation ** 2,
          shift * deviation,
          width * deviation,
        ];
        const slices = [{ years: 0.04, truth, noise: new Array<number>(31).fill(0) }];
        const inputs = inputsOf(slices, { gridCount: 0, priorPrecision: new Float64Array(5) });
        const { parameters } = fit(kernels, inputs);
        variancesAtQuotes(inputs, parameters).forEach((w, i) => {
          expect(Math.abs(w / at(inputs.totalVariance, i) - 1)).toBeLessThan(1e-8);
        });
      }),
      { seed: 11, numRuns: 20, endOnFailure: true },
    );
  });

  it('inside the boxes, whatever the start, and never raises the objective', () => {
    const wild = fc.array(fc.double({ min: -3, max: 6, noNaN: true }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(arbitrarySlice, wild, (slice, start) => {
        const deviation = slice.atm * 0.1;
        const truth = [deviation, deviation / 2, deviation ** 2, 0, 2 * deviation];
        const inputs = inputsOf([{ years: 0.01, truth, noise: slice.noise }], { iterationsMax: 40 });
        const { parameters, summary } = fit(kernels, inputs, Float64Array.from(start));
        parameters.forEach((value, p) => {
          expect(value).toBeGreaterThanOrEqual(at(SVI_LOWER, p));
          expect(value).toBeLessThanOrEqual(at(SVI_UPPER, p));
        });
        const before = fit(kernels, { ...inputs, iterationsMax: 0 }, Float64Array.from(start));
        expect(at(summary, 0)).toBeLessThanOrEqual(at(before.summary, 0));
      }),
      { seed: 12, numRuns: 20, endOnFailure: true },
    );
  });

  it('nothing and says so where a number is not finite', () => {
    const slice = { years: 0.1, truth: [0.1, 0.1, 0.02, 0, 0.2], noise: [0, 0, 0, 0, 0, 0, 0] };
    const inputs = inputsOf([slice]);
    inputs.totalVariance[3] = NaN;
    const start = Float64Array.of(0.1, 0.2, 0.01, 0.02, 0.3);
    const { parameters, status } = fit(kernels, inputs, start);
    expect(status).toBe('NOT_FINITE');
    expect(parameters).toEqual(start);
  });

  it('around a slice that is fixed', () => {
    const low = { years: 0.1, truth: [0.2, 0.2, 0.05, 0, 0.2], noise: new Array<number>(15).fill(0) };
    const high = { years: 0.11, truth: [0.1, 0.1, 0.04, 0, 0.2], noise: new Array<number>(15).fill(0) };
    const inputs = inputsOf([low, high], { isFixed: Uint8Array.of(1, 0), calendarPenalty: 1e9 });
    const start = Float64Array.from([...low.truth, ...high.truth]);
    const { parameters } = fit(kernels, inputs, start);
    expect(parameters.subarray(0, 5)).toEqual(start.subarray(0, 5));
    inputs.grid.forEach((k) => {
      const gap = sviPoint(parameters.subarray(5), k).w - sviPoint(parameters.subarray(0, 5), k).w;
      expect(gap).toBeGreaterThan(-1e-4);
    });
  });
});
