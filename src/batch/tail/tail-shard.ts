import {
  bookTailWorkspaceLength,
  candidateCapacity,
  preselectionWorkspaceLength,
} from '../../kernel/book-tail.js';
import type { Kernels } from '../../kernel/kernels.js';
import { tailCount } from '../../kernel/tail-risk.js';
import type { BookColumns } from '../book-columns.js';
import type { ModelColumnsBuilder } from '../shard-columns.js';
import { arrangeBooks, instrumentFacts } from './arrange-books.js';
import type { Preselection } from '../tasks.js';
import type { TailBooks } from './tail-books.js';
import type { TailMarket } from './tail-cubes.js';
import { ThreadMemory } from './thread-memory.js';

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
  /** Dollars, one entry per position of `books`; absent unless asked for. */
  readonly contribution?: Float64Array;
  readonly preselection: Preselection;
}

/** Where the time of a shard went, seconds of its thread on a core. */
export interface TailTimes {
  arrange: number;
  aggregate: number;
  tail: number;
}

/** One shard of a thread at a time: the results of one are read before the next begins. */
const memory = new ThreadMemory();

export function calculateTails(
  kernels: Kernels,
  tail: TailMarket,
  columns: BookColumns,
  first: number,
  count: number,
  wantsContributions: boolean,
  times: TailTimes,
  coreSeconds: () => number,
): ShardTails {
  const startedAt = coreSeconds();
  const books = arrangeBooks(tail, columns, first, count, memory);
  const arrangedAt = coreSeconds();
  const { offsets, candidate } = preselect(kernels, tail, books);
  const selectedAt = coreSeconds();
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
  const contribution = wantsContributions
    ? contributionsOf(kernels, tail, books, tails.expectedShortfall, tails.tailScenario, workspace)
    : undefined;
  times.arrange += arrangedAt - startedAt;
  times.aggregate += selectedAt - arrangedAt;
  times.tail += coreSeconds() - selectedAt;
  const preselection = preselectionOf(offsets, count);
  return { books, ...tails, ...(contribution === undefined ? {} : { contribution }), preselection };
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
  { books, isOdd, positions, sections }: TailBooks,
  expectedShortfall: Float64Array,
  tailScenario: Uint32Array,
  workspace: Float64Array,
): Float64Array {
  const contribution = memory.doubles('contribution', positions);
  if (sections === 0) return contribution;
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

/** The rows of one book, as the model reports it. */
export function addTailRows(
  tail: TailMarket,
  tails: ShardTails,
  book: number,
  topPositions: number,
  rows: ModelColumnsBuilder,
): void {
  const { terms } = tail;
  const { books } = tails;
  const equity = (books.markToMarket[book] ?? NaN) + (books.cash[book] ?? NaN);
  const expectedShortfall = tails.expectedShortfall[book] ?? NaN;
  const initial = Math.max(0, expectedShortfall);
  const maintenance = terms.maintenanceShare * initial;
  const worst = tails.worstPnl[book] ?? NaN;
  const label = tail.labels[tails.worstScenario[book] ?? 0] ?? null;
  const [from, to] = positionsOf(books, book);
  rows.accounts.add(
    book,
    rows.currencyOf('USD'),
    equity,
    books.markToMarket[book] ?? NaN,
    initial,
    maintenance,
    equity - initial,
    equity - maintenance,
    worst < 0 ? worst : NaN,
    tails.valueAtRisk[book] ?? NaN,
    expectedShortfall,
    tails.standardError[book] ?? NaN,
    to - from,
  );
  rows.worstScenario.push(worst < 0 ? label : null);
  rows.quality.push('EXACT');
  rows.components.add(book, initial, maintenance);
  rows.componentName.push(terms.component);
  rows.componentQuality.push('EXACT');
  if (tails.contribution === undefined || topPositions === 0) return;
  const count = Math.min(topPositions, to - from);
  const places = findLargest(tails.contribution, from, to, count);
  for (let k = 0; k < count; k += 1) {
    const at = places[k] ?? 0;
    const instrument = books.books.instrument[at] ?? 0;
    const quantity = books.books.quantity[at] ?? NaN;
    rows.contributions.add(book, instrument, quantity, initial > 0 ? (tails.contribution[at] ?? NaN) : 0);
  }
}

function positionsOf({ books }: TailBooks, book: number): readonly [from: number, to: number] {
  const at = (section: number): number => books.positionOffsets[books.groupOffsets[section] ?? 0] ?? 0;
  return [at(books.sectionOffsets[book] ?? 0), at(books.sectionOffsets[book + 1] ?? 0)];
}

/**
 * Places of the `count` entries of largest size, largest first, among equal ones the earlier; in memory that the next call takes.
 *
 * @param count at most `to - from`
 */
function findLargest(values: Float64Array, from: number, to: number, count: number): Uint32Array {
  const found = memory.integers('places', count);
  let length = 0;
  for (let at = from; at < to; at += 1) {
    const size = Math.abs(values[at] ?? NaN);
    let place = length;
    while (place > 0 && Math.abs(values[found[place - 1] ?? 0] ?? NaN) < size) place -= 1;
    if (place >= count) continue;
    length = Math.min(length + 1, count);
    for (let after = length - 1; after > place; after -= 1) found[after] = found[after - 1] ?? 0;
    found[place] = at;
  }
  return found;
}
