import {
  candidateCapacity,
  scenarioRowsIndex,
  type BookTails,
  type CubeBasis,
  type DollarBooks,
  type ScenarioRows,
  type SingleCube,
} from '../book-tail.js';
import { cubeIndex, scenarioStride, type SparseRows } from '../layout.js';
import { tailCount } from '../tail-risk.js';
import { entry, requireLength } from './checks.js';

const SINGLE_ROUNDING = 2 ** -24;
const DOUBLE_ROUNDING = 2 ** -52;

/** As the kernel, with sums in double precision and every scenario looked at. */
export function preselectTail(
  cube: SingleCube,
  basis: CubeBasis,
  books: SparseRows,
  confidence: number,
  candidateOffsets: Uint32Array,
  candidate: Uint32Array,
  isLeft: Uint8Array,
): void {
  const { cells, rowCount, scenarioCount } = cube;
  requireLength('cells', cells, rowCount * scenarioStride(scenarioCount));
  const tail = tailCount(scenarioCount, confidence);
  const capacity = candidateCapacity(scenarioCount, confidence);
  for (let book = 0; book < books.rowCount; book += 1) {
    const positions = range(entry(books.rowOffsets, book), entry(books.rowOffsets, book + 1));
    const sum = (ofRow: (row: number, quantity: number) => number): number =>
      positions.reduce((total, k) => total + ofRow(entry(books.instrument, k), entry(books.quantity, k)), 0);
    const size = sum((row, quantity) => Math.abs(quantity) * entry(cube.largest, row));
    const gross = sum((row, quantity) => Math.abs(quantity) * entry(cube.gross, row));
    const error =
      (positions.length + 4) * SINGLE_ROUNDING * size + (positions.length + 64) * DOUBLE_ROUNDING * gross;
    // The twin sums over rows whatever the basis is, which it needs for no more than its shape.
    requireLength('basis.loadings', basis.loadings, basis.rank * rowCount);
    const pnl = range(0, scenarioCount).map((s) =>
      sum((row, quantity) => Math.fround(quantity) * entry(cells, cubeIndex(row, s, rowCount))),
    );
    const last = entry(Float64Array.from(pnl).sort(), tail - 1);
    const kept = range(0, scenarioCount).filter((s) => (pnl[s] ?? NaN) <= last + 2 * error);
    const isTooLong = kept.length > capacity;
    if (isTooLong && positions.length > 0) isLeft[book] = 1;
    const from = entry(candidateOffsets, book);
    const appended = isTooLong || positions.length === 0 ? [] : kept;
    candidate.set(appended, from);
    candidateOffsets[book + 1] = from + appended.length;
  }
}

export function bookTail(
  rows: ScenarioRows,
  books: DollarBooks,
  candidateOffsets: Uint32Array,
  candidate: Uint32Array,
  confidence: number,
  tails: BookTails,
): void {
  const tail = tailCount(rows.scenarioCount, confidence);
  const mass = rows.scenarioCount * (1 - confidence);
  const lastShare = mass - (tail - 1);
  for (let book = 0; book < books.bookCount; book += 1) {
    const found = range(entry(candidateOffsets, book), entry(candidateOffsets, book + 1))
      .map((k) => entry(candidate, k))
      .map((scenario) => ({ scenario, loss: 0 - bookPnl(rows, books, book, scenario) }))
      .sort((a, b) => b.loss - a.loss || a.scenario - b.scenario)
      .slice(0, tail);
    const isEmpty = found.length < tail;
    const losses = isEmpty ? new Array<number>(tail).fill(0) : found.map(({ loss }) => loss);
    const valueAtRisk = losses[tail - 1] ?? NaN;
    const sum = losses.slice(0, tail - 1).reduce((total, loss) => total + loss, 0);
    const shortfall = (sum + lastShare * valueAtRisk) / mass;
    const squares = losses.reduce(
      (total, loss, k) => total + (k + 1 < tail ? 1 : lastShare) * (loss - shortfall) ** 2,
      0,
    );
    const beyond = shortfall - valueAtRisk;
    tails.valueAtRisk[book] = valueAtRisk;
    tails.expectedShortfall[book] = shortfall;
    tails.standardError[book] = Math.sqrt((squares / mass + confidence * beyond * beyond) / mass);
    tails.worstPnl[book] = 0 - (losses[0] ?? NaN);
    tails.worstScenario[book] = found[0]?.scenario ?? 0;
    for (let k = 0; k < tail; k += 1) tails.tailScenario[book * tail + k] = found[k]?.scenario ?? 0;
  }
}

export function tailContributions(
  rows: ScenarioRows,
  books: DollarBooks,
  unitValue: Float64Array,
  taken: Uint8Array,
  tailScenario: Uint32Array,
  confidence: number,
  contribution: Float64Array,
): void {
  const tail = tailCount(rows.scenarioCount, confidence);
  const mass = rows.scenarioCount * (1 - confidence);
  for (let book = 0; book < books.bookCount; book += 1) {
    for (const { position, group, section } of positionsOf(books, book)) {
      contribution[position] = 0;
      if (taken[book] !== 1) continue;
      const quantity = entry(books.quantity, position);
      const instrument = entry(books.instrument, position);
      for (let k = 0; k < tail; k += 1) {
        const weight = k + 1 < tail ? 1 / mass : (mass - (tail - 1)) / mass;
        const scenario = entry(tailScenario, book * tail + k);
        const pnl = quantity * unitPnl(rows, instrument, scenario);
        const value = quantity * entry(unitValue, instrument);
        const dollars = toDollars(books, group, pnl, value, spotFactor(rows, books, section, scenario));
        contribution[position] = entry(contribution, position) - weight * dollars;
      }
    }
  }
}

function bookPnl(rows: ScenarioRows, books: DollarBooks, book: number, scenario: number): number {
  let total = 0;
  for (const section of sectionsOf(books, book)) {
    const factor = spotFactor(rows, books, section, scenario);
    let sum = 0;
    for (const group of range(entry(books.groupOffsets, section), entry(books.groupOffsets, section + 1))) {
      const positions = range(entry(books.positionOffsets, group), entry(books.positionOffsets, group + 1));
      const pnl = positions.reduce(
        (all, k) => all + entry(books.quantity, k) * unitPnl(rows, entry(books.instrument, k), scenario),
        0,
      );
      sum += toDollars(books, group, pnl, entry(books.value, group), factor);
    }
    total += sum + entry(books.coinWorth, section) * (factor - 1);
  }
  return total;
}

function toDollars(books: DollarBooks, group: number, pnl: number, value: number, factor: number): number {
  const price = entry(books.price, group);
  return entry(books.isInverse, group) === 1 ? (pnl + value) * price * factor - value * price : pnl * price;
}

function spotFactor(rows: ScenarioRows, books: DollarBooks, section: number, scenario: number): number {
  return entry(
    rows.spotFactor,
    entry(books.spotRow, section) * scenarioStride(rows.scenarioCount) + entry(rows.placeOf, scenario),
  );
}

function unitPnl(rows: ScenarioRows, instrument: number, scenario: number): number {
  const place = entry(rows.placeOf, scenario);
  return entry(rows.pnl, scenarioRowsIndex(instrument, place, rows.instrumentCount));
}

function sectionsOf(books: DollarBooks, book: number): number[] {
  return range(entry(books.sectionOffsets, book), entry(books.sectionOffsets, book + 1));
}

function positionsOf(
  books: DollarBooks,
  book: number,
): { position: number; group: number; section: number }[] {
  return sectionsOf(books, book).flatMap((section) =>
    range(entry(books.groupOffsets, section), entry(books.groupOffsets, section + 1)).flatMap((group) =>
      range(entry(books.positionOffsets, group), entry(books.positionOffsets, group + 1)).map((position) => ({
        position,
        group,
        section,
      })),
    ),
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, k) => from + k);
}
