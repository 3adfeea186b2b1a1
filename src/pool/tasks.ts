import type { BookColumnsHandle, MarginColumnsHandle, ReportOptions } from '../engine/margin-engine-types.js';
import type { Failure } from '../domain/outcome.js';
import type { CalibrationRequest } from '../market/volatility/calibration/calibration-types.js';
import type { MarketHandle } from '../market/snapshot/shared-market.js';
import type { ModelName } from '../wire/convert/calculation.js';
import type { PortfolioBlock } from '../wire/portfolio-block.js';
import type { EncodedBooks } from './encode-books.js';
import type { StopSignal } from './cancellation.js';

/** What goes to a worker thread. Everything is plain data, transferred bytes or shared memory. */
export type WorkerTask = ShardTask | MarketTask | CalibrationTask | ColumnTask | ProjectionTask | WarmTask;

/** Margins of some portfolios of one call. */
export interface ShardTask {
  readonly kind: 'shard';
  /** Wire bytes; transferred. */
  readonly portfolios: PortfolioBlock<ArrayBuffer>;
  /** Place of the first portfolio in its call. */
  readonly firstIndex: number;
  /** The call is about this one portfolio: its path is `portfolio` and not `portfolios[0]`. */
  readonly isSingle: boolean;
  readonly market: MarketHandle;
  readonly model: ModelName;
  readonly options: ReportOptions;
  readonly stop: StopSignal;
  /** When it was handed to the pool, milliseconds since the Unix epoch. */
  readonly queuedAtMs: number;
}

/** Resolve a market that a request brought along. */
export interface MarketTask {
  readonly kind: 'market';
  /** Wire bytes of a MarketSnapshot; transferred. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly stop: StopSignal;
  /** As in `ShardTask`. */
  readonly queuedAtMs: number;
}

/** Calibrate one underlying. */
export interface CalibrationTask {
  readonly kind: 'calibration';
  readonly request: CalibrationRequest;
}

/** Margins of many books in columns, written into shared memory. */
export interface ColumnTask {
  readonly kind: 'columns';
  readonly market: MarketHandle;
  readonly model: ModelName;
  /** Whether a book may rest on components whose rule is not public. */
  readonly allowApproximations: boolean;
  readonly shards: readonly ColumnShard[];
}

/** How near some books are to a breach; the answer is a list of `ProjectedExcess`, undefined for a book without a margin. */
export interface ProjectionTask {
  readonly kind: 'projection';
  readonly market: MarketHandle;
  readonly model: ModelName;
  readonly books: EncodedBooks;
  /** As in `projectedExcess` of the engine. */
  readonly deviation: Float64Array;
}

/** Some accounts of the server. */
export interface ColumnShard {
  readonly books: BookColumnsHandle;
  /** The same books, for those that the columns cannot hold. */
  readonly portfolios: EncodedBooks;
  readonly results: MarginColumnsHandle;
}

/** Load everything, test the kernels, and meet the other threads, so that each takes exactly one such task. */
export interface WarmTask {
  readonly kind: 'warm';
  /** One 32-bit word: how many threads have come. */
  readonly arrived: SharedArrayBuffer;
  readonly workers: number;
  readonly timeoutMs: number;
}

export interface ShardResult extends TaskTimes {
  /** Encoded BatchCalculateMarginResponse messages, none above the message limit; transferred. */
  readonly messages: readonly Uint8Array<ArrayBuffer>[];
  /** Answered portfolios; fewer than asked after a stop. */
  readonly portfolioCount: number;
  readonly failedCount: number;
  /** True if the call was cancelled or its deadline passed before the end. */
  readonly stopped: boolean;
  /** Details of `INTERNAL` failures for the log; never sent to a caller. */
  readonly defects: readonly string[];
}

/** How long a task waited and who worked on it. */
export interface TaskTimes {
  readonly use: TaskUse;
  /** Wait for a thread. */
  readonly queueSeconds: number;
}

/** Which thread worked from when to when, milliseconds since the Unix epoch; thread -1 if it was lost before it answered. */
export interface TaskUse {
  readonly threadId: number;
  readonly startedAtMs: number;
  readonly endedAtMs: number;
}

export type ReadMarket =
  { readonly ok: true; readonly market: MarketHandle } | { readonly ok: false; readonly failure: Failure };

export type MarketResult = ReadMarket & TaskTimes;

export interface WarmResult {
  readonly threadId: number;
  readonly isa: string;
}

/** Milliseconds since the Unix epoch with the resolution of the performance clock; comparable across threads. */
export function preciseNowMs(): number {
  return TIME_ORIGIN_MS + performance.now();
}

/** Times of a task that ends now. */
export function taskTimes(threadId: number, queuedAtMs: number, startedAtMs: number): TaskTimes {
  return {
    use: { threadId, startedAtMs, endedAtMs: preciseNowMs() },
    queueSeconds: Math.max(0, startedAtMs - queuedAtMs) / 1_000,
  };
}

/** Times of a task whose thread was lost: all of it was waiting. */
export function lostTaskTimes(queuedAtMs: number): TaskTimes {
  return taskTimes(-1, queuedAtMs, preciseNowMs());
}

/** Of this thread; asking for it costs as much as the clock. */
const TIME_ORIGIN_MS = performance.timeOrigin;
