/** Values of the compact protocol to bytes and back; bytes of numbers by its specification. */
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import {
  decodeThrift,
  encodeThrift,
  i64,
  list,
  struct,
  text,
  type Thrift,
  type ThriftStruct,
} from '../../src/batch/output/thrift.js';

const { value } = fc.letrec<{ value: Thrift; structure: ThriftStruct }>((tie) => ({
  structure: fc
    .dictionary(fc.integer({ min: 1, max: 40 }).map(String), tie('value'), { maxKeys: 6 })
    .map((fields) =>
      struct(Object.fromEntries(Object.entries(fields).map(([key, own]) => [Number(key), own]))),
    ),
  value: fc.oneof(
    { maxDepth: 3 },
    fc.boolean().map((value): Thrift => ({ kind: 'bool', value })),
    fc.integer({ min: -128, max: 127 }).map((value): Thrift => ({ kind: 'byte', value })),
    fc.integer({ min: -32_768, max: 32_767 }).map((value): Thrift => ({ kind: 'i16', value })),
    fc.integer().map((value): Thrift => ({ kind: 'i32', value })),
    fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(i64),
    fc.double({ noNaN: true }).map((value): Thrift => ({ kind: 'double', value })),
    fc.string({ unit: 'binary', maxLength: 200 }).map(text),
    fc
      .array(fc.bigInt({ min: -(2n ** 33n), max: 2n ** 33n }).map(i64), { maxLength: 20 })
      .map((items) => list('i64', items)),
    tie('structure'),
  ),
}));

test.prop([fc.array(value, { maxLength: 8 })])('values are read back as they were written', (values) => {
  const written = struct(Object.fromEntries(values.map((value, at) => [20 * at + 1, value])));
  expect(decodeThrift(encodeThrift(written))).toEqual(written);
});

test.each<[number | bigint, readonly number[]]>([
  [0, [0]],
  [-1, [1]],
  [1, [2]],
  [300, [0xd8, 0x04]],
  [2 ** 30 - 1, [0xfe, 0xff, 0xff, 0xff, 0x07]],
  [2 ** 30, [0x80, 0x80, 0x80, 0x80, 0x08]],
  [-(2n ** 63n), [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
])('%d has its sign at the lowest bit and seven bits a byte', (value, bytes) => {
  expect([...encodeThrift(struct({ 1: i64(value) }))]).toEqual([0x16, ...bytes, 0]);
});
