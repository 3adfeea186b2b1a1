/** Values of a column as the pages of Parquet hold them. */

/** Bits of an index into a dictionary of this many entries. */
export function indexWidth(entries: number): number {
  return Math.max(1, 32 - Math.clz32(Math.max(0, entries - 1)));
}

/** Values that repeat this often are stated once. */
const REPEATS_MIN = 8;

/**
 * Small numbers of `width` bits: what repeats as a run, the rest packed in groups of eight, lowest bits first.
 *
 * @param width at most 24
 */
export function encodeRuns(values: Uint32Array | Uint8Array, width: number): Buffer {
  const count = values.length;
  const out = new RunBytes(Math.ceil((count * width) / 8));
  let packedFrom = 0;
  let at = 0;
  while (at < count) {
    let end = at + 1;
    while (end < count && values[end] === values[at]) end += 1;
    // Packed values come in whole groups: the last of them takes from the run what it lacks.
    const runFrom = at + ((REPEATS_MIN - ((at - packedFrom) % REPEATS_MIN)) % REPEATS_MIN);
    if (end - runFrom >= REPEATS_MIN) {
      if (runFrom > packedFrom) out.packed(values, packedFrom, runFrom, width);
      out.repeated(values[at] ?? 0, end - runFrom, width);
      packedFrom = end;
    }
    at = end;
  }
  if (packedFrom < count) out.packed(values, packedFrom, count, width);
  return out.bytes();
}

/** Bytes that grow as runs are added. */
class RunBytes {
  #memory: Buffer;
  #length = 0;

  constructor(expected: number) {
    this.#memory = Buffer.allocUnsafe(expected + 64);
  }

  bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  repeated(value: number, times: number, width: number): void {
    this.#reserve(10);
    this.#varint(2 * times);
    for (let bits = 0; bits < width; bits += 8) this.#push((value >>> bits) & 0xff);
  }

  /** Of the values `from` to `to`; the last group is filled with zeros. */
  packed(values: Uint32Array | Uint8Array, from: number, to: number, width: number): void {
    const groups = Math.ceil((to - from) / 8);
    this.#reserve(10 + groups * width);
    this.#varint(2 * groups + 1);
    const end = this.#length + groups * width;
    let bits = 0;
    let held = 0;
    for (let at = from; at < to; at += 1) {
      bits |= (values[at] ?? 0) << held;
      for (held += width; held >= 8; held -= 8) {
        this.#push(bits & 0xff);
        bits >>>= 8;
      }
    }
    if (held > 0) this.#push(bits);
    while (this.#length < end) this.#push(0);
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest >= 0x80; rest >>>= 7) this.#push((rest & 0x7f) | 0x80);
    this.#push(rest);
  }

  #push(byte: number): void {
    this.#memory[this.#length] = byte;
    this.#length += 1;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#memory.length) return;
    const grown = Buffer.allocUnsafe(2 * (this.#length + more));
    this.#memory.copy(grown, 0, 0, this.#length);
    this.#memory = grown;
  }
}

/** Which rows have a value: 1 or 0 for each, with the length in front. */
export function encodePresence(rows: number, isPresent: Uint8Array | undefined): Buffer {
  const levels = encodeRuns(isPresent ?? new Uint8Array(rows).fill(1), 1);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(levels.length);
  return Buffer.concat([length, levels]);
}

export interface EncodedTexts {
  readonly bytes: Buffer;
  /** First and last in the order of their bytes; absent where there are none. */
  readonly bounds?: { readonly smallest: Buffer; readonly largest: Buffer };
}

/** Texts one after the other, each behind its length. */
export function encodeTexts(texts: readonly string[]): EncodedTexts {
  const [first] = texts;
  if (first === undefined) return { bytes: Buffer.alloc(0) };
  const lengths = texts.map((own) => Buffer.byteLength(own));
  const bytes = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, 4 * texts.length));
  // Where every text is ASCII its code units are its bytes.
  const isAscii = texts.every((own, index) => own.length === lengths[index]);
  const precedes = isAscii ? precedesInUnits : precedesInBytes;
  let smallest = first;
  let largest = first;
  let at = 0;
  texts.forEach((own, index) => {
    const length = lengths[index] ?? 0;
    bytes.writeUInt32LE(length, at);
    bytes.write(own, at + 4);
    at += 4 + length;
    if (precedes(own, smallest)) smallest = own;
    if (precedes(largest, own)) largest = own;
  });
  return { bytes, bounds: { smallest: Buffer.from(smallest), largest: Buffer.from(largest) } };
}

const precedesInUnits = (a: string, b: string): boolean => a < b;

const precedesInBytes = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

/** Numbers as they are in memory. */
export function encodeNumbers(values: Float64Array | Int32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}
