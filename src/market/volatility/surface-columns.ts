import type { SurfaceColumns } from '../../kernel/surface-query.js';
import { ColumnAllocator } from '../snapshot/column-allocator.js';

/** Every number of a surface, one entry per slice; what the kernel does not read stands beside what it does. */
export interface StoredSurfaceColumns extends SurfaceColumns {
  readonly expiryMs: Float64Array;
  readonly forwardStandardError: Float64Array;
  /** NaN where no quote was fitted. */
  readonly weightedRmseVolatility: Float64Array;
  /** NaN where there was no quote. */
  readonly insideBidAskShare: Float64Array;
  /** Index into `SLICE_KINDS`. */
  readonly kind: Uint8Array;
  /** Index into `SLICE_STATUSES`. */
  readonly status: Uint8Array;
}

/** The one place that fixes the order of the columns in memory. */
function layOut(allocate: ColumnAllocator, sliceCount: number): StoredSurfaceColumns {
  return {
    sliceCount,
    timeToExpiryYears: allocate.float64(sliceCount),
    forward: allocate.float64(sliceCount),
    carry: allocate.float64(sliceCount),
    a: allocate.float64(sliceCount),
    b: allocate.float64(sliceCount),
    rho: allocate.float64(sliceCount),
    m: allocate.float64(sliceCount),
    sigma: allocate.float64(sliceCount),
    quotedMin: allocate.float64(sliceCount),
    quotedMax: allocate.float64(sliceCount),
    confidence: allocate.float64(sliceCount),
    interpolation: allocate.uint8(sliceCount),
    rates: allocate.float64(2),
    expiryMs: allocate.float64(sliceCount),
    forwardStandardError: allocate.float64(sliceCount),
    weightedRmseVolatility: allocate.float64(sliceCount),
    insideBidAskShare: allocate.float64(sliceCount),
    kind: allocate.uint8(sliceCount),
    status: allocate.uint8(sliceCount),
  };
}

export function surfaceColumnsByteLength(sliceCount: number): number {
  const measure = new ColumnAllocator();
  layOut(measure, sliceCount);
  return measure.byteLength;
}

/** New columns, all 0, in one new block of shared memory. */
export function allocateSurfaceColumns(sliceCount: number): StoredSurfaceColumns {
  return viewSurfaceColumns(new SharedArrayBuffer(surfaceColumnsByteLength(sliceCount)), sliceCount);
}

/** The columns that lie in a block of shared memory; nothing is copied. */
export function viewSurfaceColumns(buffer: SharedArrayBuffer, sliceCount: number): StoredSurfaceColumns {
  const expectedBytes = surfaceColumnsByteLength(sliceCount);
  if (buffer.byteLength !== expectedBytes)
    throw new RangeError(
      `Expected ${expectedBytes} bytes of surface columns but received ${buffer.byteLength}`,
    );
  return layOut(new ColumnAllocator(buffer), sliceCount);
}
