import {
  ENTRIES_MIN,
  NO_TEXT,
  NOT_CODED,
  numberEntriesMax,
  numberSlots,
  packedRunsLength,
  ROWS_PER_ENTRY,
  RUN_GROUP,
  RUN_WIDTH_MAX,
  type ColumnPageKernels,
} from '../column-pages.js';
import { entry, requireLength } from './checks.js';

/** Columns as pages, textbook loops over growing lists. */
export const columnPages: ColumnPageKernels = { packRuns, keepNumbers, codeNumbers, codeTexts };

function packRuns(count: number, values: Uint32Array, width: number, bytes: Uint8Array): number {
  if (!(width >= 1 && width <= RUN_WIDTH_MAX))
    throw new RangeError(
      `Expected an integer in [1, ${RUN_WIDTH_MAX}] for width but received ${width} of type number`,
    );
  requireLength('values', values, count);
  requireLength('bytes', bytes, packedRunsLength(count, width));
  const out: number[] = [];
  let packedFrom = 0;
  for (let at = 0, end = 0; at < count; at = end) {
    while (end < count && values[end] === values[at]) end += 1;
    // Packed values come in whole groups: the last of them takes from the run what it lacks.
    const lacking = (RUN_GROUP - ((at - packedFrom) % RUN_GROUP)) % RUN_GROUP;
    if (end - at - lacking < RUN_GROUP) continue;
    pushPacked(values.subarray(packedFrom, at + lacking), width, out);
    pushNumber(2 * (end - at - lacking), out);
    pushBytes(entry(values, at), Math.ceil(width / 8), out);
    packedFrom = end;
  }
  pushPacked(values.subarray(packedFrom, count), width, out);
  bytes.set(out);
  return out.length;
}

/** Groups of eight, the last filled up with zeros. */
function pushPacked(values: Uint32Array, width: number, out: number[]): void {
  const groups = Math.ceil(values.length / RUN_GROUP);
  if (groups === 0) return;
  pushNumber(2 * groups + 1, out);
  for (let group = 0; group < groups; group += 1) {
    let bits = 0n;
    for (let at = 0; at < RUN_GROUP; at += 1)
      bits |= BigInt(values[group * RUN_GROUP + at] ?? 0) << BigInt(at * width);
    for (let byte = 0; byte < width; byte += 1) out.push(Number((bits >> BigInt(8 * byte)) & 0xffn));
  }
}

/** Seven bits a byte, lowest first. */
function pushNumber(value: number, out: number[]): void {
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) out.push((rest & 0x7f) | 0x80);
  out.push(rest);
}

function pushBytes(value: number, count: number, out: number[]): void {
  for (let at = 0; at < count; at += 1) out.push((value >>> (8 * at)) & 0xff);
}

function keepNumbers(count: number, values: Float64Array, kept: Float64Array, present: Uint32Array): number {
  for (const [name, column] of Object.entries({ values, kept, present })) requireLength(name, column, count);
  const numbers = values.subarray(0, count).filter((value) => !Number.isNaN(value));
  kept.set(numbers);
  for (let row = 0; row < count; row += 1) present[row] = Number.isNaN(entry(values, row)) ? 0 : 1;
  return numbers.length;
}

function codeNumbers(
  count: number,
  values: Float64Array,
  entries: Float64Array,
  index: Uint32Array,
  slots: Uint32Array,
): number {
  requireLength('values', values, count);
  requireLength('entries', entries, numberEntriesMax(count));
  requireLength('index', index, count);
  requireLength('slots', slots, numberSlots(count));
  const places = new Map<number, number>();
  for (let row = 0; row < count; row += 1) {
    const value = entry(values, row);
    if (places.size >= ENTRIES_MIN && places.size * ROWS_PER_ENTRY > row) return NOT_CODED;
    // The map takes -0 for 0, which are different bits.
    if (Object.is(value, -0)) return NOT_CODED;
    const place = places.get(value) ?? places.size;
    places.set(value, place);
    index[row] = place;
  }
  entries.set([...places.keys()]);
  return places.size;
}

function codeTexts(
  count: number,
  codes: Uint32Array,
  textCount: number,
  place: Uint32Array,
  used: Uint32Array,
  index: Uint32Array,
  present: Uint32Array,
  counts: Uint32Array,
): void {
  for (const [name, column] of Object.entries({ codes, index, present })) requireLength(name, column, count);
  for (const [name, column] of Object.entries({ place, used })) requireLength(name, column, textCount);
  requireLength('counts', counts, 2);
  const places = new Map<number, number>();
  let rows = 0;
  for (let row = 0; row < count; row += 1) {
    const code = entry(codes, row);
    present[row] = code === NO_TEXT ? 0 : 1;
    if (code === NO_TEXT) continue;
    if (code >= textCount)
      throw new RangeError(
        `Expected a code below ${textCount} for codes[${row}] but received ${code} of type number`,
      );
    const own = places.get(code) ?? places.size;
    places.set(code, own);
    index[rows] = own;
    rows += 1;
  }
  used.set([...places.keys()]);
  counts.set([places.size, rows]);
}
