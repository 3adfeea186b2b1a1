import { z } from 'zod';
import type { Outcome } from '../domain/outcome.js';
import { expected, failure, success } from '../domain/outcome.js';

/** A finite number in [low, high]. */
export function between(low: number, high: number): z.ZodNumber {
  return z.number().min(low).max(high);
}

/** Parses parameters; a failure names the path below `parameters` and what was expected there. */
export function parseWith<T>(schema: z.ZodType<T>, value: unknown): Outcome<T> {
  const result = schema.safeParse(value);
  if (result.success) return success(result.data);
  const issue = result.error.issues[0];
  if (issue === undefined)
    return failure('INVALID_PARAMETER', 'parameters', 'Parameters do not fit the schema');
  const path = ['parameters', ...issue.path.map(String)].join('.');
  if (issue.code === 'unrecognized_keys') {
    return failure(
      'INVALID_PARAMETER',
      path,
      `Unknown parameter ${issue.keys.map((key) => `"${key}"`).join(', ')} in ${path}`,
    );
  }
  return failure('INVALID_PARAMETER', path, expected(expectation(issue), path, valueAt(value, issue.path)));
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return `a ${issue.origin === 'number' ? 'number' : 'count'} ${issue.inclusive === false ? '>' : '>='} ${String(issue.minimum)}`;
    case 'too_big':
      return `a ${issue.origin === 'number' ? 'number' : 'count'} ${issue.inclusive === false ? '<' : '<='} ${String(issue.maximum)}`;
    case 'invalid_type':
      return `a value of type ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    default:
      return issue.message;
  }
}

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  let value: unknown = root;
  for (const key of path) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
