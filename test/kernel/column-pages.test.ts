/** Runs and dictionaries of columns: the native kernels against their twin, known bytes, and what is refused. */
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import {
  ENTRIES_MIN,
  NO_TEXT,
  NOT_CODED,
  numberEntriesMax,
  numberSlots,
  packedRunsLength,
} from '../../src/kernel/column-pages.js';
import type { Kernels } from '../../src/kernel/kernels.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE } from './support.js';

function packed(kernels: Kernels, values: Uint32Array, width: number): number[] {
  const bytes = new Uint8Array(packedRunsLength(values.length, width)).fill(0xaa);
  const length = kernels.packRuns(values.length, values, width, bytes);
  expect(bytes.subarray(length).every((byte) => byte === 0xaa)).toBe(true);
  return [...bytes.subarray(0, length)];
}

function coded(kernels: Kernels, values: Float64Array): [entries: number[], index: number[]] | undefined {
  const entries = new Float64Array(numberEntriesMax(values.length));
  const index = new Uint32Array(values.length);
  const count = kernels.codeNumbers(
    values.length,
    values,
    entries,
    index,
    new Uint32Array(numberSlots(values.length)),
  );
  return count === NOT_CODED ? undefined : [[...entries.subarray(0, count)], [...index]];
}

function codedTexts(kernels: Kernels, codes: Uint32Array, texts: number): Record<string, number[]> {
  const [index, present] = [new Uint32Array(codes.length), new Uint32Array(codes.length)];
  const [place, used, counts] = [new Uint32Array(texts), new Uint32Array(texts), new Uint32Array(2)];
  kernels.codeTexts(codes.length, codes, texts, place, used, index, present, counts);
  const [entries = 0, rows = 0] = counts;
  return { used: [...used.subarray(0, entries)], index: [...index.subarray(0, rows)], present: [...present] };
}

function kept(kernels: Kernels, values: Float64Array): [numbers: number[], present: number[]] {
  const [numbers, present] = [new Float64Array(values.length), new Uint32Array(values.length)];
  const count = kernels.keepNumbers(values.length, values, numbers, present);
  return [[...numbers.subarray(0, count)], [...present]];
}

/** Stretches of one value, as columns of accounts have them. */
const runs = (width: number): fc.Arbitrary<Uint32Array> =>
  fc
    .array(fc.tuple(fc.integer({ min: 0, max: 2 ** width - 1 }), fc.integer({ min: 1, max: 40 })), {
      maxLength: 40,
    })
    .map((stretches) =>
      Uint32Array.from(stretches.flatMap(([value, times]) => Array<number>(times).fill(value))),
    );

describe.each(ALL_KERNELS)('on $isa', (kernels) => {
  test('a run is stated once, and what does not repeat is packed', () => {
    // Twice the 20 rows as a varint, then the value; then one group of eight numbers of three bits, lowest first.
    expect(packed(kernels, new Uint32Array(20).fill(5), 3)).toEqual([40, 5]);
    expect(packed(kernels, Uint32Array.of(0, 1, 2, 3, 4, 5, 6, 7), 3)).toEqual([3, 0x88, 0xc6, 0xfa]);
    expect(packed(kernels, new Uint32Array(0), 3)).toEqual([]);
    // 300 as a varint, and a value of two bytes.
    expect(packed(kernels, new Uint32Array(150).fill(0x1234), 13)).toEqual([0xac, 0x02, 0x34, 0x12]);
  });

  test('a dictionary has the values in the order of their appearance', () => {
    expect(coded(kernels, Float64Array.of(3, 1, 3, 0, 1))).toEqual([
      [3, 1, 0],
      [0, 1, 0, 2, 1],
    ]);
    expect(coded(kernels, Float64Array.of(0, -0))).toBeUndefined();
    expect(coded(kernels, new Float64Array(0))).toEqual([[], []]);
  });

  test('a dictionary ends where too many values differ', () => {
    const column = (of: (row: number) => number): Float64Array =>
      Float64Array.from({ length: 50_000 }, (_, row) => of(row));
    expect(
      coded(
        kernels,
        column((row) => row % (ENTRIES_MIN - 1)),
      )?.[0],
    ).toHaveLength(ENTRIES_MIN - 1);
    expect(
      coded(
        kernels,
        column((row) => row % ENTRIES_MIN),
      ),
    ).toBeUndefined();
    // One new value in nine rows pays, one in seven does not.
    expect(
      coded(
        kernels,
        column((row) => Math.floor(row / 9)),
      )?.[0],
    ).toHaveLength(5_556);
    expect(
      coded(
        kernels,
        column((row) => Math.floor(row / 7)),
      ),
    ).toBeUndefined();
  });

  test('texts are numbered as they appear, rows without one left out', () => {
    expect(codedTexts(kernels, Uint32Array.of(4, NO_TEXT, 1, 4), 5)).toEqual({
      used: [4, 1],
      index: [0, 1, 0],
      present: [1, 0, 1, 1],
    });
  });

  test('what does not fit is refused', () => {
    expect(() => codedTexts(kernels, Uint32Array.of(0, 5), 5)).toThrow(
      'Expected a code below 5 for codes[1] but received 5',
    );
    expect(() => kernels.packRuns(8, new Uint32Array(8), 25, new Uint8Array(999))).toThrow('for width');
    expect(() => kernels.packRuns(8, new Uint32Array(8), 0, new Uint8Array(999))).toThrow('for width');
    expect(() => kernels.packRuns(80, new Uint32Array(80), 8, new Uint8Array(80))).toThrow('for bytes');
    expect(() => kernels.packRuns(80, new Uint32Array(79), 8, new Uint8Array(999))).toThrow('for values');
    expect(() =>
      kernels.codeNumbers(
        9,
        new Float64Array(9),
        new Float64Array(9),
        new Uint32Array(9),
        new Uint32Array(16),
      ),
    ).toThrow('for slots');
    expect(() =>
      kernels.keepNumbers(9, new Float64Array(9), new Float64Array(8), new Uint32Array(9)),
    ).toThrow('for kept');
  });
});

describe.each(NATIVE_KERNELS)('as the twin does on $isa', (kernels) => {
  property.prop([
    fc.integer({ min: 1, max: 24 }).chain((width) => fc.tuple(fc.constant(width), runs(width))),
  ])('runs', ([width, values]) => {
    expect(packed(kernels, values, width)).toEqual(packed(REFERENCE, values, width));
  });

  property.prop([
    fc.array(fc.oneof(fc.constantFrom(0, 1, 2.5, Infinity, 5e-324), fc.double({ noNaN: true })), {
      maxLength: 300,
    }),
  ])('dictionaries of numbers', (numbers) => {
    const values = Float64Array.from(numbers);
    expect(coded(kernels, values)).toEqual(coded(REFERENCE, values));
  });

  test('long dictionaries of numbers', () => {
    for (const rowsPerValue of [6, 8, 9, 30]) {
      const values = Float64Array.from({ length: 50_000 }, (_, row) =>
        Math.sqrt(Math.floor(row / rowsPerValue)),
      );
      expect(coded(kernels, values)).toEqual(coded(REFERENCE, values));
    }
  });

  property.prop([fc.array(fc.oneof(fc.constant(NO_TEXT), fc.nat({ max: 30 })), { maxLength: 200 })])(
    'texts',
    (codes) => {
      const values = Uint32Array.from(codes);
      expect(codedTexts(kernels, values, 31)).toEqual(codedTexts(REFERENCE, values, 31));
    },
  );

  property.prop([fc.array(fc.oneof(fc.constant(NaN), fc.double()), { maxLength: 100 })])(
    'numbers that are there',
    (numbers) => {
      const values = Float64Array.from(numbers);
      expect(kept(kernels, values)).toEqual(kept(REFERENCE, values));
    },
  );
});
