/**
 * Texts by number, each as its bytes behind their length: the dictionary of a Parquet column holds them like that, so that names that
 * stand in many columns and files become bytes once.
 */
export class TextTable {
  /** All texts one after the other, each behind its length in four bytes. */
  readonly bytes: Buffer;
  /** Where each text begins, and where the last one ends: `[count + 1]`. */
  readonly #offsets: Uint32Array;

  readonly #isAscending: boolean;

  private constructor(bytes: Buffer, offsets: Uint32Array, isAscending: boolean) {
    this.bytes = bytes;
    this.#offsets = offsets;
    this.#isAscending = isAscending;
  }

  static of(texts: readonly string[]): TextTable {
    const lengths = Uint32Array.from(texts, (own) => Buffer.byteLength(own));
    return TextTable.fromJoined(texts.join(''), lengths, false);
  }

  /**
   * @param joined all texts one after the other
   * @param lengths bytes of each in UTF-8
   * @param isAscending whether the texts are known to be in the order of their bytes
   */
  static fromJoined(joined: string, lengths: Uint32Array, isAscending: boolean): TextTable {
    const content = Buffer.from(joined);
    const bytes = Buffer.allocUnsafe(content.length + LENGTH_BYTES * lengths.length);
    const offsets = new Uint32Array(lengths.length + 1);
    const expected = lengths.reduce((sum, length) => sum + length, 0);
    if (expected !== content.length)
      throw new RangeError(
        `expected ${String(expected)} bytes of texts but received ${String(content.length)}`,
      );
    putBehindLengths(content, lengths, bytes, offsets);
    return new TextTable(bytes, offsets, isAscending);
  }

  get count(): number {
    return this.#offsets.length - 1;
  }

  /** The bytes of one text, without its length. */
  text(at: number): Buffer {
    return this.bytes.subarray((this.#offsets[at] ?? 0) + LENGTH_BYTES, this.#offsets[at + 1]);
  }

  /** The texts `used` in their order, as bytes behind their lengths; those that follow each other here go as one piece. */
  pieces(used: Uint32Array): Buffer[] {
    const found: Buffer[] = [];
    for (let from = 0; from < used.length;) {
      let end = from + 1;
      while (end < used.length && used[end] === (used[end - 1] ?? 0) + 1) end += 1;
      const last = used[end - 1] ?? 0;
      found.push(this.bytes.subarray(this.#offsets[used[from] ?? 0], this.#offsets[last + 1]));
      from = end;
    }
    return found;
  }

  /** First and last of `used` in the order of their bytes; none where it is empty. */
  bounds(used: Uint32Array): { readonly smallest: Buffer; readonly largest: Buffer } | undefined {
    const [first] = used;
    if (first === undefined) return undefined;
    if (this.#isAscending) {
      const [low, high] = extremes(used);
      return { smallest: this.text(low), largest: this.text(high) };
    }
    let smallest = this.text(first);
    let largest = smallest;
    for (let at = 1; at < used.length; at += 1) {
      const own = this.text(used[at] ?? 0);
      if (Buffer.compare(own, smallest) < 0) smallest = own;
      else if (Buffer.compare(own, largest) > 0) largest = own;
    }
    return { smallest, largest };
  }
}

const LENGTH_BYTES = 4;

/** Byte by byte: names are short, and a call for each costs more. */
function putBehindLengths(
  content: Uint8Array,
  lengths: Uint32Array,
  bytes: Uint8Array,
  offsets: Uint32Array,
): void {
  let from = 0;
  let at = 0;
  for (let text = 0; text < lengths.length; text += 1) {
    const length = lengths[text] ?? 0;
    for (let shift = 0; shift < 32; shift += 8) bytes[at++] = length >>> shift;
    for (const end = from + length; from < end; from += 1) bytes[at++] = content[from] ?? 0;
    offsets[text + 1] = at;
  }
}

function extremes(numbers: Uint32Array): readonly [low: number, high: number] {
  let low = Infinity;
  let high = 0;
  for (let at = 0; at < numbers.length; at += 1) {
    const own = numbers[at] ?? 0;
    low = Math.min(low, own);
    high = Math.max(high, own);
  }
  return [low, high];
}
