import { LruCache } from '../engine/lru-cache.js';
import { WORK_COSTS_CACHED_MAX } from '../limits.js';

/** Weight of the newest calculation in what is expected of the next. */
const NEWEST_WEIGHT = 0.2;

/** What a kind of calculation is taken to cost before one was seen, milliseconds. */
const COST_MS_DEFAULT = 2;

interface Seen {
  /** Expected milliseconds of a calculation of this kind. */
  costMs: number;
}

/** What calculations on threads have cost, by kind, so that the next can be admitted by its cost and not by its size. */
export class WorkCosts {
  readonly #seen = new LruCache<Seen>(WORK_COSTS_CACHED_MAX);

  /** Expected thread time of a calculation of this kind, milliseconds, > 0. */
  expectedMs(kind: string): number {
    return this.#seen.peek(kind)?.costMs ?? COST_MS_DEFAULT;
  }

  /** One has taken so long. */
  learn(kind: string, tookMs: number): void {
    if (!(tookMs >= 0)) return;
    const known = this.#seen.getOrAdd(kind, () => ({ costMs: tookMs }));
    known.costMs += NEWEST_WEIGHT * (tookMs - known.costMs);
  }
}
