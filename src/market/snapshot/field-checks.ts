import type { Failure } from '../../domain/outcome.js';
import { expected } from '../../domain/outcome.js';
import { POSITIVE_MIN } from '../../kernel/layout.js';
import { NAME_LENGTH_MAX } from '../../limits.js';

/**
 * Checks of one field each: undefined when it is sound, else the failure under the field's own name. They take `unknown`
 * because records may come from outside the type checker; comparisons are written so that NaN fails.
 */
export type Check = Failure | undefined;

export function checkName(value: unknown, field: string): Check {
  if (typeof value === 'string' && value.length >= 1 && value.length <= NAME_LENGTH_MAX) return undefined;
  return invalid(value, field, `a name of 1 to ${NAME_LENGTH_MAX} characters`);
}

/** In (0, max], and not so small that the kernels refuse it: a defect of the server there is the caller's mistake here. */
export function checkPositive(value: unknown, field: string, max: number): Check {
  if (typeof value === 'number' && value >= POSITIVE_MIN && value <= max) return undefined;
  if (typeof value === 'number' && value > 0 && value < POSITIVE_MIN)
    return invalid(value, field, `a number of at least ${POSITIVE_MIN}`);
  return invalid(value, field, `a number above 0 and at most ${max}`);
}

/** In [min, max]. */
export function checkRange(value: unknown, field: string, min: number, max: number): Check {
  if (typeof value === 'number' && value >= min && value <= max) return undefined;
  return invalid(value, field, `a number from ${min} to ${max}`);
}

export function checkConfidence(value: unknown, field: string): Check {
  return checkRange(value, field, 0, 1);
}

/** Milliseconds since 1970: a whole number of the range that doubles count exactly. */
export function checkTimeMs(value: unknown, field: string): Check {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return undefined;
  return invalid(value, field, 'a time after 1970 in whole milliseconds');
}

export function checkOneOf(value: unknown, field: string, allowed: readonly string[]): Check {
  if (typeof value === 'string' && allowed.includes(value)) return undefined;
  return invalid(value, field, `one of ${allowed.join(', ')}`);
}

/** A field that may be absent, and is checked when it is there. */
export function checkIfPresent(value: unknown, check: () => Check): Check {
  return value === undefined ? undefined : check();
}

export function invalid(value: unknown, field: string, what: string): Failure {
  const isMissing = value === undefined || value === null;
  return {
    reason: isMissing ? 'MISSING_FIELD' : 'INVALID_VALUE',
    field,
    message: expected(what, field, value),
  };
}

/** The failure under a longer path. */
export function under(prefix: string, failed: Check): Check {
  return failed && { ...failed, field: failed.field === '' ? prefix : `${prefix}.${failed.field}` };
}
