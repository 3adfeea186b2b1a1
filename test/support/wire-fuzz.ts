/** Damage to protobuf bytes, seeded: of the bytes themselves, and of the fields in them with lengths that stay right. */

/** Uniform integers, 0 <= n < limit. */
export type Integers = (limit: number) => number;

/** A field as it stands in bytes, without its schema. */
interface WireField {
  /** Number and wire type. */
  tag: number;
  /** Value of a varint, or the bytes after the tag (and the length) of any other field. */
  value: bigint | Buffer;
  /** The fields inside, where the bytes can be read as a message. */
  children?: WireField[] | undefined;
  /** Added to the length that is written. */
  lengthError?: number;
}

const VARINT = 0;
const FIXED_64 = 1;
const DELIMITED = 2;
const FIXED_32 = 5;

/** Deeper than any reader of messages goes: the limit of protobuf libraries is 100. */
const NESTING_MAX = 5_000;

/** What is added to a length. */
const LENGTH_ERRORS = [1, -1, 100, 2 ** 31, 2 ** 32 - 1, 2 ** 40] as const;
/** No message of the contract is deeper. */
const READ_DEPTH_MAX = 20;
const DOUBLES = [NaN, Infinity, -Infinity, -0, 1e308, -1e308, Number.MIN_VALUE, -1, 0, 1e15] as const;
const VARINTS = [
  0n,
  1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
  2n ** 70n,
];

type Damage = (bytes: Buffer, next: Integers) => Buffer;

const DAMAGES: readonly Damage[] = [
  (bytes) => bytes,
  flipBits,
  (bytes, next) => bytes.subarray(0, next(bytes.length + 1)),
  (bytes, next) => Buffer.concat([bytes, randomBytes(next(20), next)]),
  (_, next) => randomBytes(next(200), next),
  inField((_, next) => ({ lengthError: LENGTH_ERRORS[next(LENGTH_ERRORS.length)] ?? 1 }), DELIMITED),
  inField((_, next) => ({ value: VARINTS[next(VARINTS.length)] ?? 0n }), VARINT),
  inField((_, next) => ({ value: doubleBytes(DOUBLES[next(DOUBLES.length)] ?? NaN) }), FIXED_64),
  inField(({ tag }, next) => ({ tag: (tag & ~7) | next(8) })),
  inField((_, next) => ({ tag: (next(40) << 3) | DELIMITED }), DELIMITED),
  inField((_, next) => ({ value: randomBytes(next(300), next), children: undefined }), DELIMITED),
  inField(({ tag }, next) => ({ value: nested(tag, 1 + next(NESTING_MAX)), children: undefined }), DELIMITED),
  inFields((fields, next) => {
    const copies = Array<WireField>(2 + next(200)).fill(fields[next(fields.length)]!);
    return [...fields, ...copies];
  }),
  inFields((fields, next) => {
    const at = next(fields.length);
    return fields.filter((_, index) => index !== at);
  }),
];

/** Bytes of one message after damage of one to three kinds, some of which change nothing. */
export function damaged(bytes: Buffer, next: Integers): Buffer {
  let result = bytes;
  for (let count = 1 + next(3); count > 0; count -= 1) result = DAMAGES[next(DAMAGES.length)]!(result, next);
  return result;
}

function flipBits(bytes: Buffer, next: Integers): Buffer {
  const flipped = Buffer.from(bytes);
  for (let count = 1 + next(8); count > 0 && flipped.length > 0; count -= 1) {
    const at = next(flipped.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << next(8));
  }
  return flipped;
}

function randomBytes(length: number, next: Integers): Buffer {
  return Buffer.from(Array.from({ length }, () => next(256)));
}

function doubleBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

/** A field in itself in itself, `levels` deep. */
function nested(tag: number, levels: number): Buffer {
  const heads: Buffer[] = [];
  let length = 0;
  for (let level = 0; level < levels; level += 1) {
    const head = Buffer.concat([varint(BigInt(tag)), varint(BigInt(length))]);
    heads.push(head);
    length += head.length;
  }
  return Buffer.concat(heads.reverse());
}

/** Changes one field, of that wire type if there is one, and writes the message again around it. */
function inField(
  change: (field: WireField, next: Integers) => Partial<WireField>,
  wireType?: number,
): Damage {
  return (bytes, next) => {
    const fields = readFields(bytes);
    const all = fields === undefined ? [] : flat(fields);
    const fitting = all.filter(({ tag }) => wireType === undefined || (tag & 7) === wireType);
    if (fields === undefined || fitting.length === 0) return flipBits(bytes, next);
    const field = fitting[next(fitting.length)]!;
    Object.assign(field, change(field, next));
    return writeFields(fields);
  };
}

/** Changes which fields a message, or one inside it, has. */
function inFields(change: (fields: WireField[], next: Integers) => WireField[]): Damage {
  return (bytes, next) => {
    const fields = readFields(bytes);
    if (fields === undefined || fields.length === 0) return flipBits(bytes, next);
    const parents = flat(fields).filter(({ children = [] }) => children.length > 0);
    const parent = parents[next(parents.length + 1)];
    if (parent?.children === undefined) return writeFields(change(fields, next));
    parent.children = change(parent.children, next);
    return writeFields(fields);
  };
}

function flat(fields: readonly WireField[]): WireField[] {
  return fields.flatMap((field) => [field, ...flat(field.children ?? [])]);
}

/** The fields of a message, what lies deeper as bytes; undefined for bytes that are none. */
function readFields(bytes: Buffer, depth = 0): WireField[] | undefined {
  if (depth > READ_DEPTH_MAX) return undefined;
  const fields: WireField[] = [];
  let at = 0;
  const readVarint = (): bigint | undefined => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) return undefined;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < bytes.length) {
    const tag = Number(readVarint() ?? 0n);
    if (tag < 8 || tag >= 2 ** 31) return undefined;
    const wireType = tag & 7;
    if (wireType === VARINT) {
      const value = readVarint();
      if (value === undefined) return undefined;
      fields.push({ tag, value });
      continue;
    }
    const length = { [FIXED_64]: 8, [FIXED_32]: 4, [DELIMITED]: -1 }[wireType];
    if (length === undefined) return undefined;
    const size = length < 0 ? Number(readVarint() ?? -1n) : length;
    if (size < 0 || at + size > bytes.length) return undefined;
    const value = bytes.subarray(at, at + size);
    at += size;
    const children = length < 0 && size > 0 ? readFields(value, depth + 1) : undefined;
    fields.push({ tag, value, ...(children === undefined ? {} : { children }) });
  }
  return fields;
}

function writeFields(fields: readonly WireField[]): Buffer {
  return Buffer.concat(fields.flatMap(writeField));
}

function writeField({ tag, value, children, lengthError = 0 }: WireField): Buffer[] {
  const head = varint(BigInt(tag));
  if (typeof value === 'bigint') return [head, varint(value)];
  const inside = children === undefined ? value : writeFields(children);
  if ((tag & 7) !== DELIMITED) return [head, inside];
  return [head, varint(BigInt(Math.max(0, inside.length + lengthError))), inside];
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
