import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kernels } from '../../src/kernel/kernels.js';
import { cubeIndex, cubeLength, scenarioStride } from '../../src/kernel/layout.js';
import { uniformGenerator } from '../../bench/lib/measure.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE, at, bits, sparseRows } from './support.js';

const INSTRUMENTS = 9;

/** A cube of seeded numbers whose padding is 0. */
function randomCube(scenarioCount: number, seed: number): Float64Array {
  const random = uniformGenerator(seed);
  const cube = new Float64Array(cubeLength(INSTRUMENTS, scenarioCount));
  for (let i = 0; i < INSTRUMENTS; i += 1) {
    for (let s = 0; s < scenarioCount; s += 1) cube[cubeIndex(i, s, INSTRUMENTS)] = random() - 0.5;
  }
  return cube;
}

function aggregateOf(
  kernels: Kernels,
  cube: Float64Array,
  scenarioCount: number,
  positions: ReturnType<typeof sparseRows>,
): Float64Array {
  const vectors = new Float64Array(positions.rowCount * scenarioStride(scenarioCount)).fill(NaN);
  kernels.aggregate(cube, INSTRUMENTS, scenarioCount, positions, vectors);
  return vectors;
}

const arbitraryRow = fc.array(
  fc.record({
    instrument: fc.nat(INSTRUMENTS - 1),
    quantity: fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  }),
  { maxLength: 12 },
);
const arbitraryRows = fc.array(arbitraryRow, { maxLength: 6 });
const scenarioCounts = fc.constantFrom(1, 8, 9, 27, 33, 40, 41, 48, 56, 57, 63, 64, 65, 100, 128, 200);

describe('aggregate', () => {
  test('equals the plain loop of the twin for every width, padding 0', () => {
    fc.assert(
      fc.property(arbitraryRows, scenarioCounts, fc.nat(), (rows, count, seed) => {
        const cube = randomCube(count, seed);
        const positions = sparseRows(rows);
        const expected = aggregateOf(REFERENCE, cube, count, positions);
        const stride = scenarioStride(count);
        for (const kernels of NATIVE_KERNELS) {
          const actual = aggregateOf(kernels, cube, count, positions);
          actual.forEach((value, index) => {
            const gross = (rows[Math.floor(index / stride)] ?? []).reduce(
              (sum, { quantity }) => sum + Math.abs(quantity),
              0,
            );
            expect(Math.abs(value - at(expected, index))).toBeLessThanOrEqual(1e-15 * gross);
            if (index % stride >= count) expect(Object.is(value, 0)).toBe(true);
          });
        }
      }),
    );
  });

  test.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
    'a row keeps its bits whatever rows stand beside it, $isa',
    ({ kernels }) => {
      fc.assert(
        fc.property(arbitraryRows, scenarioCounts, (rows, count) => {
          const cube = randomCube(count, 7);
          const stride = scenarioStride(count);
          const together = aggregateOf(kernels, cube, count, sparseRows([...rows].reverse()));
          rows.forEach((row, index) => {
            const alone = aggregateOf(kernels, cube, count, sparseRows([row]));
            const place = rows.length - 1 - index;
            expect(bits(together.subarray(place * stride, (place + 1) * stride))).toEqual(bits(alone));
          });
        }),
      );
    },
  );

  test.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
    'rows may begin anywhere in the position columns, $isa',
    ({ kernels }) => {
      const cube = randomCube(33, 3);
      const all = sparseRows([[{ instrument: 1, quantity: 5 }], [{ instrument: 2, quantity: -3 }]]);
      const second = { ...all, rowCount: 1, rowOffsets: all.rowOffsets.subarray(1) };
      const expected = aggregateOf(kernels, cube, 33, all).subarray(64);
      expect(bits(aggregateOf(kernels, cube, 33, second))).toEqual(bits(expected));
    },
  );
});

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'worstLoss, $isa',
  ({ kernels }) => {
    function worstOf(vector: readonly number[], count = vector.length): { worst: number; index: number } {
      const vectors = new Float64Array(scenarioStride(count)).fill(-1e9);
      vectors.set(vector);
      const worst = new Float64Array(1);
      const worstIndex = new Uint32Array(1);
      kernels.worstLoss(vectors, 1, count, worst, worstIndex);
      return { worst: at(worst, 0), index: at(worstIndex, 0) };
    }

    test('is the smallest entry and the first index that holds it', () => {
      fc.assert(
        fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 1, maxLength: 150 }), (vector) => {
          const smallest = Math.min(...vector);
          expect(worstOf(vector)).toEqual({ worst: smallest, index: vector.indexOf(smallest) });
        }),
      );
    });

    test('padding does not count, and the first of 0 and -0 is kept', () => {
      expect(worstOf([3, 1, 2])).toEqual({ worst: 1, index: 1 });
      expect(worstOf([1, 0, -0])).toEqual({ worst: 0, index: 1 });
      expect(worstOf([1, -0, 0])).toEqual({ worst: -0, index: 1 });
    });

    test.each([NaN, Infinity, -Infinity])('refuses %s anywhere', (bad) => {
      for (const place of [0, 3, 8, 36]) {
        const vector = Array.from({ length: 37 }, (_, s) => (s === place ? bad : s));
        expect(() => worstOf(vector)).toThrow(
          `Expected a finite number for vectors[${String(place)}] but received ${String(bad)} of type number`,
        );
      }
    });
  },
);
