import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bookTailWorkspaceLength,
  candidateCapacity,
  NOT_PRESELECTED,
  preselectionWorkspaceLength,
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

function tailsOf(kernels: Kernels, { cube, rows, books }: Problem, confidence: number) {
  const { scenarioCount } = cube;
  const capacity = candidateCapacity(scenarioCount, confidence);
  const end = books.positionOffsets[books.bookCount] ?? 0;
  const candidate = new Uint32Array(books.bookCount * capacity);
  const count = new Uint32Array(books.bookCount);
  const sparse = {
    rowCount: books.bookCount,
    rowOffsets: books.positionOffsets,
    instrument: books.instrument,
    quantity: books.quantity,
  };
  const length = preselectionWorkspaceLength(books.bookCount, end, scenarioCount, confidence);
  kernels.preselectTail(cube, sparse, confidence, candidate, count, new Float64Array(length));
  const lists = Array.from(count, (found, book) =>
    found === NOT_PRESELECTED
      ? Array.from({ length: scenarioCount }, (_, s) => s)
      : [...candidate.subarray(book * capacity, book * capacity + found)],
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
  const scenarioRows = {
    pnl: rows,
    instrumentCount: cube.rowCount,
    scenarioCount,
    spotFactor: new Float64Array(scenarioStride(scenarioCount)).fill(1),
    spotRows: 1,
  };
  const total = offsets[books.bookCount] ?? 0;
  const workspace = new Float64Array(
    bookTailWorkspaceLength(Math.max(total, books.bookCount * tail), end, scenarioCount),
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
          (instruments, scenarioCount, confidence, seed) => {
            const given = problem(instruments, scenarioCount, 3, seed);
            const native = tailsOf(kernels, given, confidence);
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
