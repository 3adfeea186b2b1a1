import { Piscina } from 'piscina';
import type { LiftTask } from './lift-worker.js';
import type { SparseSumTree } from './sparse-sum-tree.js';

/** The built worker entry, beside this file once compiled. */
export const LIFT_WORKER = new URL('./lift-worker.js', import.meta.url);

/** Tasks per thread: the last one to end keeps the others waiting for a short while only. */
const TASKS_PER_THREAD = 8;

/** Threads that hash the leaves of a tree side by side. */
export class Lifters {
  private readonly threads: Piscina<LiftTask, undefined>;

  constructor(
    private readonly count: number,
    entry: URL = LIFT_WORKER,
  ) {
    this.threads = new Piscina({
      filename: entry.href,
      minThreads: count,
      maxThreads: count,
      idleTimeout: Infinity,
      maxQueue: count * TASKS_PER_THREAD,
      concurrentTasksPerWorker: 1,
      atomics: 'sync',
    });
  }

  /** Lifts every changed leaf of a tree, which may not change meanwhile. */
  async lift(tree: SparseSumTree): Promise<void> {
    await Promise.all(tree.liftTasks(this.count * TASKS_PER_THREAD).map((task) => this.threads.run(task)));
  }

  async close(): Promise<void> {
    await this.threads.destroy();
  }
}
