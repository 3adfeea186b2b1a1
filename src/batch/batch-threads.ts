import { existsSync } from 'node:fs';
import type { Piscina } from 'piscina';
import { BatchRunError } from './batch-error.js';
import { openThreads, threadsLoaded } from '../pool/threads.js';
import type { AccountsResult, BatchTask, SliceResult } from './tasks.js';

/** The built worker entry, beside this file once compiled. */
const WORKER_ENTRY = new URL('./worker-entry.js', import.meta.url);

/** The threads of a run. They start and load their modules while whoever opened them goes on; he closes them, whatever happens. */
export class BatchThreads {
  readonly #pool: Piscina<BatchTask, unknown>;
  /** Once every thread has loaded its modules. */
  readonly loaded: Promise<void>;
  #closed: Promise<void> | undefined;

  constructor(workers: number) {
    if (!existsSync(WORKER_ENTRY)) throw new BatchRunError('the worker is not built: npm run build');
    // A run hands out a round of shards at once, some tasks of each for every thread: their number is bounded by its own rows.
    this.#pool = openThreads({ workers, entry: WORKER_ENTRY, queuedMax: Infinity });
    this.#pool.on('error', () => undefined);
    this.loaded = threadsLoaded(this.#pool);
  }

  async run(task: BatchTask): Promise<SliceResult | AccountsResult> {
    return (await this.#pool.run(task)) as SliceResult | AccountsResult;
  }

  /** Ends them; once, whoever asks. */
  close(): Promise<void> {
    this.#closed ??= this.loaded.then(() => this.#pool.destroy());
    return this.#closed;
  }
}
