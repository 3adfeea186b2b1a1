import type { Long } from '@grpc/proto-loader';
import type { Failure } from '../../domain/outcome.js';
import { expected } from '../../domain/outcome.js';
import type { Duration } from '../../gen/google/protobuf/Duration.js';
import type { Timestamp } from '../../gen/google/protobuf/Timestamp.js';
import { MILLISECONDS_PER_SECOND } from '../../domain/time.js';

/** A message whose structure is not what the domain needs; caught where a conversion is entered. */
export class ConversionError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
    this.name = 'ConversionError';
  }
}

const NANOS_PER_MILLISECOND = 1_000_000;

/** A number of the loader's permissive types; undefined stays undefined. */
export function optionalNumber(value: number | string | undefined | null): number | undefined {
  return value === undefined || value === null ? undefined : Number(value);
}

/** A number whose absence is no zero. */
export function requiredNumber(value: number | string | undefined | null, field: string): number {
  if (value === undefined || value === null) throw missing(field);
  return Number(value);
}

/** A 64-bit integer as a number, exact up to 2^53. */
export function integer(value: number | string | Long | undefined | null): number {
  return value === undefined || value === null ? 0 : Number(value.toString());
}

/** Milliseconds since the Unix epoch; the part below a millisecond is dropped. */
export function requiredTimeMs(time: Timestamp | undefined | null, field: string): number {
  if (time === undefined || time === null) throw missing(field);
  return timeMs(time);
}

function timeMs({ seconds, nanos }: Timestamp): number {
  return integer(seconds) * MILLISECONDS_PER_SECOND + Math.floor((nanos ?? 0) / NANOS_PER_MILLISECOND);
}

/** Milliseconds of a wait, rounded up: who waits that long has waited long enough. */
export function waitMs({ seconds, nanos }: Duration): number {
  return integer(seconds) * MILLISECONDS_PER_SECOND + Math.ceil((nanos ?? 0) / NANOS_PER_MILLISECOND);
}

export function timestampOf(ms: number): Timestamp {
  const { seconds, nanos } = timestampParts(ms);
  return { seconds: String(seconds), nanos };
}

/** Whole seconds since the Unix epoch and the nanoseconds from there on, >= 0. */
export function timestampParts(ms: number): { readonly seconds: number; readonly nanos: number } {
  const seconds = Math.floor(ms / MILLISECONDS_PER_SECOND);
  return { seconds, nanos: Math.round((ms - seconds * MILLISECONDS_PER_SECOND) * NANOS_PER_MILLISECOND) };
}

/**
 * `INSTRUMENT_KIND_OPTION` as `OPTION`: the word of the domain is the name of the enum value without its prefix. Unset and
 * unknown values are failures.
 */
export function requiredWord<Word extends string>(
  words: readonly Word[],
  prefix: string,
  value: string | number | undefined,
  field: string,
): Word {
  if (value === undefined || value === 0 || value === `${prefix}_UNSPECIFIED`) throw missing(field);
  const word = words.find((candidate) => `${prefix}_${candidate}` === value);
  if (word === undefined) {
    const names = words.map((candidate) => `${prefix}_${candidate}`).join(', ');
    throw new ConversionError({
      reason: 'INVALID_VALUE',
      field,
      message: expected(`one of ${names}`, field, value),
    });
  }
  return word;
}

export function missing(field: string): ConversionError {
  return new ConversionError({
    reason: 'MISSING_FIELD',
    field,
    message: expected('a value', field, undefined),
  });
}
