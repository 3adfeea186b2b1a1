import type { ShardResult } from './tasks.js';

/** How busy one worker was with one call. */
export interface WorkerUse {
  /** Number of the worker, from 0. */
  readonly worker: number;
  readonly busyMicros: number;
  /** Busy time over the time between the call's first and last task, in [0, 1]. */
  readonly utilisation: number;
  readonly portfolioCount: number;
}

const MICROS_PER_MILLISECOND = 1_000;

/** Adds up who did the work of one call. */
export class PoolUse {
  readonly #busyMs = new Map<number, number>();
  readonly #portfolios = new Map<number, number>();
  #firstMs = Infinity;
  #lastMs = -Infinity;

  add(worker: number, { use, portfolioCount }: ShardResult): void {
    this.#busyMs.set(worker, (this.#busyMs.get(worker) ?? 0) + use.endedAtMs - use.startedAtMs);
    this.#portfolios.set(worker, (this.#portfolios.get(worker) ?? 0) + portfolioCount);
    this.#firstMs = Math.min(this.#firstMs, use.startedAtMs);
    this.#lastMs = Math.max(this.#lastMs, use.endedAtMs);
  }

  /** One entry per worker of the pool, idle ones included. */
  summary(workers: number): WorkerUse[] {
    const spanMs = this.#lastMs - this.#firstMs;
    const known = Array.from({ length: workers }, (_, worker) => worker);
    const all = [...new Set([...known, ...this.#busyMs.keys()])].sort((a, b) => a - b);
    return all.map((worker) => {
      const busyMs = this.#busyMs.get(worker) ?? 0;
      return {
        worker,
        busyMicros: Math.round(busyMs * MICROS_PER_MILLISECOND),
        utilisation: spanMs > 0 ? Math.min(1, busyMs / spanMs) : 0,
        portfolioCount: this.#portfolios.get(worker) ?? 0,
      };
    });
  }
}
