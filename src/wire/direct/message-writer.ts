/** First size of the writer's memory: a report without vectors is below 1 kB. */
const INITIAL_BYTES = 4_096;

/** Longest form of a varint of 64 bits. */
const VARINT_BYTES_MAX = 10;

/** Names up to this length are written byte by byte, which is faster than a call into the runtime. */
const SHORT_TEXT_LENGTH_MAX = 128;

/** Bytes that one UTF-16 unit takes at most in UTF-8. */
const UTF8_BYTES_PER_UNIT_MAX = 3;

const CONTINUES = 0x80;
const TWO_TO_28 = 2 ** 28;

const WIRE_TYPE = { VARINT: 0, FIXED64: 1, LENGTH_DELIMITED: 2 } as const;

/**
 * Writes fields of a protobuf message one after the other into memory that is reused from message to message. Every field
 * that is asked for is written, 0 and empty text included; absent fields are the caller's to leave out.
 */
export class MessageWriter {
  #bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** Starts anew. */
  reset(): void {
    this.#at = 0;
  }

  /** A copy of what was written. */
  finish(): Buffer {
    const copy = Buffer.allocUnsafe(this.#at);
    this.#bytes.copy(copy, 0, 0, this.#at);
    return copy;
  }

  double(field: number, value: number): void {
    this.#reserve(2 * VARINT_BYTES_MAX);
    this.#tag(field, WIRE_TYPE.FIXED64);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += Float64Array.BYTES_PER_ELEMENT;
  }

  /** `uint32`, enums, and 64-bit integers that a double holds exactly; `value` is an integer, negative only for `int64`. */
  integer(field: number, value: number): void {
    this.#reserve(2 * VARINT_BYTES_MAX);
    this.#tag(field, WIRE_TYPE.VARINT);
    this.#varint(value);
  }

  text(field: number, value: string): void {
    this.#reserve(2 * VARINT_BYTES_MAX + value.length * UTF8_BYTES_PER_UNIT_MAX);
    this.#tag(field, WIRE_TYPE.LENGTH_DELIMITED);
    if (value.length > SHORT_TEXT_LENGTH_MAX || !this.#writeShortAscii(value)) this.#writeUtf8(value);
  }

  /** A packed list; nothing for an empty one. */
  doubles(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    const byteLength = values.length * Float64Array.BYTES_PER_ELEMENT;
    this.#reserve(2 * VARINT_BYTES_MAX + byteLength);
    this.#tag(field, WIRE_TYPE.LENGTH_DELIMITED);
    this.#varint(byteLength);
    for (const value of values) {
      this.#view.setFloat64(this.#at, value, true);
      this.#at += Float64Array.BYTES_PER_ELEMENT;
    }
  }

  /** Begins a submessage; what follows belongs to it until `end` of the place that this returns. */
  begin(field: number): number {
    this.#reserve(2 * VARINT_BYTES_MAX);
    this.#tag(field, WIRE_TYPE.LENGTH_DELIMITED);
    // Most submessages are below 128 bytes, whose length takes one byte.
    this.#at += 1;
    return this.#at;
  }

  end(begun: number): void {
    const length = this.#at - begun;
    if (length < CONTINUES) {
      this.#bytes[begun - 1] = length;
      return;
    }
    const extraBytes = varintBytes(length) - 1;
    this.#reserve(extraBytes);
    this.#bytes.copyWithin(begun + extraBytes, begun, begun + length);
    this.#at = begun - 1;
    this.#varint(length);
    this.#at += length;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number): void {
    if (value < 0) {
      this.#negativeVarint(BigInt.asUintN(64, BigInt(value)));
      return;
    }
    let rest = value;
    // Bit operations see 32 bits only.
    while (rest >= TWO_TO_28) {
      this.#bytes[this.#at++] = (rest % CONTINUES) + CONTINUES;
      rest = Math.floor(rest / CONTINUES);
    }
    while (rest >= CONTINUES) {
      this.#bytes[this.#at++] = (rest & (CONTINUES - 1)) | CONTINUES;
      rest >>>= 7;
    }
    this.#bytes[this.#at++] = rest;
  }

  #negativeVarint(value: bigint): void {
    let rest = value;
    while (rest >= 0x80n) {
      this.#bytes[this.#at++] = Number(rest & 0x7fn) | CONTINUES;
      rest >>= 7n;
    }
    this.#bytes[this.#at++] = Number(rest);
  }

  /** False, with nothing written, for text that is not ASCII. */
  #writeShortAscii(value: string): boolean {
    const bytes = this.#bytes;
    const { length } = value;
    const first = this.#at + varintBytes(length);
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code >= CONTINUES) return false;
      bytes[first + i] = code;
    }
    this.#varint(length);
    this.#at += length;
    return true;
  }

  #writeUtf8(value: string): void {
    const byteLength = Buffer.byteLength(value);
    this.#varint(byteLength);
    this.#bytes.write(value, this.#at);
    this.#at += byteLength;
  }

  #reserve(byteLength: number): void {
    const needed = this.#at + byteLength;
    if (needed <= this.#bytes.length) return;
    let size = this.#bytes.length;
    while (size < needed) size *= 2;
    const grown = Buffer.allocUnsafeSlow(size);
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= CONTINUES; rest = Math.floor(rest / CONTINUES)) bytes++;
  return bytes;
}
