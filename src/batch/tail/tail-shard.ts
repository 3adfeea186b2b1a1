import {
  bookTailWorkspaceLength,
  candidateCapacity,
  preselectionWorkspaceLength,
} from '../../kernel/book-tail.js';
import type { Kernels } from '../../kernel/kernels.js';
import type { PositionRows } from '../../kernel/largest-positions.js';
import { tailCount } from '../../kernel/tail-risk.js';
import type { BookColumns } from '../book-columns.js';
import { arrangeBooks } from './arrange-books.js';
import { instrumentFacts } from './instrument-facts.js';
import type { Preselection } from '../tasks.js';
import type { StageClock } from '../thread-clock.js';
import type { TailBooks } from './tail-books.js';
import type { TailMarket } from './tail-cubes.js';
import { ThreadMemory } from '../thread-memory.js';

/**
 * Books of one pass over the single cube: enough that reading a block of it (256 KB) is spread over many, few enough that
 * their positions stay in the second-level cache beside it.
 */
const BOOKS_PER_PASS = 1_024;

/** Tails of the books of one shard; books that the ordinary engine must look at have no numbers. */
export interface ShardTails {
  readonly books: TailBooks;
  readonly valueAtRisk: Float64Array;
  readonly expectedShortfall: Float64Array;
  readonly standardError: Float64Array;
  readonly worstPnl: Float64Array;
  readonly worstScenario: Uint32Array;
  readonly tailScenario: Uint32Array;
  /** The positions of each book that add most to its expected shortfall, dollars; absent unless asked for. */
  readonly largest?: PositionRows;
  readonly preselection: Preselection;
}

/** One shard of a thread at a time: the results of one are read before the next begins. */
const memory = new ThreadMemory();

export function calculateTails(
  kernels: Kernels,
  tail: TailMarket,
  columns: BookColumns,
  first: number,
  count: number,
  topPositions: number,
  clock: StageClock,
): ShardTails {
  const books = arrangeBooks(kernels, tail, columns, first, count, memory);
  clock.lap('arrange');
  const { offsets, candidate } = preselect(kernels, tail, books);
  clock.lap('aggregate');
  const { confidence, scenarioCount } = tail.terms;
  const length = tailCount(scenarioCount, confidence);
  const tails = {
    valueAtRisk: memory.doubles('valueAtRisk', count),
    expectedShortfall: memory.doubles('expectedShortfall', count),
    standardError: memory.doubles('standardError', count),
    worstPnl: memory.doubles('worstPnl', count),
    worstScenario: memory.integers('worstScenario', count),
    tailScenario: memory.integers('tailScenario', count * length),
  };
  const candidates = offsets[count] ?? 0;
  const workspace = memory.doubles(
    'workspace',
    bookTailWorkspaceLength(Math.max(candidates, count * length), scenarioCount),
  );
  kernels.bookTail(tail.rows, books.books, offsets, candidate, confidence, tails, workspace);
  const largest =
    topPositions > 0
      ? largestOf(
          kernels,
          books,
          contributionsOf(kernels, tail, books, tails.expectedShortfall, tails.tailScenario, workspace),
          topPositions,
        )
      : undefined;
  clock.lap('tail');
  const preselection = preselectionOf(offsets, count);
  return { books, ...tails, ...(largest === undefined ? {} : { largest }), preselection };
}

function preselectionOf(offsets: Uint32Array, count: number): Preselection {
  let accounts = 0;
  let largest = 0;
  for (let book = 0; book < count; book += 1) {
    const own = (offsets[book + 1] ?? 0) - (offsets[book] ?? 0);
    if (own > 0) accounts += 1;
    largest = Math.max(largest, own);
  }
  return { accounts, candidates: offsets[count] ?? 0, largest };
}

/** Candidates of every book in compressed rows; a book without any that has risk is marked odd. */
function preselect(
  kernels: Kernels,
  tail: TailMarket,
  books: TailBooks,
): { offsets: Uint32Array; candidate: Uint32Array } {
  const { single, terms } = tail;
  const basis = tail.basis();
  const { confidence, scenarioCount } = terms;
  const { rowCount, rowOffsets, instrument, quantity } = books.preselected;
  const capacity = candidateCapacity(scenarioCount, confidence);
  const offsets = memory.integers('candidateOffsets', rowCount + 1);
  offsets[0] = 0;
  let candidate = memory.integers('candidate', rowCount * 2 * tailCount(scenarioCount, confidence));
  for (let first = 0; first < rowCount; first += BOOKS_PER_PASS) {
    const count = Math.min(BOOKS_PER_PASS, rowCount - first);
    const pass = rowOffsets.subarray(first, first + count + 1);
    const entries = (pass[count] ?? 0) - (pass[0] ?? 0);
    const workspace = memory.doubles(
      'workspace',
      preselectionWorkspaceLength(count, entries, scenarioCount, basis.rank, confidence),
    );
    const room = (offsets[first] ?? 0) + count * capacity;
    if (room > candidate.length) {
      const grown = memory.integers('candidate', room);
      grown.set(candidate);
      candidate = grown;
    }
    kernels.preselectTail(
      single,
      basis,
      { rowCount: count, rowOffsets: pass, instrument, quantity },
      confidence,
      offsets.subarray(first, first + count + 1),
      candidate,
      books.isOdd.subarray(first, first + count),
      workspace,
    );
  }
  return { offsets, candidate };
}

/** Of books whose expected shortfall is a loss: the others have no margin to divide. */
function contributionsOf(
  kernels: Kernels,
  tail: TailMarket,
  { books, isOdd, positionCount, sectionCount }: TailBooks,
  expectedShortfall: Float64Array,
  tailScenario: Uint32Array,
  workspace: Float64Array,
): Float64Array {
  const contribution = memory.doubles('contribution', positionCount);
  if (sectionCount === 0) return contribution;
  const taken = isOdd.map((odd, book) => (odd === 0 && (expectedShortfall[book] ?? NaN) > 0 ? 1 : 0));
  kernels.tailContributions(
    tail.rows,
    books,
    instrumentFacts(tail).unitValue,
    taken,
    tailScenario,
    tail.terms.confidence,
    contribution,
    workspace,
  );
  return contribution;
}

function largestOf(
  kernels: Kernels,
  { books, positionOffsets, positionCount }: TailBooks,
  contribution: Float64Array,
  most: number,
): PositionRows {
  const { bookCount, instrument, quantity } = books;
  const room = Math.min(positionCount, bookCount * most);
  const rows = {
    offsets: memory.integers('largestOffsets', bookCount + 1),
    book: memory.integers('largestBook', room),
    instrument: memory.integers('largestInstrument', room),
    quantity: memory.doubles('largestQuantity', room),
    contribution: memory.doubles('largestContribution', room),
  };
  kernels.largestPositions({ bookCount, positionOffsets, instrument, quantity, contribution }, most, rows);
  return rows;
}
