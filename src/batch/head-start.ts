import type { BatchThreads } from './batch-threads.js';
import type { EarlyInputs } from './input/early-inputs.js';

/** What can begin before the request of a run is there; whoever began it closes it, whatever happens. */
export interface HeadStart {
  /** As many as the request asks for. */
  readonly threads: BatchThreads;
  /** Of the files of the request. */
  readonly inputs?: EarlyInputs;
}
