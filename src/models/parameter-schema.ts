import { z } from 'zod';
import type { Outcome } from '../domain/outcome.js';
import { expected, failure, success } from '../domain/outcome.js';

/** A finite number in [low, high]. */
export function between(low: number, high: number): z.ZodNumber {
  return z.number().min(low).max(high);
}

/**
 * Parses a value; a failure names the path of the first offending field from `root`, what was expected there and what stood
 * there. `root` is empty for a whole document.
 */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown, root = 'parameters'): Outcome<T> {
  // The schema library drops this key of a record without a word.
  const inherited = pathOfInherited(value, root);
  if (inherited !== undefined)
    return failure(
      'INVALID_PARAMETER',
      inherited,
      `Expected no field of the name "__proto__" for ${inherited}`,
    );
  const result = schema.safeParse(value);
  if (result.success) return success(result.data);
  const issue = result.error.issues[0];
  if (issue === undefined) return failure('INVALID_PARAMETER', root, `${root} do not fit the schema`);
  const [unknownKey] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  const keys = [...issue.path, ...(unknownKey === undefined ? [] : [unknownKey])];
  const path = [root, ...keys.map(String)].filter((part) => part !== '').join('.') || 'the document';
  return failure('INVALID_PARAMETER', path, expected(expectation(issue), path, valueAt(value, keys)));
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return `${counted(issue.origin)} ${issue.inclusive === false ? '>' : '>='} ${String(issue.minimum)}`;
    case 'too_big':
      return `${counted(issue.origin)} ${issue.inclusive === false ? '<' : '<='} ${String(issue.maximum)}`;
    case 'invalid_type':
      return issue.expected === 'nonoptional' ? 'a value' : `a value of type ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_union':
      // What a discriminator may say; the types of the schema library do not tell of it yet.
      return 'options' in issue && Array.isArray(issue.options)
        ? `one of ${issue.options.map(String).join(', ')}`
        : issue.message;
    case 'unrecognized_keys':
      return 'no field of this name';
    default:
      return issue.message;
  }
}

function counted(origin: string): string {
  if (origin === 'number' || origin === 'int') return 'a number';
  return origin === 'string' ? 'a text of a length' : 'a count';
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = root;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}

function pathOfInherited(value: unknown, path: string): string | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const own = path === '' ? key : `${path}.${key}`;
    const found = key === '__proto__' ? own : pathOfInherited(inner, own);
    if (found !== undefined) return found;
  }
  return undefined;
}
