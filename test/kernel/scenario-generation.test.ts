/** Sobol points, correlation matrices and the t copula: every native level against the twin, and the twin against published facts. */
import { describe, expect, test } from 'vitest';
import { ewmaCorrelation } from '../../src/kernel/reference/correlation.js';
import { SOBOL_DIMENSIONS, scrambledBits, sobolBits } from '../../src/kernel/reference/sobol.js';
import { studentTCdf, studentTQuantile } from '../../src/kernel/reference/student-t.js';
import type { FactorMargins, FactoredCorrelation } from '../../src/kernel/scenario-generation.js';
import type { Kernels } from '../../src/kernel/kernels.js';
import { uniformGenerator } from '../../bench/lib/measure.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE } from './support.js';

const each = ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels }));

function points(
  kernels: Kernels,
  seed: number,
  first: number,
  count: number,
  dimensions: number,
): Float64Array {
  const uniform = new Float64Array(count * dimensions).fill(NaN);
  kernels.sobol(seed, first, count, dimensions, uniform);
  return uniform;
}

describe('the Sobol sequence', () => {
  test('is the one of Joe and Kuo in Gray-code order', () => {
    // First 30 bits of dimensions 1, 2, 3, 11, 32 and 64, from an independent implementation.
    const published: Readonly<Record<number, readonly number[]>> = {
      1: [536870912, 536870912, 536870912, 536870912, 536870912, 536870912],
      2: [805306368, 268435456, 268435456, 805306368, 268435456, 805306368],
      3: [268435456, 805306368, 805306368, 268435456, 805306368, 268435456],
      17: [637534208, 1040187392, 1040187392, 637534208, 905969664, 637534208],
      63: [16777216, 855638016, 385875968, 452984832, 989855744, 788529152],
    };
    for (const [point, bits] of Object.entries(published)) {
      expect([0, 1, 2, 10, 31, 63].map((d) => sobolBits(d, Number(point)) >>> 2)).toEqual(bits);
    }
  });

  test('stays a net after scrambling: one point in every interval of every coordinate', () => {
    for (const seed of [1, 0xffffffff]) {
      const uniform = points(REFERENCE, seed, 0, 256, SOBOL_DIMENSIONS);
      for (let d = 0; d < SOBOL_DIMENSIONS; d += 1) {
        const cells = new Set(uniform.subarray(d * 256, (d + 1) * 256).map((u) => Math.floor(u * 256)));
        expect(cells.size).toBe(256);
      }
    }
  });

  test('is scrambled as a nest: equal leading bits stay equal', () => {
    for (let leading = 1; leading < 32; leading += 1) {
      const a = 0x9e3779b9;
      const b = (a ^ (0x80000000 >>> leading)) >>> 0;
      const [x, y] = [scrambledBits(7, 3, a), scrambledBits(7, 3, b)];
      expect(((x ^ y) >>> 0).toString(2)).toHaveLength(32 - leading);
    }
  });
});

describe.each(each)('sobol, $isa', ({ kernels }) => {
  test('has the bits of the twin, for any split of the points', () => {
    for (const [seed, first, count] of [
      [0, 0, 100],
      [12345, 1, 33],
      [0xffffffff, 4_000_000_000, 65],
    ] as const) {
      expect(points(kernels, seed, first, count, 21)).toEqual(points(REFERENCE, seed, first, count, 21));
    }
    const whole = points(kernels, 9, 0, 200, 2);
    const part = points(kernels, 9, 70, 50, 2);
    expect(part.subarray(0, 50)).toEqual(whole.subarray(70, 120));
    expect(part.subarray(50)).toEqual(whole.subarray(270, 320));
  });

  test('refuses dimensions and points that it has not', () => {
    const sentence = /Expected 1 to 64 dimensions and points below 2\^32/;
    expect(() => points(kernels, 0, 0, 1, 65)).toThrow(sentence);
    expect(() => points(kernels, 0, 0, 1, 0)).toThrow(sentence);
    expect(() => points(kernels, 0, 2 ** 32 - 1, 2, 1)).toThrow(sentence);
    expect(() => {
      kernels.sobol(0, 0, 2, 2, new Float64Array(3));
    }).toThrow(RangeError);
  });
});

function randomMoves(factors: number, rows: number, seed: number): Float64Array {
  const random = uniformGenerator(seed);
  const moves = Float64Array.from({ length: factors * rows }, () => random() - 0.5);
  for (let f = 1; f < factors; f += 1) {
    for (let row = 0; row < rows; row += 1) moves[f * rows + row]! += moves[row]!;
  }
  return moves;
}

function correlationOf(kernels: Kernels, moves: Float64Array, factors: number, decay: number): Float64Array {
  const correlation = new Float64Array(factors * factors).fill(NaN);
  kernels.ewmaCorrelation(moves, factors, moves.length / factors, decay, correlation);
  return correlation;
}

function factored(kernels: Kernels, correlation: Float64Array, floor: number): FactoredCorrelation {
  const size = Math.sqrt(correlation.length);
  const memory = {
    repaired: new Float64Array(size * size),
    lower: new Float64Array(size * size),
    report: new Float64Array(2),
  };
  kernels.correlationFactor(correlation, size, floor, memory);
  return memory;
}

function worstDifference(a: Float64Array, b: Float64Array): number {
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);
}

/** L L'. */
function squared(lower: Float64Array): Float64Array {
  const size = Math.sqrt(lower.length);
  return lower.map((_, index) => {
    const [i, j] = [Math.floor(index / size), index % size];
    let sum = 0;
    for (let k = 0; k < size; k += 1) sum += lower[i * size + k]! * lower[j * size + k]!;
    return sum;
  });
}

const FLOOR = 1e-8;

describe.each(each)('correlation, $isa', ({ kernels }) => {
  test('is the twin’s to 1e-14, with decay and without', () => {
    for (const factors of [1, 2, 20, 63]) {
      for (const decay of [1, 0.97]) {
        const moves = randomMoves(factors, 150, factors);
        const expected = new Float64Array(factors * factors);
        ewmaCorrelation(moves, factors, 150, decay, expected);
        expect(worstDifference(correlationOf(kernels, moves, factors, decay), expected)).toBeLessThanOrEqual(
          1e-14,
        );
      }
    }
  });

  test('that is positive definite is factored as it is', () => {
    for (const factors of [1, 2, 20, 63]) {
      const correlation = correlationOf(kernels, randomMoves(factors, 400, 5), factors, 1);
      const own = factored(kernels, correlation, FLOOR);
      expect(own.repaired).toEqual(correlation);
      expect(own.report[1]).toBe(0);
      expect(worstDifference(squared(own.lower), correlation)).toBeLessThanOrEqual(1e-14);
      expect(own).toEqual(factored(REFERENCE, correlation, FLOOR));
    }
  });

  test('that is not positive definite is repaired, and the repair is reported', () => {
    const impossible = Float64Array.of(1, 0.9, -0.9, 0.9, 1, 0.9, -0.9, 0.9, 1);
    const fewRows = correlationOf(kernels, randomMoves(20, 8, 3), 20, 1);
    for (const correlation of [impossible, fewRows]) {
      const own = factored(kernels, correlation, FLOOR);
      const twin = factored(REFERENCE, correlation, FLOOR);
      const size = Math.sqrt(correlation.length);
      expect(own).toEqual(twin);
      expect(worstDifference(squared(own.lower), own.repaired)).toBeLessThanOrEqual(1e-14);
      expect(own.report[0]).toBeLessThan(FLOOR);
      for (let i = 0; i < size; i += 1) expect(own.repaired[i * size + i]).toBe(1);
    }
    expect(factored(kernels, impossible, FLOOR).report[0]).toBeCloseTo(-0.8, 12);
    expect(factored(kernels, impossible, FLOOR).report[1]).toBeGreaterThan(0.1);
  });

  test('refuses a factor that stands still, numbers that are not finite, and too many factors', () => {
    const still = Float64Array.of(1, 2, 0, 0);
    expect(() => correlationOf(kernels, still, 2, 1)).toThrow('moves of factor 1');
    expect(() => correlationOf(kernels, Float64Array.of(NaN, 1, 1, 2), 2, 1)).toThrow('moves of factor 0');
    expect(() => factored(kernels, Float64Array.of(1, NaN, NaN, 1), FLOOR)).toThrow('entry 1 does not fit');
    expect(() => factored(kernels, new Float64Array(64 * 64), FLOOR)).toThrow('[1, 63]');
  });
});

const GRID = 33;

function margins(factors: number, degrees: number): FactorMargins {
  const scoreBound = studentTQuantile(0.95, degrees);
  const random = uniformGenerator(8);
  const gridValue = new Float64Array(factors * GRID);
  for (let f = 0; f < factors; f += 1) {
    let value = -1;
    for (let k = 0; k < GRID; k += 1) gridValue[f * GRID + k] = value += random() / 16;
  }
  const tails = Float64Array.from({ length: factors * 4 }, (_, i) => [0.25, 0.02, 0, 0.03][i % 4]!);
  return { gridCount: GRID, gridValue, scoreBound, tailProbability: 0.05, tails };
}

function movesOf(kernels: Kernels, factors: number, degrees: number, uniform: Float64Array): Float64Array {
  const count = uniform.length / (factors + 1);
  const correlation = correlationOf(REFERENCE, randomMoves(factors, 400, 5), factors, 1);
  const { lower } = factored(REFERENCE, correlation, FLOOR);
  const moves = new Float64Array(factors * count).fill(NaN);
  const copula = { factorCount: factors, lower, degreesOfFreedom: degrees };
  kernels.tCopulaMoves(copula, margins(factors, degrees), uniform, count, count, moves);
  return moves;
}

describe.each(each)('the t copula, $isa', ({ kernels }) => {
  test('gives the moves of the twin to 1e-12, at every width', () => {
    for (const factors of [1, 3, 20]) {
      for (const count of [1, 63, 64, 65, 300]) {
        for (const degrees of [3, 4.7, 15]) {
          const uniform = points(REFERENCE, 3, 1, count, factors + 1);
          const twin = movesOf(REFERENCE, factors, degrees, uniform);
          const own = movesOf(kernels, factors, degrees, uniform);
          own.forEach((move, i) => {
            expect(Math.abs(move - twin[i]!)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(twin[i]!)));
          });
        }
      }
    }
  });

  test('reaches far into both tails without leaving the numbers', () => {
    for (const u of [2 ** -33, 1e-6, 0.5, 1 - 2 ** -33]) {
      for (const common of [2 ** -33, 0.5, 1 - 2 ** -33]) {
        const moves = movesOf(kernels, 2, 3, Float64Array.of(u, u, common));
        expect(moves.every(Number.isFinite)).toBe(true);
      }
    }
  });

  test('has the margins that were asked for', () => {
    const count = 4_096;
    const uniform = points(kernels, 11, 0, count, 3);
    const degrees = 4;
    const moves = movesOf(kernels, 2, degrees, uniform);
    const own = margins(2, degrees);
    for (let f = 0; f < 2; f += 1) {
      const sorted = moves.slice(f * count, (f + 1) * count).sort();
      for (const k of [0, 8, 16, 24, 32]) {
        const score = -own.scoreBound + (2 * own.scoreBound * k) / (GRID - 1);
        const share = sorted.filter((move) => move <= own.gridValue[f * GRID + k]!).length / count;
        expect(Math.abs(share - studentTCdf(score, degrees))).toBeLessThan(0.01);
      }
    }
  });

  test('writes rows at their stride, and the same bits for any split of the points', () => {
    const uniform = points(kernels, 2, 0, 200, 3);
    const whole = movesOf(kernels, 2, 4, uniform);
    const first = new Float64Array(3 * 120);
    for (let d = 0; d < 3; d += 1) first.set(uniform.subarray(d * 200, d * 200 + 120), d * 120);
    const part = movesOf(kernels, 2, 4, first);
    expect(part.subarray(0, 120)).toEqual(whole.subarray(0, 120));
    expect(part.subarray(120)).toEqual(whole.subarray(200, 320));
  });

  test('refuses what is out of its domain, and names it', () => {
    const uniform = Float64Array.of(0.5, 0.5);
    const good = margins(1, 4);
    const copula = { factorCount: 1, lower: Float64Array.of(1), degreesOfFreedom: 4 };
    const run = (c: typeof copula, m: FactorMargins, u: Float64Array) => () => {
      kernels.tCopulaMoves(c, m, u, 1, 1, new Float64Array(1));
    };
    expect(run(copula, good, uniform)).not.toThrow();
    for (const degreesOfFreedom of [0, NaN, Infinity]) {
      expect(run({ ...copula, degreesOfFreedom }, good, uniform)).toThrow('copula.degreesOfFreedom');
    }
    expect(run({ ...copula, lower: Float64Array.of(NaN) }, good, uniform)).toThrow('copula.lower[0]');
    expect(run(copula, { ...good, gridValue: good.gridValue.map(() => NaN) }, uniform)).toThrow(
      'margins.gridValue[0]',
    );
    expect(run(copula, { ...good, tails: Float64Array.of(0, 0, 0, 1) }, uniform)).toThrow('margins.tails[1]');
    expect(run(copula, { ...good, tails: Float64Array.of(0, 1, -1, 1) }, uniform)).toThrow(
      'margins.tails[2]',
    );
    for (const u of [0, 1, NaN]) expect(run(copula, good, Float64Array.of(0.5, u))).toThrow('uniform[1]');
    expect(run(copula, { ...good, scoreBound: 0 }, uniform)).toThrow('margins.scoreBound');
    expect(run(copula, { ...good, gridCount: 1 }, uniform)).toThrow('margins.gridCount');
  });
});

test('all native levels give the same bits', () => {
  const uniform = points(REFERENCE, 3, 1, 300, 21);
  const [first, ...others] = NATIVE_KERNELS.map((kernels) => movesOf(kernels, 20, 4.7, uniform));
  for (const other of others) expect(other).toEqual(first);
});
