import { NAMES_CACHED_MAX } from '../../limits.js';

const SLOT_MASK = NAMES_CACHED_MAX - 1;
const HASH_FACTOR = 31;
const ASCII_END = 0x80;

/**
 * Text of short ASCII names. The names of a market come again in every portfolio, so their text is kept and found by its
 * bytes: making a string costs several times as much as comparing one. A slot holds the name that was read last.
 */
export class NameCache {
  readonly #slots = new Array<string | undefined>(NAMES_CACHED_MAX).fill(undefined);

  /** Undefined for bytes that are not ASCII, which are another's to decode. */
  read(bytes: Buffer, from: number, to: number): string | undefined {
    let hash = to - from;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? ASCII_END;
      if (byte >= ASCII_END) return undefined;
      hash = (Math.imul(hash, HASH_FACTOR) + byte) | 0;
    }
    const slot = (hash ^ (hash >>> 15)) & SLOT_MASK;
    const known = this.#slots[slot];
    if (known !== undefined && isText(known, bytes, from, to)) return known;
    const text = bytes.toString('latin1', from, to);
    this.#slots[slot] = text;
    return text;
  }
}

function isText(text: string, bytes: Buffer, from: number, to: number): boolean {
  const length = to - from;
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) {
    if (text.charCodeAt(i) !== bytes[from + i]) return false;
  }
  return true;
}
