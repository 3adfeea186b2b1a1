import protobuf from 'protobufjs';
import { ANY, anyToJson } from './any.js';
import { isRecord } from './json-error.js';
import { hasPresence } from './reflection.js';
import { isDefaultScalar, scalarToJson } from './scalars.js';
import { WELL_KNOWN } from './well-known.js';

export interface ToJsonOptions {
  /** Leaves out zero, empty strings and empty lists of fields without presence, as the wire does. */
  readonly omitDefaults: boolean;
}

/** A message in the loader's form as JSON; fields in the order of their numbers. */
export function messageToJson(type: protobuf.Type, message: unknown, options: ToJsonOptions): unknown {
  const record = isRecord(message) ? message : {};
  const wellKnown = WELL_KNOWN.get(type.fullName);
  if (wellKnown !== undefined) return wellKnown.toJson(record);
  if (type.fullName === ANY) return anyToJson(record, (inner, value) => messageToJson(inner, value, options));
  const json: Record<string, unknown> = {};
  for (const field of [...type.fieldsArray].sort((a, b) => a.id - b.id)) {
    const value = fieldToJson(field, record[field.name], options);
    if (value !== undefined) json[field.name] = value;
  }
  return json;
}

/** undefined for what is left out. */
function fieldToJson(field: protobuf.Field, value: unknown, options: ToJsonOptions): unknown {
  if (field instanceof protobuf.MapField) {
    const entries = Object.entries((value ?? {}) as Record<string, unknown>);
    if (entries.length === 0 && options.omitDefaults) return undefined;
    return Object.fromEntries(entries.map(([key, inner]) => [key, elementToJson(field, inner, options)]));
  }
  if (field.repeated) {
    const list = (value ?? []) as unknown[];
    if (list.length === 0 && options.omitDefaults) return undefined;
    return list.map((element) => elementToJson(field, element, options));
  }
  if (hasPresence(field))
    return value === undefined || value === null ? undefined : elementToJson(field, value, options);
  if (value === undefined || value === null) return options.omitDefaults ? undefined : defaultToJson(field);
  if (options.omitDefaults && isDefault(field, value)) return undefined;
  return elementToJson(field, value, options);
}

function elementToJson(field: protobuf.Field, value: unknown, options: ToJsonOptions): unknown {
  const type = field.resolvedType;
  if (type instanceof protobuf.Type) return messageToJson(type, value, options);
  if (type instanceof protobuf.Enum)
    return typeof value === 'number' ? (type.valuesById[value] ?? value) : value;
  return scalarToJson(field.type, value);
}

function isDefault(field: protobuf.Field, value: unknown): boolean {
  const type = field.resolvedType;
  if (type instanceof protobuf.Enum) return value === 0 || value === type.valuesById[0];
  return isDefaultScalar(field.type, value);
}

function defaultToJson(field: protobuf.Field): unknown {
  if (field.resolvedType instanceof protobuf.Enum) return field.resolvedType.valuesById[0];
  if (field.type === 'string' || field.type === 'bytes') return '';
  if (field.type === 'bool') return false;
  return field.type.endsWith('64') ? '0' : 0;
}
