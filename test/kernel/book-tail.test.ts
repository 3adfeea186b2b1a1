import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bookTailWorkspaceLength,
  candidateCapacity,
  cubeBasisWorkspaceLength,
  NO_BASIS,
  preselectionWorkspaceLength,
  scenarioRowsIndex,
  scenarioRowsLength,
  type CubeBasis,
  type DollarBooks,
  type SingleCube,
} from '../../src/kernel/book-tail.js';
import type { Kernels } from '../../src/kernel/kernels.js';
import { cubeIndex, cubeLength, scenarioStride } from '../../src/kernel/layout.js';
import { tailCount } from '../../src/kernel/tail-risk.js';
import { NATIVE_KERNELS, REFERENCE } from './support.js';

interface Problem {
  readonly cube: SingleCube;
  readonly rows: Float64Array;
  readonly books: DollarBooks;
}

/** Linear books of one section and one group over a seeded cube, whose cells and dollars are the same. */
function problem(instruments: number, scenarioCount: number, bookCount: number, seed: number): Problem {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const rows = Float64Array.from(
    { length: instruments * scenarioCount },
    () => (2 * random() - 1) / (0.02 + random()),
  );
  const cells = new Float32Array(cubeLength(instruments, scenarioCount));
  const largest = new Float64Array(instruments);
  for (let s = 0; s < scenarioCount; s += 1)
    for (let i = 0; i < instruments; i += 1) {
      const cell = rows[s * instruments + i] ?? NaN;
      cells[cubeIndex(i, s, instruments)] = cell;
      largest[i] = Math.max(largest[i] ?? 0, Math.abs(cell));
    }
  const held = Array.from({ length: bookCount }, () => Math.floor(random() * instruments));
  const positionOffsets = Uint32Array.from([
    0,
    ...held.map((_, at) => held.slice(0, at + 1).reduce((a, b) => a + b)),
  ]);
  const end = positionOffsets[bookCount] ?? 0;
  const sections = Uint32Array.from({ length: bookCount + 1 }, (_, at) => at);
  return {
    cube: { cells, rowCount: instruments, scenarioCount, largest, gross: largest },
    rows,
    books: {
      bookCount,
      sectionOffsets: sections,
      groupOffsets: sections,
      coinWorth: new Float64Array(bookCount),
      spotRow: new Uint32Array(bookCount),
      positionOffsets,
      isInverse: new Uint8Array(bookCount),
      price: new Float64Array(bookCount).fill(1),
      value: new Float64Array(bookCount),
      instrument: Uint32Array.from({ length: end }, () => Math.floor(random() * instruments)),
      quantity: Float64Array.from({ length: end }, () => 20 * random() - 10),
    },
  };
}

function basisOf(kernels: Kernels, cube: SingleCube, rank: number): CubeBasis {
  const { rowCount, scenarioCount } = cube;
  const basis = {
    rank,
    vectors: new Float32Array(rank * scenarioStride(scenarioCount)),
    loadings: new Float32Array(rank * rowCount),
    loadingSum: new Float64Array(rowCount),
    residual: new Float64Array(rowCount),
  };
  kernels.factorCube(cube, basis, new Float64Array(cubeBasisWorkspaceLength(rowCount, scenarioCount, rank)));
  return basis;
}

function tailsOf(
  kernels: Kernels,
  { cube, rows, books }: Problem,
  confidence: number,
  basis: CubeBasis = NO_BASIS,
) {
  const { scenarioCount } = cube;
  const capacity = candidateCapacity(scenarioCount, confidence);
  const end = books.positionOffsets[books.bookCount] ?? 0;
  // What an earlier call found stands in front and stays.
  const former = Uint32Array.of(7, 8, 9);
  const candidate = new Uint32Array(former.length + books.bookCount * capacity);
  candidate.set(former);
  const ends = new Uint32Array(books.bookCount + 1).fill(former.length, 0, 1);
  const isLeft = new Uint8Array(books.bookCount);
  const sparse = {
    rowCount: books.bookCount,
    rowOffsets: books.positionOffsets,
    instrument: books.instrument,
    quantity: books.quantity,
  };
  const length = preselectionWorkspaceLength(books.bookCount, end, scenarioCount, basis.rank, confidence);
  kernels.preselectTail(cube, basis, sparse, confidence, ends, candidate, isLeft, new Float64Array(length));
  expect(candidate.subarray(0, former.length)).toEqual(former);
  const lists = Array.from(isLeft, (left, book) =>
    left === 1
      ? Array.from({ length: scenarioCount }, (_, s) => s)
      : [...candidate.subarray(ends[book], ends[book + 1])],
  );
  const offsets = Uint32Array.from([
    0,
    ...lists.map((_, at) => lists.slice(0, at + 1).reduce((sum, list) => sum + list.length, 0)),
  ]);
  const column = (): Float64Array => new Float64Array(books.bookCount);
  const tail = tailCount(scenarioCount, confidence);
  const tails = {
    ...{ valueAtRisk: column(), expectedShortfall: column(), standardError: column(), worstPnl: column() },
    worstScenario: new Uint32Array(books.bookCount),
    tailScenario: new Uint32Array(books.bookCount * tail),
  };
  // Any places will do: the tails depend on none of them.
  const placeOf = Uint32Array.from({ length: scenarioCount }, (_, s) => (s * 7 + 3) % scenarioCount);
  if (scenarioCount % 7 === 0) placeOf.forEach((_, s) => (placeOf[s] = scenarioCount - 1 - s));
  const pnl = new Float64Array(scenarioRowsLength(cube.rowCount, scenarioCount));
  rows.forEach((cell, at) => {
    const place = placeOf[Math.floor(at / cube.rowCount)] ?? NaN;
    pnl[scenarioRowsIndex(at % cube.rowCount, place, cube.rowCount)] = cell;
  });
  const scenarioRows = {
    pnl,
    placeOf,
    instrumentCount: cube.rowCount,
    scenarioCount,
    spotFactor: new Float64Array(scenarioStride(scenarioCount)).fill(1),
    spotRows: 1,
  };
  const total = offsets[books.bookCount] ?? 0;
  const workspace = new Float64Array(
    bookTailWorkspaceLength(Math.max(total, books.bookCount * tail), scenarioCount),
  );
  kernels.bookTail(
    scenarioRows,
    books,
    offsets,
    Uint32Array.from(lists.flat()),
    confidence,
    tails,
    workspace,
  );
  const contribution = new Float64Array(end);
  const taken = new Uint8Array(books.bookCount).fill(1);
  kernels.tailContributions(
    scenarioRows,
    books,
    new Float64Array(cube.rowCount),
    taken,
    tails.tailScenario,
    confidence,
    contribution,
    workspace,
  );
  return { lists, tails, contribution };
}

describe.each(NATIVE_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'tails of books, $isa',
  ({ kernels }) => {
    test('miss no scenario of the tail and agree with the twin', () => {
      fc.assert(
        fc.property(
          fc.integer({ min: 1, max: 24 }),
          fc.constantFrom(63, 64, 65, 500, 1_100),
          fc.constantFrom(0.5, 0.9, 0.99),
          fc.integer({ min: 1, max: 0xffff }),
          // Cells without any order: a basis of fewer vectors than rows leaves much, and the bound must say so.
          fc.constantFrom(0, 1, 6, 13, 24),
          (instruments, scenarioCount, confidence, seed, rank) => {
            const given = problem(instruments, scenarioCount, 3, seed);
            const basis = rank === 0 ? NO_BASIS : basisOf(kernels, given.cube, rank);
            const native = tailsOf(kernels, given, confidence, basis);
            const twin = tailsOf(REFERENCE, given, confidence);
            const tail = tailCount(scenarioCount, confidence);
            for (let book = 0; book < 3; book += 1) {
              const size = twin.tails.expectedShortfall[book] ?? NaN;
              const near = (a: number | undefined, b: number | undefined): void => {
                expect(Math.abs((a ?? NaN) - (b ?? NaN))).toBeLessThanOrEqual(
                  1e-9 * Math.max(1, Math.abs(size)),
                );
              };
              near(native.tails.expectedShortfall[book], size);
              near(native.tails.valueAtRisk[book], twin.tails.valueAtRisk[book]);
              near(native.tails.worstPnl[book], twin.tails.worstPnl[book]);
              const isEmpty = given.books.positionOffsets[book] === given.books.positionOffsets[book + 1];
              if (isEmpty) expect([native.lists[book], twin.lists[book]]).toEqual([[], []]);
              if (isEmpty) continue;
              const found = new Set(native.lists[book]);
              for (const scenario of twin.tails.tailScenario.subarray(book * tail, (book + 1) * tail))
                expect(found.has(scenario)).toBe(true);
            }
            native.contribution.forEach((part, k) => {
              expect(Math.abs(part - (twin.contribution[k] ?? NaN))).toBeLessThanOrEqual(
                1e-9 * Math.max(1, Math.abs(part)),
              );
            });
          },
        ),
        { numRuns: 40, seed: 7 },
      );
    });

    test('go by a basis whose products are within their bounds of every cell', () => {
      for (const { instruments, scenarioCount, rank } of [
        { instruments: 7, scenarioCount: 130, rank: 3 },
        { instruments: 20, scenarioCount: 64, rank: 20 },
        { instruments: 5, scenarioCount: 200, rank: 8 },
      ]) {
        const { cube } = problem(instruments, scenarioCount, 1, 11);
        for (const each of [kernels, REFERENCE]) {
          const { vectors, loadings, loadingSum, residual } = basisOf(each, cube, rank);
          for (let row = 0; row < instruments; row += 1) {
            const own = [...loadings.subarray(row * rank, (row + 1) * rank)];
            expect(loadingSum[row]).toBeCloseTo(
              own.reduce((sum, loading) => sum + Math.abs(loading), 0),
              9,
            );
            let most = 0;
            for (let s = 0; s < scenarioCount; s += 1) {
              const product = own.reduce(
                (sum, loading, j) => sum + loading * (vectors[cubeIndex(j, s, rank)] ?? NaN),
                0,
              );
              most = Math.max(most, Math.abs((cube.cells[cubeIndex(row, s, instruments)] ?? NaN) - product));
            }
            expect(residual[row]).toBeGreaterThanOrEqual(most);
            if (rank >= instruments) expect(residual[row]).toBeLessThan(1e-4 * Math.max(...cube.largest));
          }
          vectors.forEach((value) => {
            expect(Math.abs(value)).toBeLessThanOrEqual(1);
          });
        }
      }
    });

    test('find the same candidates by the basis where it holds the cube', () => {
      // 40 rows that are sums of 4: the product is the cube to rounding.
      const given = problem(40, 3_000, 6, 5);
      const { cells, largest } = given.cube;
      for (let s = 0; s < 3_000; s += 1)
        for (let row = 4; row < 40; row += 1) {
          const of = (base: number): number => cells[cubeIndex(base, s, 40)] ?? NaN;
          const cell = of(row % 4) - 0.5 * of((row + 1) % 4) + (row / 40) * of((row + 2) % 4);
          cells[cubeIndex(row, s, 40)] = cell;
          given.rows[s * 40 + row] = cell;
          largest[row] = Math.max(largest[row] ?? 0, Math.abs(cell));
        }
      const basis = basisOf(kernels, given.cube, 4);
      const dense = tailsOf(kernels, given, 0.99, basis);
      const sparse = tailsOf(kernels, given, 0.99);
      expect(dense.tails).toEqual(sparse.tails);
      dense.lists.forEach((list) => {
        expect(list.length).toBeLessThan(40);
      });
    });

    test('leave numbers beyond single precision to double precision', () => {
      const given = problem(4, 500, 1, 3);
      const huge = { ...given.cube, largest: new Float64Array(4).fill(1e38) };
      const books = {
        ...given.books,
        positionOffsets: Uint32Array.of(0, 1),
        instrument: Uint32Array.of(0),
        quantity: Float64Array.of(1),
      };
      expect(tailsOf(kernels, { ...given, cube: huge, books }, 0.99).lists[0]).toHaveLength(500);
    });
  },
);
