import { loadKernels } from '../kernel/load-kernels.js';
import { BatchRunError, messageOf } from './batch-error.js';
import type { BatchThreads } from './batch-threads.js';
import { loadColumns } from './input/load-columns.js';
import type { PartManifest } from './manifest.js';
import { commitPart } from './parts.js';
import type { Shard } from './plan.js';
import { PartWriter, type PartContent } from './output/write-part.js';
import { vectorCellsOf, type Run, type RunRequest } from './prepare.js';
import { buildCubes, shardResults } from './stages.js';
import {
  addPreselections,
  addSeconds,
  NO_PRESELECTION,
  NO_SECONDS,
  type AccountsResult,
  type BatchTask,
  type Preselection,
  type RunTerms,
  type SliceResult,
  type StageSeconds,
} from './tasks.js';

/** Rows of positions in memory at once: 16 bytes each, in shared memory and once more while they are put in order. */
const ROWS_PER_ROUND = 8_000_000;

/** Cells of scenario vectors in memory at once, those of shards that wait to be written included: 128 MB. */
const VECTOR_CELLS_PER_ROUND = 16_000_000;

/** Where the time of a run went: seconds of threads on cores for their stages, by the clock for reading and writing. */
export interface RunTimes extends StageSeconds {
  readonly readSeconds: number;
  readonly writeSeconds: number;
}

/** What the threads of a run do. They build the cubes, which no file of positions is needed for, while the database reads the first. */
export class Calculation {
  readonly #request: RunRequest;
  readonly #threads: BatchThreads;
  #cubes: Promise<RunTerms> | undefined;
  #seconds = NO_SECONDS;
  #preselection = NO_PRESELECTION;

  constructor(request: RunRequest, threads: BatchThreads) {
    this.#request = request;
    this.#threads = threads;
  }

  /** Ends the threads; once, whoever asks. */
  close(): Promise<void> {
    return this.#threads.close();
  }

  /** Calculates shards and writes their parts; each part is durable before the next progress is told. */
  async calculateShards(
    run: Run,
    shards: readonly Shard[],
  ): Promise<{ manifests: PartManifest[]; times: RunTimes; preselection: Preselection }> {
    let readSeconds = 0;
    let writeSeconds = 0;
    const vectorCells = this.#request.includeVectors ? vectorCellsOf(this.#request) : 0;
    const manifests: PartManifest[] = [];
    const { isa, market } = this.#request;
    const instruments = market.table.instruments.map(({ name }) => name);
    const writer = new PartWriter(run.connection, loadKernels({ isa }), instruments);
    const progress = { done: 0, total: shards.reduce((sum, { accountCount }) => sum + accountCount, 0) };
    try {
      for (const round of rounds(shards, vectorCells)) {
        const startedAt = performance.now();
        const first = round[0]?.firstAccount ?? 0;
        const count = round.reduce((sum, { accountCount }) => sum + accountCount, 0);
        const { files } = this.#request;
        const columns = await loadColumns(run.connection, files, run.accounts, first, count, () => {
          // Told where they are waited for; inputs that are refused meanwhile end the run first.
          this.#builtCubes().catch(() => undefined);
        });
        const terms = await this.#builtCubes();
        readSeconds += (performance.now() - startedAt) / 1_000;
        this.#request.onProgress({ stage: 'read', done: count, total: count });
        const pending = round.map((shard) => ({
          shard,
          results: shardResults(terms, columns, shard, first, this.#request.workers, async (task) => {
            const result = (await this.#ask(task)) as AccountsResult;
            progress.done += task.count;
            this.#request.onProgress({ stage: 'margin', ...progress });
            return result;
          }),
        }));
        // Awaited one after the other: where one fails, the rest end with the threads and are nobody's failures.
        for (const { results } of pending) results.catch(() => undefined);
        for (const { shard, results } of pending) {
          const content = await results;
          const writingAt = performance.now();
          manifests.push(await commitPart(run, shard, writer, partContent(run, shard, content)));
          writeSeconds += (performance.now() - writingAt) / 1_000;
        }
      }
    } catch (error) {
      throw error instanceof Error && /Batch(Input|Run)Error/.test(error.name) ? error : runFailure(error);
    }
    const times = { ...this.#seconds, readSeconds, writeSeconds };
    return { manifests, times, preselection: this.#preselection };
  }

  #builtCubes(): Promise<RunTerms> {
    return (this.#cubes ??= buildCubes(this.#request, (task) => this.#ask(task)));
  }

  async #ask(task: BatchTask): Promise<SliceResult | AccountsResult> {
    const result = await this.#threads.run(task);
    this.#seconds = addSeconds(this.#seconds, result.seconds);
    if ('preselection' in result)
      this.#preselection = addPreselections(this.#preselection, result.preselection);
    return result;
  }
}

function partContent(
  { named, request }: Run,
  { firstAccount, accountCount }: Shard,
  results: PartContent['results'],
): PartContent {
  return {
    firstAccount,
    accountCount,
    results,
    models: named,
    includeVectors: request.includeVectors,
  };
}

/** A full disk and a lost thread end the run, which may be resumed. */
export function runFailure(error: unknown): BatchRunError {
  const [first = ''] = messageOf(error).split('\n');
  return new BatchRunError(`the run stopped: ${first}; what is finished is kept (--resume)`);
}

/** Shards whose rows and vectors fit into memory together; a shard that does not fit has a round of its own. */
function rounds(shards: readonly Shard[], vectorCells: number): Shard[][] {
  const found: Shard[][] = [];
  let rows = Infinity;
  let cells = 0;
  let next = -1;
  for (const shard of shards) {
    const ownCells = shard.accountCount * vectorCells;
    const fits =
      rows + shard.positionCount <= ROWS_PER_ROUND &&
      cells + ownCells <= VECTOR_CELLS_PER_ROUND &&
      next === shard.firstAccount;
    if (fits) found[found.length - 1]?.push(shard);
    else found.push([shard]);
    rows = (fits ? rows : 0) + shard.positionCount;
    cells = (fits ? cells : 0) + ownCells;
    next = shard.firstAccount + shard.accountCount;
  }
  return found;
}
