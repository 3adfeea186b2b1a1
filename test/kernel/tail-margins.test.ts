import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kernels } from '../../src/kernel/kernels.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE } from './support.js';

type Book = readonly [markToMarket: number, cash: number, expectedShortfall: number, worstPnl: number];

function marginsOf(kernels: Kernels, books: readonly Book[], share: number) {
  const column = (): Float64Array => new Float64Array(books.length);
  const margins = {
    equity: column(),
    initialMargin: column(),
    maintenanceMargin: column(),
    initialExcess: column(),
    maintenanceExcess: column(),
    worstLoss: column(),
  };
  kernels.tailMargins(
    {
      bookCount: books.length,
      markToMarket: Float64Array.from(books, ([value]) => value),
      cash: Float64Array.from(books, ([, value]) => value),
      expectedShortfall: Float64Array.from(books, ([, , value]) => value),
      worstPnl: Float64Array.from(books, ([, , , value]) => value),
    },
    share,
    margins,
  );
  return margins;
}

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'margins of tails, $isa',
  ({ kernels }) => {
    test('are the loss of a tail, and none where the tail is a gain or the book is empty', () => {
      const margins = marginsOf(
        kernels,
        [
          [10, 90, 40, -50],
          [10, 0, -3, 2],
          [0, 0, 0, 0],
          [0, 1, -0, -0],
        ],
        0.5,
      );
      expect(margins).toEqual({
        equity: Float64Array.of(100, 10, 0, 1),
        initialMargin: Float64Array.of(40, 0, 0, 0),
        maintenanceMargin: Float64Array.of(20, 0, 0, 0),
        initialExcess: Float64Array.of(60, 10, 0, 1),
        maintenanceExcess: Float64Array.of(80, 10, 0, 1),
        worstLoss: Float64Array.of(-50, NaN, NaN, NaN),
      });
    });

    test('are refused without room for them', () => {
      const column = new Float64Array(2);
      const inputs = { bookCount: 2, markToMarket: column, cash: column };
      const margins = marginsOf(kernels, [[1, 2, 3, 4]], 1);
      expect(() => {
        kernels.tailMargins({ ...inputs, expectedShortfall: column, worstPnl: column }, 1, margins);
      }).toThrow('Expected at least 2 entries for equity but received 1 of type Float64Array');
    });
  },
);

describe.each(NATIVE_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'margins of tails, $isa',
  ({ kernels }) => {
    test('have the bits of the twin', () => {
      const book = fc.tuple(fc.double(), fc.double(), fc.double(), fc.double());
      fc.assert(
        fc.property(fc.array(book, { maxLength: 20 }), fc.double({ min: 0, max: 1 }), (books, share) => {
          expect(marginsOf(kernels, books, share)).toEqual(marginsOf(REFERENCE, books, share));
        }),
        { numRuns: 200, seed: 3 },
      );
    });
  },
);
