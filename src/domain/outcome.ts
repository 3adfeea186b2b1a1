/**
 * A calculation that cannot answer says why, as a value. `FailureReason` is a closed list: it is the same list as the
 * enum `FailureReason` of the proto, and a test keeps them equal.
 */
export const FAILURE_REASONS = [
  /** A number is not finite, has the wrong sign or lies outside its stated range. */
  'INVALID_VALUE',
  /** A required field is absent. */
  'MISSING_FIELD',
  /** The name is not in the market; `closestMatches` suggests, nothing is substituted. */
  'UNKNOWN_INSTRUMENT',
  /** The same instrument, asset or order stands twice in one portfolio. */
  'DUPLICATE',
  /** The instrument's expiry is at or before the snapshot's time. */
  'EXPIRED_INSTRUMENT',
  /** The market has no price, forward, volatility or confidence that the model needs. */
  'MISSING_MARKET_DATA',
  /** The model cannot margin this kind of instrument, settlement or combination. */
  'UNSUPPORTED',
  /** No model or parameter set of that name. */
  'UNKNOWN_MODEL',
  /** A model parameter is unknown, of the wrong type or outside its range. */
  'INVALID_PARAMETER',
  /** A bound of `limits.ts` is exceeded. */
  'LIMIT_EXCEEDED',
  /** A component of the report is not public and the caller did not allow approximations. */
  'UNAVAILABLE_COMPONENT',
  /** The caller's deadline passed or the caller went away before this portfolio was calculated. */
  'CANCELLED',
  /** A defect of this program; the detail is in the server's log under the request id. */
  'INTERNAL',
  /** No account of that name is kept. */
  'UNKNOWN_ACCOUNT',
  /** A sequence number, an id or a state is not the one that the change rests on; read again and decide anew. */
  'SEQUENCE_CONFLICT',
] as const;

export type FailureReason = (typeof FAILURE_REASONS)[number];

export interface Failure {
  readonly reason: FailureReason;
  /** Path of the offending field from the root of the request, e.g. `portfolios[3].positions[17].quantity`. */
  readonly field: string;
  /** What was wrong and what was expected, in one sentence that contains the value. */
  readonly message: string;
  /** Names that exist and look like the unknown one, nearest first. */
  readonly closestMatches?: readonly string[];
}

/** A value, or why there is none. `F` is `Failure` for everything that a caller's request can cause. */
export type Outcome<T, F = Failure> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: F };

export function success<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function failure(
  reason: FailureReason,
  field: string,
  message: string,
  closestMatches?: readonly string[],
): { readonly ok: false; readonly failure: Failure } {
  return {
    ok: false,
    failure:
      closestMatches === undefined ? { reason, field, message } : { reason, field, message, closestMatches },
  };
}

/** The value, for callers that rather have an exception than a failure. */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  const { reason, field, message } = outcome.failure;
  throw new Error([reason, field, message].filter((part) => part !== '').join(': '));
}

/** Puts the same failure under a longer path: `positions[1].quantity` becomes `portfolios[3].positions[1].quantity`. */
export function failureUnder(
  prefix: string,
  inner: Failure,
): { readonly ok: false; readonly failure: Failure } {
  const field = inner.field === '' ? prefix : `${prefix}.${inner.field}`;
  return { ok: false, failure: { ...inner, field } };
}

/** The one sentence shape of all argument errors. */
export function expected(what: string, name: string, received: unknown): string {
  return `Expected ${what} for ${name} but received ${describe(received)}`;
}

function describe(value: unknown): string {
  if (typeof value === 'string')
    return `"${value.length > 64 ? `${value.slice(0, 61)}...` : value}" of type string`;
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number' || typeof value === 'boolean')
    return `${String(value)} of type ${typeof value}`;
  if (typeof value === 'object') return Array.isArray(value) ? 'an array' : 'an object';
  return `a ${typeof value}`;
}
