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

/**
 * target[at...] = a[aAt...] + b[bAt...] for `assets` sums. Throws `SumRangeError` where a sum leaves [0, 2^127); the views may be
 * over the same memory, the places may not overlap.
 */
export function addSums(target: DataView, at: number, a: number, b: number, assets: number): void {
  for (let asset = 0; asset < assets; asset++) {
    let carry = 0;
    for (let word = SUM_BYTES - 4; word >= 0; word -= 4) {
      const offset = asset * SUM_BYTES + word;
      const sum = target.getUint32(a + offset) + target.getUint32(b + offset) + carry;
      target.setUint32(at + offset, sum);
      carry = sum > 0xffff_ffff ? 1 : 0;
    }
    if (carry !== 0 || target.getUint8(at + asset * SUM_BYTES) >= 0x80)
      throw new SumRangeError(`the sum of asset ${String(asset)}`, '2^127 or more');
  }
}
