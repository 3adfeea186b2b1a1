import type { Failure, Outcome } from '../../domain/outcome.js';

/** A mark that may have outlived its inputs: a frozen one says since when and why, and is never taken for a live one. */
export type Mark<T> =
  | { readonly status: 'LIVE'; readonly value: T; readonly timeMs: number }
  | { readonly status: 'FROZEN'; readonly value: T; readonly timeMs: number; readonly reason: Failure };

/**
 * The new mark, or the last good one with the reason why there is no new one. Without a last one the failure stands: nothing
 * is made up.
 */
export function orLastGood<T>(
  outcome: Outcome<T>,
  timeMs: number,
  last: Mark<T> | undefined,
): Outcome<Mark<T>> {
  if (outcome.ok) return { ok: true, value: { status: 'LIVE', value: outcome.value, timeMs } };
  if (last === undefined) return outcome;
  const { value, timeMs: since } = last;
  return { ok: true, value: { status: 'FROZEN', value, timeMs: since, reason: outcome.failure } };
}
