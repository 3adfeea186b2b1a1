import { wrongValue } from './json-error.js';

/** Integer types of fixed range. */
const INTEGER_RANGES: ReadonlyMap<string, readonly [bigint, bigint]> = new Map([
  ['int32', [-(2n ** 31n), 2n ** 31n - 1n]],
  ['sint32', [-(2n ** 31n), 2n ** 31n - 1n]],
  ['sfixed32', [-(2n ** 31n), 2n ** 31n - 1n]],
  ['uint32', [0n, 2n ** 32n - 1n]],
  ['fixed32', [0n, 2n ** 32n - 1n]],
  ['int64', [-(2n ** 63n), 2n ** 63n - 1n]],
  ['sint64', [-(2n ** 63n), 2n ** 63n - 1n]],
  ['sfixed64', [-(2n ** 63n), 2n ** 63n - 1n]],
  ['uint64', [0n, 2n ** 64n - 1n]],
  ['fixed64', [0n, 2n ** 64n - 1n]],
]);

const NOT_FINITE = new Map([
  ['NaN', NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const FLOAT_MAX = 3.4028234663852886e38;
const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;

/** A JSON value as the loader's value of a scalar type; throws `JsonMappingError`. */
export function scalarFromJson(type: string, value: unknown, path: string): unknown {
  switch (type) {
    case 'double':
      return doubleFromJson(value, path);
    case 'float': {
      const number = doubleFromJson(value, path);
      if (Number.isFinite(number) && Math.abs(number) > FLOAT_MAX) throw wrongValue('a float', path, value);
      return number;
    }
    case 'bool':
      if (typeof value !== 'boolean') throw wrongValue('true or false', path, value);
      return value;
    case 'string':
      if (typeof value !== 'string') throw wrongValue('a string', path, value);
      return value;
    case 'bytes':
      return bytesFromJson(value, path);
    default:
      return integerFromJson(type, value, path);
  }
}

/** The loader's value of a scalar type as JSON. */
export function scalarToJson(type: string, value: unknown): unknown {
  switch (type) {
    case 'double':
    case 'float':
      return Number.isFinite(value) ? value : String(value);
    case 'bytes':
      return Buffer.from(value as Uint8Array).toString('base64');
    default:
      return type.endsWith('64') ? String(value) : value;
  }
}

/** Value of a field without presence that the wire leaves out. */
export function isDefaultScalar(type: string, value: unknown): boolean {
  if (type === 'bytes') return (value as Uint8Array).length === 0;
  if (type.endsWith('64')) return String(value) === '0';
  // Minus zero is not the default: it travels.
  return value === '' || value === false || Object.is(value, 0);
}

function doubleFromJson(value: unknown, path: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') {
    const notFinite = NOT_FINITE.get(value);
    if (notFinite !== undefined) return notFinite;
    if (JSON_NUMBER.test(value) && Number.isFinite(Number(value))) return Number(value);
  }
  throw wrongValue('a number', path, value);
}

function bytesFromJson(value: unknown, path: string): Buffer {
  if (typeof value !== 'string' || !BASE64.test(value)) throw wrongValue('base64', path, value);
  return Buffer.from(value, 'base64');
}

/** 64-bit integers stay strings, the loader's form of them; smaller ones become numbers. */
function integerFromJson(type: string, value: unknown, path: string): number | string {
  const range = INTEGER_RANGES.get(type);
  if (range === undefined) throw new Error(`no JSON mapping for the type ${type}`);
  const integer = toBigInt(value);
  if (integer === undefined || integer < range[0] || integer > range[1])
    throw wrongValue(`an integer from ${String(range[0])} to ${String(range[1])}`, path, value);
  return type.endsWith('64') ? integer.toString() : Number(integer);
}

function toBigInt(value: unknown): bigint | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== 'string' || !JSON_NUMBER.test(value)) return undefined;
  if (/^-?\d+$/.test(value)) return BigInt(value);
  const number = Number(value);
  return Number.isSafeInteger(number) ? BigInt(number) : undefined;
}
