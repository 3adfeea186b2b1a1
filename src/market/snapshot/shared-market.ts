import type { Market } from './market.js';
import type { MarketCounts } from './market-columns.js';
import { countsOf, packMarketColumns, viewMarketColumns } from './market-columns.js';
import type { MarketTableCache } from './market-table.js';
import { encodeMarketTable } from './market-table.js';

/**
 * A market on its way to another thread: plain data and two blocks of shared memory, so a structured clone copies a few
 * hundred bytes. Nobody writes to the blocks after publication.
 */
export interface MarketHandle {
  readonly epoch: number;
  readonly timeMs: number;
  readonly venue: string;
  readonly hash: string;
  /** Names the content of `table`: epochs with the same instruments carry the same hash. */
  readonly tableHash: string;
  /** The table as UTF-8 JSON. */
  readonly table: SharedArrayBuffer;
  readonly counts: MarketCounts;
  /** The numeric columns in the layout of `market-columns.ts`. */
  readonly columns: SharedArrayBuffer;
}

/** Shares the memory of a resolved market; copies only columns that do not lie in one shared block already. */
export function publishMarket(market: Market): MarketHandle {
  const { hash: tableHash, bytes } = encodeMarketTable(market.table);
  return {
    epoch: market.epoch,
    timeMs: market.timeMs,
    venue: market.venue,
    hash: market.hash,
    tableHash,
    table: bytes,
    counts: countsOf(market.columns),
    columns: packMarketColumns(market.columns),
  };
}

/**
 * The published market as seen by this thread: its columns are views of the same memory, its table is decoded once per
 * content and thread. Throws `RangeError` for a block of the wrong size, which is a defect of the caller.
 */
export function openMarket(handle: MarketHandle, tableCache: MarketTableCache): Market {
  return {
    epoch: handle.epoch,
    timeMs: handle.timeMs,
    venue: handle.venue,
    hash: handle.hash,
    table: tableCache.get(handle.tableHash, handle.table),
    columns: viewMarketColumns(handle.columns, handle.counts),
  };
}
