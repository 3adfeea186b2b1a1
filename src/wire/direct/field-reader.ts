const CONTINUES = 0x80;
const LENGTH_BYTES_MAX = 4;

/** Finds fields of a message that carry their length, behind tags of one byte. */
export class FieldReader {
  /** Where the value begins that was found last. */
  start = 0;

  constructor(private readonly bytes: Buffer) {}

  /** Where the value ends whose tag stands at `tagAt`; -1 for a length of more than four bytes and an end beyond the bytes. */
  endOf(tagAt: number): number {
    const { bytes } = this;
    let at = tagAt + 1;
    let length = 0;
    let shift = 0;
    let byte = CONTINUES;
    while (byte >= CONTINUES) {
      if (shift === 7 * LENGTH_BYTES_MAX) return -1;
      byte = bytes[at++] ?? CONTINUES;
      length |= (byte & (CONTINUES - 1)) << shift;
      shift += 7;
    }
    this.start = at;
    return at + length > bytes.length ? -1 : at + length;
  }
}
