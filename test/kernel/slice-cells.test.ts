import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scenarioRowsIndex, scenarioRowsLength } from '../../src/kernel/book-tail.js';
import type { Kernels } from '../../src/kernel/kernels.js';
import { cubeIndex, cubeLength, scenarioStride } from '../../src/kernel/layout.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE } from './support.js';

interface Slice {
  readonly scenarioCount: number;
  readonly count: number;
  readonly first: number;
  readonly seed: number;
  readonly hasOddCells: boolean;
}

const SPOT_ROWS = 3;
const UNDERLYINGS = 2;

/** Both cubes after a slice and the coins went in, in memory that held something before. */
function cubesOf(kernels: Kernels, { scenarioCount, count, first, seed, hasOddCells }: Slice) {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const instrumentCount = first + count + 1;
  const rowCount = instrumentCount + UNDERLYINGS;
  const slice = {
    pnl: Float64Array.from({ length: cubeLength(count, scenarioCount) }, () => 100 * random()),
    ...{ first, count, scenarioCount },
  };
  if (hasOddCells && slice.pnl.length > 0) {
    slice.pnl[Math.floor((random() + 0.5) * slice.pnl.length)] = NaN;
    slice.pnl[Math.floor((random() + 0.5) * slice.pnl.length)] = -Infinity;
  }
  const moves = {
    spotRows: SPOT_ROWS,
    spotFactor: Float64Array.from({ length: SPOT_ROWS * scenarioStride(scenarioCount) }, () => 1 + random()),
  };
  const terms = {
    spotRow: Uint32Array.from({ length: count }, (_, at) => at % SPOT_ROWS),
    isInverse: Uint8Array.from({ length: count }, (_, at) => at % 2),
    price: Float64Array.from({ length: count }, () => 1_000 * (1 + random())),
    value: Float64Array.from({ length: count }, (_, at) => (at % 3 === 0 ? 0 : random())),
  };
  const coins = { first: instrumentCount, count: UNDERLYINGS, spotRow: Uint32Array.of(2, 0) };
  const scenarioAt = Uint32Array.from({ length: scenarioCount }, (_, place) => scenarioCount - 1 - place);
  const pnl = new Float64Array(scenarioRowsLength(instrumentCount, scenarioCount)).fill(7);
  const single = {
    cells: new Float32Array(cubeLength(rowCount, scenarioCount)).fill(7),
    ...{ rowCount, scenarioCount },
    largest: new Float64Array(rowCount).fill(7),
    gross: new Float64Array(rowCount).fill(7),
  };
  kernels.placeCells(slice, scenarioAt, { pnl, instrumentCount });
  kernels.dollarCells(slice, terms, moves, single);
  kernels.coinCells({ ...coins, price: Float64Array.of(60_000.3, 3_000.7) }, moves, single);
  return { slice, pnl, single, instrumentCount };
}

describe.each(NATIVE_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'cells of a slice, $isa',
  ({ kernels }) => {
    test('have the bits of the twin, and what is beside them stays', () => {
      fc.assert(
        fc.property(
          fc.record({
            scenarioCount: fc.constantFrom(1, 7, 8, 63, 64, 65, 200),
            count: fc.nat(9),
            first: fc.nat(3),
            seed: fc.integer({ min: 1, max: 0xffff }),
            hasOddCells: fc.boolean(),
          }),
          (slice) => {
            const { pnl, single } = cubesOf(kernels, slice);
            const twin = cubesOf(REFERENCE, slice);
            expect(pnl).toEqual(twin.pnl);
            expect(single).toEqual(twin.single);
          },
        ),
        { numRuns: 100, seed: 11 },
      );
    });
  },
);

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'cells of a slice, $isa',
  ({ kernels }) => {
    test('stand at their places, and a row without price moves has no coins to lose', () => {
      const { slice, pnl, instrumentCount } = cubesOf(kernels, {
        ...{ scenarioCount: 10, count: 2, first: 1, seed: 5, hasOddCells: false },
      });
      for (let s = 0; s < 10; s += 1)
        expect(pnl[scenarioRowsIndex(2, 9 - s, instrumentCount)]).toBe(slice.pnl[cubeIndex(1, s, 2)]);
    });

    test('are refused beyond the cube', () => {
      const moves = { spotRows: 1, spotFactor: new Float64Array(64).fill(1) };
      const single = {
        cells: new Float32Array(64),
        ...{ rowCount: 1, scenarioCount: 1 },
        largest: new Float64Array(1),
        gross: new Float64Array(1),
      };
      expect(() => {
        kernels.coinCells(
          { first: 1, count: 1, spotRow: Uint32Array.of(0), price: Float64Array.of(1) },
          moves,
          single,
        );
      }).toThrow('Expected an integer >= 2 for rowCount but received 1 of type number');
    });
  },
);
