import protobuf from 'protobufjs';
import { anyFromJson, ANY } from './any.js';
import { fieldPath, isRecord, JsonMappingError, wrongValue } from './json-error.js';
import { oneofOf, protoName } from './reflection.js';
import { scalarFromJson } from './scalars.js';
import { acceptsNull, WELL_KNOWN } from './well-known.js';

/** A JSON value as a message in the loader's form; throws `JsonMappingError`. */
export function messageFromJson(type: protobuf.Type, value: unknown, path: string): unknown {
  const wellKnown = WELL_KNOWN.get(type.fullName);
  if (wellKnown !== undefined) return wellKnown.fromJson(value, path);
  if (type.fullName === ANY) return anyFromJson(value, path, messageFromJson);
  if (!isRecord(value)) throw wrongValue('an object', path, value);
  const message: Record<string, unknown> = {};
  const oneofsSet = new Map<protobuf.OneOf, string>();
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = fieldPath(path, key);
    const field = fieldsByName(type).get(key);
    if (field === undefined) throw unknownField(type, innerPath);
    if (inner === null && !acceptsNull(field.resolvedType?.fullName ?? '')) continue;
    if (Object.hasOwn(message, field.name))
      throw new JsonMappingError(
        innerPath,
        `Expected ${field.name} once but it stands twice, under both of its names`,
      );
    const oneof = oneofOf(field);
    const other = oneof === undefined ? undefined : oneofsSet.get(oneof);
    if (oneof !== undefined && other !== undefined)
      throw new JsonMappingError(
        innerPath,
        `Expected one of ${oneof.oneof.join(', ')} but received ${other} and ${key}`,
      );
    if (oneof !== undefined) oneofsSet.set(oneof, key);
    message[field.name] = fieldFromJson(field, inner, innerPath);
  }
  return message;
}

function fieldFromJson(field: protobuf.Field, value: unknown, path: string): unknown {
  if (field instanceof protobuf.MapField) {
    if (!isRecord(value)) throw wrongValue('an object', path, value);
    const entries = Object.entries(value).map(([key, inner]) => {
      checkMapKey(field, key, path);
      return [key, elementFromJson(field, inner, fieldPath(path, key))];
    });
    return Object.fromEntries(entries) as unknown;
  }
  if (!field.repeated) return elementFromJson(field, value, path);
  if (!Array.isArray(value)) throw wrongValue('an array', path, value);
  return value.map((element, index) => elementFromJson(field, element, `${path}[${String(index)}]`));
}

function checkMapKey(field: protobuf.MapField, key: string, path: string): void {
  if (field.keyType === 'bool' ? key !== 'true' && key !== 'false' : false)
    throw wrongValue('a key that is true or false', path, key);
  if (field.keyType !== 'bool' && field.keyType !== 'string') scalarFromJson(field.keyType, key, path);
}

function elementFromJson(field: protobuf.Field, value: unknown, path: string): unknown {
  const type = field.resolvedType;
  if (type instanceof protobuf.Type) return messageFromJson(type, value, path);
  if (type instanceof protobuf.Enum) return enumFromJson(type, value, path);
  return scalarFromJson(field.type, value, path);
}

function enumFromJson(type: protobuf.Enum, value: unknown, path: string): unknown {
  if (typeof value === 'string' && Object.hasOwn(type.values, value)) return value;
  // Open enums: a number that this schema does not know is kept.
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 2 ** 31)
    return type.valuesById[value] ?? value;
  throw wrongValue(`one of ${Object.keys(type.values).join(', ')}`, path, value);
}

const fieldMaps = new WeakMap<protobuf.Type, ReadonlyMap<string, protobuf.Field>>();

/** Fields by both names that JSON may use: lowerCamelCase and that of the proto file. */
function fieldsByName(type: protobuf.Type): ReadonlyMap<string, protobuf.Field> {
  const known = fieldMaps.get(type);
  if (known !== undefined) return known;
  const fields = new Map(
    type.fieldsArray.flatMap((field) => [[protoName(field), field] as const, [field.name, field] as const]),
  );
  fieldMaps.set(type, fields);
  return fields;
}

function unknownField(type: protobuf.Type, path: string): JsonMappingError {
  const names = type.fieldsArray.map((field) => field.name).join(', ');
  return new JsonMappingError(
    path,
    `Expected a field of ${type.name} (${names === '' ? 'it has none' : names}) but received ${path}`,
  );
}
