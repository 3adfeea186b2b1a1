import { ColumnAllocator } from './column-allocator.js';
import type { MarketColumns } from './market.js';

/** Extents of the columns of a market. */
export interface MarketCounts {
  readonly instruments: number;
  readonly expiries: number;
  readonly underlyings: number;
  readonly assets: number;
}

/** The one place that fixes the order of the columns in memory. */
function layOut(allocate: ColumnAllocator, counts: MarketCounts): MarketColumns {
  const { instruments, expiries, underlyings, assets } = counts;
  return {
    kind: allocate.uint8(instruments),
    isInverse: allocate.uint8(instruments),
    isCall: allocate.uint8(instruments),
    underlying: allocate.uint32(instruments),
    expiry: allocate.int32(instruments),
    contractSize: allocate.float64(instruments),
    strike: allocate.float64(instruments),
    markPrice: allocate.float64(instruments),
    priceConfidence: allocate.float64(instruments),
    volatility: allocate.float64(instruments),
    volatilityConfidence: allocate.float64(instruments),
    bidPrice: allocate.float64(instruments),
    askPrice: allocate.float64(instruments),
    delta: allocate.float64(instruments),
    eightHourFundingRate: allocate.float64(instruments),
    feeRate: allocate.float64(instruments),
    expiryMs: allocate.float64(expiries),
    expiryUnderlying: allocate.uint32(expiries),
    forward: allocate.float64(expiries),
    fixedForward: allocate.float64(expiries),
    forwardConfidence: allocate.float64(expiries),
    rate: allocate.float64(expiries),
    rateConfidence: allocate.float64(expiries),
    indexPrice: allocate.float64(underlyings),
    indexConfidence: allocate.float64(underlyings),
    assetPriceUsd: allocate.float64(assets),
    assetConfidence: allocate.float64(assets),
  };
}

export function marketColumnsByteLength(counts: MarketCounts): number {
  const measure = new ColumnAllocator();
  layOut(measure, counts);
  return measure.byteLength;
}

/** New columns, all 0, in one new block of shared memory. */
export function allocateMarketColumns(counts: MarketCounts): MarketColumns {
  return viewMarketColumns(new SharedArrayBuffer(marketColumnsByteLength(counts)), counts);
}

/** The columns that lie in a block of shared memory; nothing is copied. */
export function viewMarketColumns(buffer: SharedArrayBuffer, counts: MarketCounts): MarketColumns {
  const expectedBytes = marketColumnsByteLength(counts);
  if (buffer.byteLength !== expectedBytes)
    throw new RangeError(
      `Expected ${expectedBytes} bytes of market columns but received ${buffer.byteLength}`,
    );
  return layOut(new ColumnAllocator(buffer), counts);
}

export function countsOf(columns: MarketColumns): MarketCounts {
  return {
    instruments: columns.kind.length,
    expiries: columns.expiryMs.length,
    underlyings: columns.indexPrice.length,
    assets: columns.assetPriceUsd.length,
  };
}

/** The block that holds exactly these columns in the layout of this file: theirs if they lie in one, else a copy. */
export function packMarketColumns(columns: MarketColumns): SharedArrayBuffer {
  const counts = countsOf(columns);
  const own = columns.kind.buffer;
  if (own instanceof SharedArrayBuffer && own.byteLength === marketColumnsByteLength(counts)) {
    const packed = viewMarketColumns(own, counts);
    const isPacked = COLUMN_NAMES.every(
      (name) => columns[name].buffer === own && columns[name].byteOffset === packed[name].byteOffset,
    );
    if (isPacked) return own;
  }
  const copy = allocateMarketColumns(counts);
  for (const name of COLUMN_NAMES) copy[name].set(columns[name]);
  return copy.kind.buffer as SharedArrayBuffer;
}

/** Names of all columns in the order of memory. */
export const COLUMN_NAMES = Object.keys(
  layOut(new ColumnAllocator(), { instruments: 0, expiries: 0, underlyings: 0, assets: 0 }),
) as readonly (keyof MarketColumns)[];
