import { closestNames } from '../domain/closest-names.js';
import { failure, type Outcome } from '../domain/outcome.js';
import { CLOSEST_MATCHES_MAX } from '../limits.js';

/** Objects merge key by key; numbers, strings and lists replace. Keys that the base lacks are left for the schema to judge. */
export function mergeParameters(base: unknown, overrides: unknown): unknown {
  if (!isRecord(base) || !isRecord(overrides)) return overrides;
  const merged = new Map(Object.entries(base));
  for (const [key, value] of Object.entries(overrides))
    merged.set(key, mergeParameters(merged.get(key), value));
  return Object.fromEntries(merged);
}

/** The failure of a parameter that the set does not have, with the names that it has at that place. */
export function withClosestNames<Refused extends Outcome<never> & { ok: false }>(
  refused: Refused,
  parameters: unknown,
): Refused | ReturnType<typeof failure> {
  const { reason, field, message } = refused.failure;
  const [, ...keys] = field.split('.');
  const last = keys.pop();
  let siblings = parameters;
  for (const key of keys)
    siblings = isRecord(siblings) ? new Map(Object.entries(siblings)).get(key) : undefined;
  if (last === undefined || !isRecord(siblings) || Object.hasOwn(siblings, last)) return refused;
  const closest = closestNames(last, Object.keys(siblings), CLOSEST_MATCHES_MAX);
  return failure(reason, field, message, closest);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
