import type { Piscina } from 'piscina';
import type { Failure } from '../domain/outcome.js';
import type { ProjectedExcess, ReportOptions } from '../engine/margin-engine-types.js';
import type { CalibratedUnderlying } from '../market/volatility/calibrate-market.js';
import type { CalibrationRequest } from '../market/volatility/calibration/calibration-types.js';
import type { MarketHandle } from '../market/snapshot/shared-market.js';
import type { ModelName } from '../wire/convert/calculation.js';
import { copyPart, type PortfolioBlock } from '../wire/portfolio-block.js';
import type { StopSignal } from './cancellation.js';
import type { EncodedBooks } from './encode-books.js';
import { encodeOutcome } from './calculate-slices.js';
import { inLane } from './lane-queue.js';
import { frameOutcomes } from './shard-response.js';
import type { ShardRange } from './shards.js';
import type {
  CalibrationTask,
  ColumnShard,
  ColumnTask,
  MarketResult,
  MarketTask,
  ProjectionTask,
  ShardResult,
  ShardTask,
  WarmResult,
  WarmTask,
  WorkerTask,
} from './tasks.js';
import { lostTaskTimes, preciseNowMs } from './tasks.js';
import { openThreads, type PoolOptions } from './threads.js';

/** What the shards of one call share. */
export interface CallTerms {
  readonly market: MarketHandle;
  readonly model: ModelName;
  readonly options: ReportOptions;
  readonly stop: StopSignal;
  /** The call is about one portfolio, whose path is `portfolio`. */
  readonly isSingle: boolean;
}

/** The built worker entry, beside this file once compiled. */
export const WORKER_ENTRY = new URL('./worker-entry.js', import.meta.url);

/** Threads load the addon and the proto files and test the kernels; a cold machine takes a few seconds. */
const WARM_TIMEOUT_MS = 60_000;

/** Worker threads that margin shards. */
export class MarginPool {
  readonly workers: number;
  readonly #piscina: Piscina<WorkerTask, unknown>;
  readonly #ordinals = new Map<number, number>();
  #lostTasks = 0;

  constructor({ workers, entry }: PoolOptions) {
    this.workers = workers;
    this.#piscina = openThreads({ workers, entry });
    // A thread that is lost while idle: the pool has replaced it already.
    this.#piscina.on('error', () => {
      this.#lostTasks++;
    });
  }

  /** Waits until every thread has loaded and tested its kernels; rejects when one cannot. */
  async warm(): Promise<readonly WarmResult[]> {
    const arrived = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    const task: WarmTask = { kind: 'warm', arrived, workers: this.workers, timeoutMs: WARM_TIMEOUT_MS };
    const results = await Promise.all(
      Array.from({ length: this.workers }, () => this.#piscina.run(task) as Promise<WarmResult>),
    );
    for (const { threadId } of results) this.ordinalOf(threadId);
    return results;
  }

  /** Number of a worker from 0, in the order of first appearance; a replacement gets a number of its own. */
  ordinalOf(threadId: number): number {
    const known = this.#ordinals.get(threadId);
    if (known !== undefined) return known;
    const ordinal = this.#ordinals.size;
    this.#ordinals.set(threadId, ordinal);
    return ordinal;
  }

  /**
   * Margins the portfolios of a block that `range` names; `firstIndex` is the place of the block's first one in its call.
   * Never rejects: a lost thread makes every portfolio of the shard an `INTERNAL` outcome.
   */
  async calculate(
    terms: CallTerms,
    block: PortfolioBlock,
    { first, count }: ShardRange,
    firstIndex: number,
  ): Promise<ShardResult> {
    const queuedAtMs = preciseNowMs();
    const portfolios = copyPart(block, first, count);
    const task: ShardTask = {
      kind: 'shard',
      portfolios,
      firstIndex: firstIndex + first,
      queuedAtMs,
      ...terms,
    };
    try {
      const transferList = [portfolios.bytes.buffer, portfolios.bounds.buffer];
      const queued = inLane(task, terms.isSingle ? 'single' : 'batch');
      return (await this.#piscina.run(queued, { transferList })) as ShardResult;
    } catch (error) {
      this.#lostTasks++;
      return lostShard(firstIndex + first, count, queuedAtMs, error);
    }
  }

  /** Reads and resolves a market given as wire bytes, on a thread. */
  async resolveMarket(snapshot: Uint8Array, stop: StopSignal): Promise<MarketResult> {
    const queuedAtMs = preciseNowMs();
    const bytes = Uint8Array.from(snapshot);
    const task: MarketTask = { kind: 'market', bytes, stop, queuedAtMs };
    try {
      const queued = inLane(task, 'single');
      return (await this.#piscina.run(queued, { transferList: [bytes.buffer] })) as MarketResult;
    } catch (error) {
      this.#lostTasks++;
      return { ok: false, failure: internalFailure(error), ...lostTaskTimes(queuedAtMs) };
    }
  }

  /** Calibrates one underlying on a thread; rejects when the thread is lost. */
  async calibrate(request: CalibrationRequest): Promise<CalibratedUnderlying> {
    const task: CalibrationTask = { kind: 'calibration', request };
    return (await this.#piscina.run(task)) as CalibratedUnderlying;
  }

  /** Margins the books of some shards on a thread, into their own shared memory; rejects when the thread is lost. */
  async calculateColumns(
    market: MarketHandle,
    model: ModelName,
    shards: readonly ColumnShard[],
    allowApproximations = false,
  ): Promise<void> {
    const task: ColumnTask = { kind: 'columns', market, model, shards, allowApproximations };
    await this.#piscina.run(task);
  }

  /** How near books are to a breach, on one thread; rejects when the thread is lost. */
  async project(
    market: MarketHandle,
    model: ModelName,
    books: EncodedBooks,
    deviation: Float64Array,
  ): Promise<readonly (ProjectedExcess | undefined)[]> {
    const task: ProjectionTask = { kind: 'projection', market, model, books, deviation };
    return (await this.#piscina.run(task)) as readonly (ProjectedExcess | undefined)[];
  }

  /** Tasks that wait for a thread. */
  get queueSize(): number {
    return this.#piscina.queueSize;
  }

  /** Tasks that ended without a result, because their thread was lost or had a defect. */
  get lostTasks(): number {
    return this.#lostTasks;
  }

  /** Share of thread time spent in tasks since the start, in [0, 1]. */
  get utilization(): number {
    return this.#piscina.utilization;
  }

  /** Ends one busy or idle thread, for tests of its replacement. */
  async terminateThread(threadIndex: number): Promise<void> {
    await this.#piscina.threads[threadIndex]?.terminate();
  }

  /** Ends the threads; tasks that still run are lost. */
  async close(): Promise<void> {
    await this.#piscina.destroy();
  }
}

function lostShard(firstIndex: number, count: number, queuedAtMs: number, error: unknown): ShardResult {
  const outcome = { ok: false, failure: internalFailure(error) } as const;
  const encoded = Array.from({ length: count }, (_, n) => encodeOutcome(firstIndex + n, outcome));
  const times = lostTaskTimes(queuedAtMs);
  return {
    messages: frameOutcomes(encoded, { queueMicros: times.queueSeconds * 1e6, computeMicros: 0 }),
    portfolioCount: count,
    failedCount: count,
    stopped: false,
    defects: [outcome.failure.message],
    ...times,
  };
}

function internalFailure(error: unknown): Failure {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { reason: 'INTERNAL', field: '', message };
}
