import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kernels } from '../../src/kernel/kernels.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE } from './support.js';

interface Book {
  readonly instrument: number;
  readonly quantity: number;
  readonly contribution: number;
}

function rowsOf(kernels: Kernels, books: readonly (readonly Book[])[], most: number) {
  const positions = books.flat();
  const room = Math.min(positions.length, books.length * most);
  const rows = {
    offsets: new Uint32Array(books.length + 1).fill(77),
    book: new Uint32Array(room),
    instrument: new Uint32Array(room),
    quantity: new Float64Array(room),
    contribution: new Float64Array(room),
  };
  kernels.largestPositions(
    {
      bookCount: books.length,
      positionOffsets: Uint32Array.from([
        0,
        ...books.map((_, at) => books.slice(0, at + 1).reduce((sum, { length }) => sum + length, 0)),
      ]),
      instrument: Uint32Array.from(positions, ({ instrument }) => instrument),
      quantity: Float64Array.from(positions, ({ quantity }) => quantity),
      contribution: Float64Array.from(positions, ({ contribution }) => contribution),
    },
    most,
    rows,
  );
  return rows;
}

const position = fc.record({
  instrument: fc.nat(1_000),
  quantity: fc.double({ noNaN: true, noDefaultInfinity: true }),
  // Few values, so that many are equal in size.
  contribution: fc.oneof(
    fc.constantFrom(0, -0, 1, -1, 2),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  ),
});

describe.each(NATIVE_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'largest positions, $isa',
  ({ kernels }) => {
    test('are those of the twin', () => {
      fc.assert(
        fc.property(
          fc.array(fc.array(position, { maxLength: 30 }), { maxLength: 8 }),
          fc.nat(12),
          (books, most) => {
            expect(rowsOf(kernels, books, most)).toEqual(rowsOf(REFERENCE, books, most));
          },
        ),
        { numRuns: 200, seed: 5 },
      );
    });
  },
);

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'largest positions, $isa',
  ({ kernels }) => {
    test('come by falling size, among equal ones the earlier first, and none of a book without positions', () => {
      const of = (...contributions: number[]): Book[] =>
        contributions.map((contribution, instrument) => ({ instrument, quantity: 1, contribution }));
      const { offsets, book, instrument, contribution } = rowsOf(kernels, [of(1, -3, 3, 0, 2), [], of(5)], 3);
      expect([...offsets]).toEqual([0, 3, 3, 4]);
      expect([...book.subarray(0, 4)]).toEqual([0, 0, 0, 2]);
      expect([...instrument.subarray(0, 4)]).toEqual([1, 2, 4, 0]);
      expect([...contribution.subarray(0, 4)]).toEqual([-3, 3, 2, 5]);
    });

    test('are refused without room for them', () => {
      const columns = {
        bookCount: 1,
        positionOffsets: Uint32Array.of(0, 2),
        instrument: new Uint32Array(2),
        quantity: new Float64Array(2),
        contribution: new Float64Array(2),
      };
      const rows = {
        offsets: new Uint32Array(2),
        book: new Uint32Array(2),
        instrument: new Uint32Array(2),
        quantity: new Float64Array(2),
        contribution: new Float64Array(1),
      };
      expect(() => {
        kernels.largestPositions(columns, 2, rows);
      }).toThrow('Expected at least 2 entries for rows.contribution but received 1 of type Float64Array');
    });
  },
);
