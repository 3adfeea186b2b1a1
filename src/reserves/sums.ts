/**
 * Sums of several assets as bytes: one unsigned 128-bit big-endian integer per asset, in the order of the header. Bytes are what
 * is hashed, so that a tree of a million accounts adds and hashes without a conversion in between.
 */
export const SUM_BYTES = 16;

/** Every sum is below this: the sum of two of them never wraps around 128 bits unseen. */
export const SUM_LIMIT = 1n << 127n;

/** A sum that is negative or at least `SUM_LIMIT`. */
export class SumRangeError extends RangeError {
  override readonly name = 'SumRangeError';

  constructor(what: string, received: string) {
    super(`Expected an integer from 0 to 2^127 - 1 for ${what} but received ${received}`);
  }
}

/** `units` as bytes, 16 per asset. Throws `SumRangeError` outside [0, 2^127). */
export function encodeSums(units: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(units.length * SUM_BYTES);
  units.forEach((value, asset) => {
    if (!(value >= 0n && value < SUM_LIMIT)) throw new SumRangeError(`units[${asset}]`, value.toString());
    bytes.writeBigUInt64BE(value >> 64n, asset * SUM_BYTES);
    bytes.writeBigUInt64BE(value & 0xffff_ffff_ffff_ffffn, asset * SUM_BYTES + 8);
  });
  return bytes;
}

/** The integers behind `bytes`, one per asset. */
export function decodeSums(bytes: Uint8Array): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from(
    { length: bytes.length / SUM_BYTES },
    (_, asset) => (view.getBigUint64(asset * SUM_BYTES) << 64n) | view.getBigUint64(asset * SUM_BYTES + 8),
  );
}
