/** Every column begins on a cache line, so that two columns share none and wide loads do not straddle. */
const COLUMN_ALIGNMENT = 64;

/** Hands out columns one after the other from one buffer, or only measures when it has none. */
export class ColumnAllocator {
  byteLength = 0;

  constructor(private readonly buffer?: SharedArrayBuffer) {}

  float64(length: number): Float64Array {
    const offset = this.take(length * Float64Array.BYTES_PER_ELEMENT);
    return this.buffer ? new Float64Array(this.buffer, offset, length) : new Float64Array();
  }

  uint32(length: number): Uint32Array {
    const offset = this.take(length * Uint32Array.BYTES_PER_ELEMENT);
    return this.buffer ? new Uint32Array(this.buffer, offset, length) : new Uint32Array();
  }

  int32(length: number): Int32Array {
    const offset = this.take(length * Int32Array.BYTES_PER_ELEMENT);
    return this.buffer ? new Int32Array(this.buffer, offset, length) : new Int32Array();
  }

  uint8(length: number): Uint8Array {
    const offset = this.take(length);
    return this.buffer ? new Uint8Array(this.buffer, offset, length) : new Uint8Array();
  }

  private take(bytes: number): number {
    const offset = this.byteLength;
    this.byteLength += Math.ceil(bytes / COLUMN_ALIGNMENT) * COLUMN_ALIGNMENT;
    return offset;
  }
}
