/** Values of a column as the pages of Parquet hold them. */
import {
  NOT_CODED,
  numberEntriesMax,
  numberSlots,
  packedRunsLength,
  type ColumnPageKernels,
} from '../../kernel/column-pages.js';
import { ThreadMemory } from '../thread-memory.js';
import type { TextTable } from './text-table.js';

/** One column of a group of rows; what it holds is over with the next. */
export interface ColumnPages {
  readonly nulls: number;
  /** Absent where every row says its own value. */
  readonly dictionary?: { readonly bytes: readonly Uint8Array[]; readonly entries: number };
  /** Which rows have a value; then the values, or their entries of the dictionary behind the width of one. */
  readonly data: readonly Uint8Array[];
  /** Of texts: a reader of few accounts skips the groups of all others. */
  readonly bounds?: { readonly smallest: Buffer; readonly largest: Buffer } | undefined;
}

/** Encodes columns one after the other in the same memory. */
export class ColumnEncoder {
  readonly #kernels: ColumnPageKernels;
  readonly #memory = new ThreadMemory();

  constructor(kernels: ColumnPageKernels) {
    this.#kernels = kernels;
  }

  /** @param codes the text of each row; -1 for none */
  texts(codes: Int32Array, table: TextTable): ColumnPages {
    const rows = codes.length;
    const place = this.#memory.integers('place', table.count);
    const allUsed = this.#memory.integers('used', table.count);
    const index = this.#memory.integers('index', rows);
    const present = this.#memory.integers('present', rows);
    const counts = this.#memory.integers('counts', 2);
    const unsigned = new Uint32Array(codes.buffer, codes.byteOffset, rows);
    this.#kernels.codeTexts(rows, unsigned, table.count, place, allUsed, index, present, counts);
    const [entries = 0, kept = 0] = counts;
    const used = allUsed.subarray(0, entries);
    return {
      nulls: rows - kept,
      dictionary: { bytes: table.pieces(used), entries },
      data: [...this.#presence(rows, present), ...this.#indices(kept, index, entries)],
      bounds: table.bounds(used),
    };
  }

  /** A double that is NaN stands for none. */
  doubles(values: Float64Array): ColumnPages {
    const rows = values.length;
    const kept = this.#memory.doubles('kept', rows);
    const present = this.#memory.integers('present', rows);
    const count = this.#kernels.keepNumbers(rows, values, kept, present);
    return this.#numbers(rows, present, kept.subarray(0, count), (numbers) => numbers);
  }

  integers(values: Int32Array): ColumnPages {
    const rows = values.length;
    const numbers = this.#memory.doubles('kept', rows);
    numbers.set(values);
    const present = this.#memory.integers('present', rows).fill(1, 0, rows);
    return this.#numbers(rows, present, numbers.subarray(0, rows), (own) => Int32Array.from(own));
  }

  /** @param stored the numbers as the file holds them */
  #numbers(
    rows: number,
    present: Uint32Array,
    numbers: Float64Array,
    stored: (numbers: Float64Array) => Float64Array | Int32Array,
  ): ColumnPages {
    const count = numbers.length;
    const nulls = rows - count;
    const entry = this.#memory.doubles('entry', numberEntriesMax(count));
    const index = this.#memory.integers('index', count);
    const slots = this.#memory.integers('slots', numberSlots(count));
    const entries = this.#kernels.codeNumbers(count, numbers, entry, index, slots);
    const presence = this.#presence(rows, present);
    if (entries === NOT_CODED) return { nulls, data: [...presence, bytesOf(stored(numbers))] };
    return {
      nulls,
      dictionary: { bytes: [bytesOf(stored(entry.subarray(0, entries)))], entries },
      data: [...presence, ...this.#indices(count, index, entries)],
    };
  }

  /** 1 or 0 for each row as runs, with their length in front. */
  #presence(rows: number, present: Uint32Array): Uint8Array[] {
    const bytes = this.#memory.bytes('presence', packedRunsLength(rows, 1));
    const length = Buffer.alloc(4);
    length.writeUInt32LE(this.#kernels.packRuns(rows, present, 1, bytes));
    return [length, bytes.subarray(0, length.readUInt32LE())];
  }

  #indices(count: number, index: Uint32Array, entries: number): Uint8Array[] {
    const width = indexWidth(entries);
    const bytes = this.#memory.bytes('indices', packedRunsLength(count, width));
    return [Uint8Array.of(width), bytes.subarray(0, this.#kernels.packRuns(count, index, width, bytes))];
  }
}

/** Bits of an index into a dictionary of this many entries. */
function indexWidth(entries: number): number {
  return Math.max(1, 32 - Math.clz32(Math.max(0, entries - 1)));
}

/** Numbers as they are in memory. */
function bytesOf(values: Float64Array | Int32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
