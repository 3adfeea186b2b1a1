/**
 * Portfolios as columns in shared memory: what a worker reads of its accounts. Account a holds the positions
 * `rowOffsets[a]` to `rowOffsets[a + 1]`, in the order of the file, and the balances of `balanceOffsets` likewise.
 */
export interface BookColumns {
  readonly accountCount: number;
  /** `[accountCount + 1]`. */
  readonly rowOffsets: Uint32Array;
  /** Index into the market's instruments; -1 for a name that the market does not know. */
  readonly instrument: Int32Array;
  /** Signed contracts; NaN where the file has no number. */
  readonly quantity: Float64Array;
  /** Quote currency per unit, NaN where the file has none; absent where no row has one. */
  readonly averagePrice?: Float64Array;
  /** `[accountCount + 1]`. */
  readonly balanceOffsets: Uint32Array;
  /** Index into `assets`. */
  readonly balanceAsset: Uint32Array;
  /** Signed coins; NaN where the file has no number. */
  readonly balanceAmount: Float64Array;
  readonly assets: readonly string[];
  /** Names that the market does not know, with the index of the position that says it. */
  readonly unknownInstruments: ReadonlyMap<number, string>;
}

export function sharedFloat64(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * Float64Array.BYTES_PER_ELEMENT));
}

export function sharedFloat32(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

export function sharedUint32(length: number): Uint32Array {
  return new Uint32Array(new SharedArrayBuffer(length * Uint32Array.BYTES_PER_ELEMENT));
}

export function sharedInt32(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

export function sharedUint8(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}
