/** A column of numbers or of numbered texts as few bits: what the pages of a Parquet file hold. */
export interface ColumnPageKernels {
  /**
   * Writes the first `count` numbers of `values`, of `width` bits each, as runs and packed groups of eight, lowest bits first: what
   * repeats at least eight times is stated once ("RLE/bit-packing hybrid", Parquet encodings).
   *
   * @param width 1 to 24
   * @param bytes room for `packedRunsLength`
   * @returns the bytes written
   */
  packRuns(count: number, values: Uint32Array, width: number, bytes: Uint8Array): number;

  /**
   * The numbers among the first `count` of `values`, in order; NaN stands for none.
   *
   * @param present `[count]`: 1 for a number, 0 for none
   * @returns how many there are
   */
  keepNumbers(count: number, values: Float64Array, kept: Float64Array, present: Uint32Array): number;

  /**
   * A dictionary of the first `count` of `values` in the order of first appearance, none of them NaN, and the entry of each.
   *
   * @param entries room for `numberEntriesMax`
   * @param index `[count]`
   * @param slots room for `numberSlots`; scratch memory
   * @returns the entries, or `NOT_CODED` where so many values differ that a dictionary does not pay, or one is -0
   */
  codeNumbers(
    count: number,
    values: Float64Array,
    entries: Float64Array,
    index: Uint32Array,
    slots: Uint32Array,
  ): number;

  /**
   * A dictionary of the texts that stand in a column, in the order of first appearance.
   *
   * @param codes `[count]`: the text of each row, below `textCount`, or `NO_TEXT`
   * @param place `[textCount]`; scratch memory
   * @param used `[textCount]`: the texts in use
   * @param index `[count]`: the entry of each row that has a text, one after the other
   * @param present `[count]`: 1 for a text, 0 for none
   * @param counts `[2]`: texts in use, rows with a text
   */
  codeTexts(
    count: number,
    codes: Uint32Array,
    textCount: number,
    place: Uint32Array,
    used: Uint32Array,
    index: Uint32Array,
    present: Uint32Array,
    counts: Uint32Array,
  ): void;
}

/** Code of a row without a text: -1 in 32 bits. */
export const NO_TEXT = 0xffffffff;

/** What `codeNumbers` answers where there is no dictionary. */
export const NOT_CODED = 0xffffffff;

/** Widest number of `packRuns`. */
export const RUN_WIDTH_MAX = 24;

/** Values that repeat this often are stated once, and packed values come in groups of as many. */
export const RUN_GROUP = 8;

/** A dictionary pays where a value stands in so many rows on average; looked at from so many entries on. */
export const ROWS_PER_ENTRY = 8;
export const ENTRIES_MIN = 4_096;

/** Bytes that `packRuns` writes at most; `packedRunsLength` of `native/kernels/column_pages.h`. */
export function packedRunsLength(count: number, width: number): number {
  return 16 + Math.ceil(count / RUN_GROUP) * (width + 13);
}

export function numberEntriesMax(count: number): number {
  return Math.min(count, Math.max(ENTRIES_MIN, Math.floor(count / ROWS_PER_ENTRY) + 1));
}

export function numberSlots(count: number): number {
  let slots = 2;
  while (slots < 2 * numberEntriesMax(count)) slots *= 2;
  return slots;
}
