import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { NAME_LENGTH_MAX } from '../../limits.js';

/** Half of a surrogate pair has no UTF-8: it would come back as another name. */
const HALF_CHARACTER = /\p{Surrogate}/u;
/** Separates names where two make one key. */
const NUL = '\u0000';

/** Whether a name that others choose can be kept: what a journal refuses would stop it for everybody. */
export function checkName(name: string, field: string, isOptional = false): Outcome<undefined> {
  const isKept = name.length <= NAME_LENGTH_MAX && !name.includes(NUL) && !HALF_CHARACTER.test(name);
  if (isKept && (isOptional || name !== '')) return success(undefined);
  const length = `${isOptional ? 'at most' : '1 to'} ${String(NAME_LENGTH_MAX)} characters of Unicode without NUL`;
  return failure('INVALID_VALUE', field, expected(length, field, name));
}
