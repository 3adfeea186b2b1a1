import { fieldPath, isRecord, wrongValue } from './json-error.js';

/** The messages of google.protobuf whose JSON is not an object of their fields. */
export interface WellKnownMapping {
  fromJson(value: unknown, path: string): unknown;
  toJson(message: Record<string, unknown>): unknown;
}

const NANOS_PER_SECOND = 1_000_000_000n;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, the range of a Timestamp. */
const TIMESTAMP_SECONDS_MIN = -62_135_596_800n;
const TIMESTAMP_SECONDS_MAX = 253_402_300_799n;
/** 10,000 years, the range of a Duration. */
const DURATION_SECONDS_MAX = 315_576_000_000n;

const RFC_3339 =
  /^(\d{4}-\d{2}-\d{2})T((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?(Z|[+-]\d{2}:\d{2})$/;
const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;

const timestamp: WellKnownMapping = {
  fromJson(value, path) {
    const [, date, time, fraction = '', zone] = typeof value === 'string' ? (RFC_3339.exec(value) ?? []) : [];
    const ms =
      date === undefined || time === undefined || zone === undefined
        ? NaN
        : Date.parse(`${date}T${time}${zone}`);
    const seconds = Number.isNaN(ms) || !isCalendarDate(date) ? undefined : BigInt(ms) / 1000n;
    if (seconds === undefined || seconds < TIMESTAMP_SECONDS_MIN || seconds > TIMESTAMP_SECONDS_MAX)
      throw wrongValue('a time such as 2026-03-27T08:00:00Z', path, value);
    return { seconds: seconds.toString(), nanos: Number(fraction.padEnd(9, '0')) };
  },
  toJson({ seconds, nanos }) {
    const wholeSeconds = new Date(Number(seconds ?? 0) * 1000).toISOString().slice(0, 19);
    return `${wholeSeconds}${fractionOf(Number(nanos ?? 0))}Z`;
  },
};

/** `Date.parse` moves 30 February to March; the standard refuses it. */
function isCalendarDate(date: string | undefined): boolean {
  const ms = Date.parse(`${date ?? ''}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(date ?? '-');
}

const duration: WellKnownMapping = {
  fromJson(value, path) {
    const [, sign, whole, fraction = ''] = typeof value === 'string' ? (DURATION.exec(value) ?? []) : [];
    if (whole === undefined || BigInt(whole) > DURATION_SECONDS_MAX)
      throw wrongValue('a duration such as 1.5s', path, value);
    const nanos = BigInt(whole) * NANOS_PER_SECOND + BigInt(fraction.padEnd(9, '0'));
    const signed = sign === '-' ? -nanos : nanos;
    return { seconds: (signed / NANOS_PER_SECOND).toString(), nanos: Number(signed % NANOS_PER_SECOND) };
  },
  toJson(message) {
    const seconds = BigInt((message.seconds ?? 0) as string | number);
    const nanos = Number(message.nanos ?? 0);
    const sign = seconds < 0n || nanos < 0 ? '-' : '';
    return `${sign}${String(seconds < 0n ? -seconds : seconds)}${fractionOf(Math.abs(nanos))}s`;
  },
};

/** Nothing, or 3, 6 or 9 digits after the point. */
function fractionOf(nanos: number): string {
  if (nanos === 0) return '';
  const digits = String(nanos).padStart(9, '0');
  return `.${digits.replace(/(000){1,2}$/, '')}`;
}

/** A JSON value as google.protobuf.Value. */
function valueFromJson(value: unknown, path: string): Record<string, unknown> {
  if (value === null) return { nullValue: 0 };
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (Array.isArray(value)) return { listValue: listFromJson(value, path) };
  if (isRecord(value)) return { structValue: structFromJson(value, path) };
  throw wrongValue('a JSON value', path, value);
}

function listFromJson(value: unknown, path: string): Record<string, unknown> {
  if (!Array.isArray(value)) throw wrongValue('an array', path, value);
  return { values: value.map((element, index) => valueFromJson(element, `${path}[${String(index)}]`)) };
}

/** A plain object as google.protobuf.Struct in the loader's form. */
export function structFromJson(value: unknown, path: string): Record<string, unknown> {
  if (!isRecord(value)) throw wrongValue('an object', path, value);
  const fields = Object.entries(value).map(([key, inner]) => [
    key,
    valueFromJson(inner, fieldPath(path, key)),
  ]);
  return { fields: Object.fromEntries(fields) as unknown };
}

function valueToJson(message: Record<string, unknown>, path = ''): unknown {
  const { numberValue, stringValue, boolValue, structValue, listValue } = message;
  if (typeof numberValue === 'number') {
    if (!Number.isFinite(numberValue)) throw wrongValue('a finite number', path, numberValue);
    return numberValue;
  }
  if (stringValue !== undefined) return stringValue;
  if (boolValue !== undefined) return boolValue;
  if (isRecord(structValue)) return structToJson(structValue, path);
  if (isRecord(listValue)) return listToJson(listValue, path);
  return null;
}

function listToJson({ values }: Record<string, unknown>, path = ''): unknown {
  return ((values ?? []) as Record<string, unknown>[]).map((value, index) =>
    valueToJson(value, `${path}[${String(index)}]`),
  );
}

/** google.protobuf.Struct in the loader's form as a plain object; throws `JsonMappingError` with the path of what has no JSON. */
export function structToJson({ fields }: Record<string, unknown>, path = ''): unknown {
  const entries = Object.entries((fields ?? {}) as Record<string, Record<string, unknown>>);
  return Object.fromEntries(entries.map(([key, value]) => [key, valueToJson(value, fieldPath(path, key))]));
}

/** By full name. google.protobuf.Any is in `any.ts`: it needs the mapping of the message inside. */
export const WELL_KNOWN: ReadonlyMap<string, WellKnownMapping> = new Map([
  ['.google.protobuf.Timestamp', timestamp],
  ['.google.protobuf.Duration', duration],
  ['.google.protobuf.Value', { fromJson: valueFromJson, toJson: (message) => valueToJson(message) }],
  ['.google.protobuf.ListValue', { fromJson: listFromJson, toJson: (message) => listToJson(message) }],
  ['.google.protobuf.Struct', { fromJson: structFromJson, toJson: (message) => structToJson(message) }],
]);

/** Whether JSON null is a value of the type and not an absent field. */
export function acceptsNull(typeName: string): boolean {
  return typeName === '.google.protobuf.Value';
}
