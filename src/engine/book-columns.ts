import { NONE } from '../domain/codes.js';
import type { Portfolio } from '../domain/portfolio.js';
import { ColumnAllocator } from '../market/snapshot/column-allocator.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedModel } from '../models/catalogue.js';
import type { BookColumns, BookRecord, MarginColumns } from '../models/column-margins.js';
import type { BookColumnsHandle, BookCounts, MarginColumnsHandle } from './margin-engine-types.js';
import { resolvePortfolio, type ResolvedPortfolio } from './resolve-portfolio.js';

/** A book that has been laid out against one table of the market. */
export interface LaidOutBook {
  readonly resolved: ResolvedPortfolio;
  readonly record: BookRecord;
  /** `NaN` where the P&L of the perpetual does not follow from its entry price. */
  readonly perpetualEntryPrice: number;
  readonly perpetualStatedPnl: number;
}

/** Undefined for a book that the model margins by itself, be it that the market refuses it. */
export function layOutBook(
  portfolio: Portfolio,
  market: Market,
  model: ResolvedModel,
  usable: Uint8Array,
): LaidOutBook | undefined {
  if (model.columns === undefined) return undefined;
  const resolved = resolvePortfolio(portfolio, market, usable);
  if (!resolved.ok) return undefined;
  const record = model.columns.layOut(market, resolved.value);
  if (record === undefined) return undefined;
  const held = resolved.value.positions[record.perpetualPosition];
  const stated = held === undefined ? undefined : portfolio.positions[held.requestIndex];
  const entry = stated?.unrealisedPnl === undefined ? stated?.averageEntryPrice : undefined;
  return {
    resolved: resolved.value,
    record,
    perpetualEntryPrice: entry ?? NaN,
    perpetualStatedPnl: stated?.unrealisedPnl ?? 0,
  };
}

/** Packs books into one new block; undefined stands for a book that is margined by itself. */
export function packBooks(books: readonly (LaidOutBook | undefined)[]): BookColumnsHandle {
  const counts = countBooks(books);
  const measure = new ColumnAllocator();
  layOut(measure, counts);
  const block = new SharedArrayBuffer(measure.byteLength);
  const columns = layOut(new ColumnAllocator(block), counts);
  const next = { row: 0, position: 0, collateral: 0 };
  books.forEach((book, account) => {
    columns.perpetual[account] = NONE;
    if (book !== undefined) packBook(columns, account, book, next);
    columns.firstRow[account + 1] = next.row;
    columns.firstCollateral[account + 1] = next.collateral;
  });
  return { counts, block };
}

/** The columns of a block; nothing is copied. */
export function openBooks({ counts, block }: BookColumnsHandle): BookColumns {
  return layOut(new ColumnAllocator(block), counts);
}

function countBooks(books: readonly (LaidOutBook | undefined)[]): BookCounts {
  let rows = 0;
  let positions = 0;
  let collateral = 0;
  for (const book of books) {
    if (book === undefined) continue;
    rows += book.record.gross.length;
    positions += book.resolved.positions.length - (book.record.perpetualPosition === NONE ? 0 : 1);
    collateral += book.record.collateral.length;
  }
  return { accounts: books.length, rows, positions, collateral };
}

/** The one place that fixes the order of the columns in memory. */
function layOut(allocate: ColumnAllocator, counts: BookCounts): BookColumns {
  const { accounts, rows, positions, collateral } = counts;
  return {
    accountCount: accounts,
    isLaidOut: allocate.uint8(accounts),
    firstRow: allocate.uint32(accounts + 1),
    rows: {
      rowCount: rows,
      rowOffsets: allocate.uint32(rows + 1),
      instrument: allocate.uint32(positions),
      quantity: allocate.float64(positions),
    },
    rowExpiry: allocate.uint32(rows),
    rowGross: allocate.float64(rows),
    underlying: allocate.uint32(accounts),
    cash: allocate.float64(accounts),
    nakedShort: allocate.float64(accounts),
    perpetual: allocate.int32(accounts),
    perpetualQuantity: allocate.float64(accounts),
    perpetualEntryPrice: allocate.float64(accounts),
    perpetualStatedPnl: allocate.float64(accounts),
    perpetualFunding: allocate.float64(accounts),
    firstCollateral: allocate.uint32(accounts + 1),
    collateralAsset: allocate.uint32(collateral),
    collateralAmount: allocate.float64(collateral),
  };
}

interface Next {
  row: number;
  position: number;
  collateral: number;
}

function packBook(columns: BookColumns, account: number, book: LaidOutBook, next: Next): void {
  const { resolved, record } = book;
  columns.isLaidOut[account] = 1;
  columns.underlying[account] = record.underlying;
  columns.cash[account] = record.cash;
  columns.nakedShort[account] = record.nakedShort;
  const perpetual = resolved.positions[record.perpetualPosition];
  if (perpetual !== undefined) {
    columns.perpetual[account] = perpetual.instrument;
    columns.perpetualQuantity[account] = perpetual.quantity;
    columns.perpetualEntryPrice[account] = book.perpetualEntryPrice;
    columns.perpetualStatedPnl[account] = book.perpetualStatedPnl;
    columns.perpetualFunding[account] = perpetual.unsettledFunding ?? 0;
  }
  let expiryAt = 0;
  for (const { expiry, firstPosition, positionCount } of resolved.groups) {
    if (expiry === NONE) continue;
    for (let at = firstPosition; at < firstPosition + positionCount; at += 1) {
      const position = resolved.positions[at];
      columns.rows.instrument[next.position] = position?.instrument ?? 0;
      columns.rows.quantity[next.position] = position?.quantity ?? NaN;
      next.position += 1;
    }
    columns.rowExpiry[next.row] = expiry;
    columns.rowGross[next.row] = record.gross[expiryAt] ?? NaN;
    expiryAt += 1;
    next.row += 1;
    columns.rows.rowOffsets[next.row] = next.position;
  }
  for (const { asset, amount } of record.collateral) {
    columns.collateralAsset[next.collateral] = asset;
    columns.collateralAmount[next.collateral] = amount;
    next.collateral += 1;
  }
}

export function allocateMargins(accounts: number): MarginColumnsHandle {
  const measure = new ColumnAllocator();
  layOutMargins(measure, accounts);
  return { accounts, block: new SharedArrayBuffer(measure.byteLength) };
}

export function openMargins({ accounts, block }: MarginColumnsHandle): MarginColumns {
  return layOutMargins(new ColumnAllocator(block), accounts);
}

function layOutMargins(allocate: ColumnAllocator, accounts: number): MarginColumns {
  return {
    equity: allocate.float64(accounts),
    initialMargin: allocate.float64(accounts),
    maintenanceMargin: allocate.float64(accounts),
    status: allocate.uint8(accounts),
  };
}
