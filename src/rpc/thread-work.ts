import type { ThreadWork } from '../observability/call-trace.js';
import type { TaskTimes } from '../pool/tasks.js';

/** A task of the pool as a trace shows it. */
export function threadWork(
  name: string,
  { use, queueSeconds }: TaskTimes,
  portfolioCount: number,
): ThreadWork {
  const queuedAtMs = use.startedAtMs - queueSeconds * 1_000;
  return { name, ...use, queuedAtMs, portfolioCount };
}
