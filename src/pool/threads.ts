import { once } from 'node:events';
import { Piscina } from 'piscina';
import { POOL_TASKS_QUEUED_MAX } from '../limits.js';
import { LaneQueue } from './lane-queue.js';

/** What a pool of threads runs. */
export interface PoolOptions {
  /** Threads, >= 1; none is started or stopped afterwards except to replace a lost one. */
  readonly workers: number;
  /** What a thread runs: plain JavaScript whose default export takes a task. */
  readonly entry: URL;
  /** Tasks that wait for a thread at most; absent: as many as admission would ever let in. */
  readonly queuedMax?: number;
}

/**
 * Resolves when every thread of a pool that was just opened has loaded its entry, or ended. Node aborts the process where a thread is
 * ended while it links its modules, so who ends a pool early waits for this first.
 */
export async function threadsLoaded({ threads }: Pick<Piscina, 'threads'>): Promise<void> {
  // The threads themselves do not keep the process alive.
  const alive = setInterval(() => undefined, 1_000);
  try {
    await Promise.all(threads.map((thread) => Promise.race([once(thread, 'message'), once(thread, 'exit')])));
  } catch {
    // A thread that fails while it loads is told by its tasks.
  } finally {
    clearInterval(alive);
  }
}

/** A pool of threads. Every option is stated, because the defaults do not fit. */
export function openThreads<Task>({
  workers,
  entry,
  queuedMax = POOL_TASKS_QUEUED_MAX,
}: PoolOptions): Piscina<Task, unknown> {
  return new Piscina<Task, unknown>({
    filename: entry.href,
    minThreads: workers,
    maxThreads: workers,
    // Threads keep warm cubes: none dies of idleness.
    idleTimeout: Infinity,
    maxQueue: queuedMax,
    taskQueue: new LaneQueue(),
    // The next shard already lies in the thread's own port when it ends one: it never waits for the event loop to hand it on.
    concurrentTasksPerWorker: 2,
    // Parks idle threads in Atomics.wait: a hop costs 40 to 70 us instead of 105.
    atomics: 'sync',
    stricterFIFO: true,
    niceIncrement: 0,
    recordTiming: true,
    workerHistogram: false,
    trackUnmanagedFds: true,
    closeTimeout: 30_000,
  });
}
