/** Random messages of any type of the schema, in the loader's form. */
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { typeUrlOf } from '../../src/wire/json/any.js';
import { messageType, oneofOf } from '../../src/wire/json/reflection.js';
import { codec } from '../../src/wire/schema.js';

const name = fc.string({ maxLength: 12, unit: 'grapheme' });
const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

/** By type of the proto file. */
export type Scalars = ReadonlyMap<string, fc.Arbitrary<unknown>>;

export const SCALARS: Scalars = new Map<string, fc.Arbitrary<unknown>>([
  ['double', fc.double()],
  ['string', name],
  ['bool', fc.boolean()],
  ['bytes', fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes))],
  ['int32', int32],
  ['uint32', fc.integer({ min: 0, max: 2 ** 32 - 1 })],
  ['int64', fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)],
  ['uint64', uint64],
  ['fixed64', uint64],
]);

const WELL_KNOWN = new Map<string, fc.Arbitrary<unknown>>([
  [
    '.google.protobuf.Timestamp',
    fc.record({
      seconds: fc.bigInt({ min: -62_135_596_800n, max: 253_402_300_799n }).map(String),
      nanos: fc.oneof(fc.constant(0), fc.constant(500_000_000), fc.integer({ min: 0, max: 999_999_999 })),
    }),
  ],
  [
    '.google.protobuf.Duration',
    fc
      .tuple(
        fc.bigInt({ min: 0n, max: 315_576_000_000n }),
        fc.integer({ min: 0, max: 999_999_999 }),
        fc.boolean(),
      )
      .map(([seconds, nanos, isNegative]) => ({
        seconds: String(isNegative ? -seconds : seconds),
        nanos: isNegative && nanos > 0 ? -nanos : nanos,
      })),
  ],
  [
    '.google.protobuf.Any',
    // Empty strings are left out: writing them is allowed and not canonical, and these bytes are compared.
    fc.record({ reason: name.filter(Boolean), domain: name.filter(Boolean) }).map((info) => ({
      type_url: typeUrlOf('google.rpc.ErrorInfo'),
      value: codec('google.rpc.ErrorInfo').encode(info),
    })),
  ],
]);

const structValue = fc.letrec<{ value: unknown; struct: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    finite.map((numberValue) => ({ numberValue })),
    name.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.constant({ nullValue: 0 }),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => ({ listValue: { values } })),
    tie('struct').map((value) => ({ structValue: value })),
  ),
  struct: fc
    .dictionary(name, tie('value'), { maxKeys: 3, noNullPrototype: true })
    .map((fields) => ({ fields })),
}));
WELL_KNOWN.set('.google.protobuf.Struct', structValue.struct);

/** Messages nest at most `depth` deep; each field is present or not by chance. */
export function arbitraryMessage(
  typeName: string,
  depth = 4,
  scalars = SCALARS,
): fc.Arbitrary<Record<string, unknown>> {
  return messageOf(messageType(typeName), depth, scalars) as fc.Arbitrary<Record<string, unknown>>;
}

function messageOf(type: protobuf.Type, depth: number, scalars: Scalars): fc.Arbitrary<unknown> {
  const wellKnown = WELL_KNOWN.get(type.fullName);
  if (wellKnown !== undefined) return wellKnown;
  const usable = type.fieldsArray.filter(
    (field) => depth > 0 || !(field.resolvedType instanceof protobuf.Type),
  );
  const plain = usable.filter((field) => oneofOf(field) === undefined);
  const record = fc.record(
    Object.fromEntries(plain.map((field) => [field.name, fieldOf(field, depth, scalars)])),
    {
      requiredKeys: [],
      noNullPrototype: true,
    },
  );
  const choices = type.oneofsArray
    .filter((oneof) => !oneof.isProto3Optional)
    .map((oneof) => {
      const members = usable.filter((field) => field.partOf === oneof);
      return fc.oneof(
        fc.constant({}),
        ...members.map((field) => fieldOf(field, depth, scalars).map((value) => ({ [field.name]: value }))),
      );
    });
  return fc.tuple(record, ...choices).map((parts): unknown => Object.assign({}, ...parts));
}

function fieldOf(field: protobuf.Field, depth: number, scalars: Scalars): fc.Arbitrary<unknown> {
  const element = elementOf(field, depth, scalars);
  if (field instanceof protobuf.MapField)
    return fc.dictionary(name, element, { maxKeys: 2, noNullPrototype: true });
  return field.repeated ? fc.array(element, { maxLength: 3 }) : element;
}

function elementOf(field: protobuf.Field, depth: number, scalars: Scalars): fc.Arbitrary<unknown> {
  const type = field.resolvedType;
  if (type instanceof protobuf.Type) return messageOf(type, depth - 1, scalars);
  if (type instanceof protobuf.Enum) return fc.constantFrom(...Object.keys(type.values));
  const scalar = scalars.get(field.type);
  if (scalar === undefined) throw new Error(`no arbitrary for ${field.type}`);
  return scalar;
}
