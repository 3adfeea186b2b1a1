/** A snapshot of the book read one entry after the other, so that a large one need not be parsed in one turn. */

/** One entry of a list at the top of a snapshot. */
export interface SnapshotEntry {
  /** Name of the list. */
  readonly list: string;
  readonly value: unknown;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
/** Depth of what lies in a list at the top. */
const ENTRY_DEPTH = 2;

/**
 * The objects in the lists of a JSON object, in their order. Finds where each ends and leaves the rest to `JSON.parse`; what is no list of
 * objects is passed over.
 *
 * @throws {Error} when the bytes end before the object does, or an entry is no JSON.
 */
export function* snapshotEntries(bytes: Uint8Array): Generator<SnapshotEntry> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  let depth = 0;
  let list = '';
  let entryAt = 0;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at] ?? 0;
    if (byte === QUOTE) {
      const end = endOfString(text, at);
      if (depth === 1) list = text.toString('utf8', at + 1, end);
      at = end;
    } else if (OPEN.has(byte)) {
      if (depth === ENTRY_DEPTH) entryAt = at;
      depth += 1;
    } else if (CLOSE.has(byte)) {
      depth -= 1;
      if (depth === ENTRY_DEPTH)
        yield { list, value: JSON.parse(text.toString('utf8', entryAt, at + 1)) as unknown };
    }
  }
  if (depth !== 0) throw new Error('the snapshot ends before its last entry does');
}

/** Place of the quote that ends a string. */
function endOfString(text: Buffer, start: number): number {
  for (let end = text.indexOf(QUOTE, start + 1); end >= 0; end = text.indexOf(QUOTE, end + 1)) {
    let slashes = 0;
    while (text[end - 1 - slashes] === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  throw new Error('the snapshot ends within a string');
}
