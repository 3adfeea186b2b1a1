import {
  bookTailWorkspaceLength,
  candidateCapacity,
  NOT_PRESELECTED,
  preselectionWorkspaceLength,
} from '../../kernel/book-tail.js';
import type { Kernels } from '../../kernel/kernels.js';
import { tailCount } from '../../kernel/tail-risk.js';
import type { BookColumns } from '../book-columns.js';
import type { ModelColumnsBuilder } from '../shard-columns.js';
import { arrangeBooks, instrumentFacts } from './arrange-books.js';
import type { TailBooks } from './tail-books.js';
import type { TailMarket } from './tail-cubes.js';

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
  /** Scenarios revalued in double precision. */
  readonly candidates: number;
}

/** Where the time of a shard went, seconds. */
export interface TailTimes {
  arrange: number;
  aggregate: number;
  tail: number;
}

/** One per thread, reused from shard to shard: fresh memory costs as much as a pass. */
let workspaceOfThread = new Float64Array(0);

function reserve(length: number): Float64Array {
  if (workspaceOfThread.length < length) workspaceOfThread = new Float64Array(Math.ceil(1.25 * length));
  return workspaceOfThread;
}

export function calculateTails(
  kernels: Kernels,
  tail: TailMarket,
  columns: BookColumns,
  first: number,
  count: number,
  wantsContributions: boolean,
  times: TailTimes,
  nowSeconds: () => number,
): ShardTails {
  const startedAt = nowSeconds();
  const books = arrangeBooks(tail, columns, first, count);
  const arrangedAt = nowSeconds();
  const { offsets, candidate } = preselect(kernels, tail, books);
  const selectedAt = nowSeconds();
  const { confidence, scenarioCount } = tail.terms;
  const length = tailCount(scenarioCount, confidence);
  const column = (): Float64Array => new Float64Array(count);
  const tails = {
    valueAtRisk: column(),
    expectedShortfall: column(),
    standardError: column(),
    worstPnl: column(),
    worstScenario: new Uint32Array(count),
    tailScenario: new Uint32Array(count * length),
  };
  const candidates = offsets[count] ?? 0;
  const workspace = reserve(bookTailWorkspaceLength(Math.max(candidates, count * length), scenarioCount));
  kernels.bookTail(tail.rows, books.books, offsets, candidate, confidence, tails, workspace);
  const contribution = wantsContributions
    ? contributionsOf(kernels, tail, books, tails.expectedShortfall, tails.tailScenario, workspace)
    : undefined;
  times.arrange += arrangedAt - startedAt;
  times.aggregate += selectedAt - arrangedAt;
  times.tail += nowSeconds() - selectedAt;
  return { books, ...tails, ...(contribution === undefined ? {} : { contribution }), candidates };
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
  const offsets = new Uint32Array(rowCount + 1);
  let candidate = new Uint32Array(rowCount * 2 * tailCount(scenarioCount, confidence));
  const found = new Uint32Array(BOOKS_PER_PASS * capacity);
  const foundCount = new Uint32Array(BOOKS_PER_PASS);
  for (let first = 0; first < rowCount; first += BOOKS_PER_PASS) {
    const count = Math.min(BOOKS_PER_PASS, rowCount - first);
    const pass = rowOffsets.subarray(first, first + count + 1);
    const entries = (pass[count] ?? 0) - (pass[0] ?? 0);
    const workspace = reserve(
      preselectionWorkspaceLength(count, entries, scenarioCount, basis.rank, confidence),
    );
    kernels.preselectTail(
      single,
      basis,
      { rowCount: count, rowOffsets: pass, instrument, quantity },
      confidence,
      found,
      foundCount,
      workspace,
    );
    for (let at = 0; at < count; at += 1) {
      const book = first + at;
      const from = offsets[book] ?? 0;
      const isEmpty = rowOffsets[book] === rowOffsets[book + 1];
      if (foundCount[at] === NOT_PRESELECTED && !isEmpty) books.isOdd[book] = 1;
      const kept = foundCount[at] === NOT_PRESELECTED || isEmpty ? 0 : (foundCount[at] ?? 0);
      if (from + kept > candidate.length) {
        const grown = new Uint32Array(2 * (from + kept));
        grown.set(candidate);
        candidate = grown;
      }
      candidate.set(found.subarray(at * capacity, at * capacity + kept), from);
      offsets[book + 1] = from + kept;
    }
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
  const contribution = new Float64Array(positions);
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
  const { terms, repriced } = tail;
  const { books } = tails;
  const equity = (books.markToMarket[book] ?? NaN) + (books.cash[book] ?? NaN);
  const expectedShortfall = tails.expectedShortfall[book] ?? NaN;
  const initial = Math.max(0, expectedShortfall);
  const maintenance = terms.maintenanceShare * initial;
  const worst = tails.worstPnl[book] ?? NaN;
  const label = repriced.spec.scenarios.labels[tails.worstScenario[book] ?? 0]?.label ?? null;
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
  for (const at of largest(tails.contribution, from, to, topPositions)) {
    const instrument = books.books.instrument[at] ?? 0;
    const quantity = books.books.quantity[at] ?? NaN;
    rows.contributions.add(book, instrument, quantity, initial > 0 ? (tails.contribution[at] ?? NaN) : 0);
  }
}

function positionsOf({ books }: TailBooks, book: number): readonly [from: number, to: number] {
  const at = (section: number): number => books.positionOffsets[books.groupOffsets[section] ?? 0] ?? 0;
  return [at(books.sectionOffsets[book] ?? 0), at(books.sectionOffsets[book + 1] ?? 0)];
}

/** Places of the `count` entries of largest size, largest first; among equal ones the earlier. */
function largest(values: Float64Array, from: number, to: number, count: number): Uint32Array {
  const found = new Uint32Array(Math.min(count, to - from));
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
