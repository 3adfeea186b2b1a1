import { PORTFOLIOS_PER_BATCH_MAX, SHARDS_IN_FLIGHT_PER_WORKER } from '../limits.js';
import type { CallTerms } from '../pool/margin-pool.js';
import { PoolUse } from '../pool/pool-use.js';
import type { ShardRange } from '../pool/shards.js';
import { splitIntoShards } from '../pool/shards.js';
import type { ShardResult } from '../pool/tasks.js';
import { preciseNowMs } from '../pool/tasks.js';
import { splitUsualChunk } from '../wire/direct/split-chunk.js';
import { blockOf, byteLengthsOf, type PortfolioBlock } from '../wire/portfolio-block.js';
import { codec } from '../wire/schema.js';
import { asBuffer, batchHeaderTwin, batchRequestTwin, portfolioChunkTwin } from '../wire/twin.js';
import { drainOrEnd } from './drain-or-end.js';
import { logDefects, withMarket } from './calculate-margin.js';
import { cancelled, deadlinePassed, malformed, tooBig } from './errors.js';
import type { ReadCalculation } from './read-calculation.js';
import type { ServerContext } from './server-context.js';
import { threadWork } from './thread-work.js';
import type { CallScope, DuplexHandler } from './with-call.js';

type BatchCall = Parameters<DuplexHandler>[0];

/**
 * MarginService.BatchCalculateMargin: chunks go to the pool as shards, at most a few per thread at once; the next chunk is
 * read when there is room, and a shard leaves its place when its answer is written, so a slow reader slows its own call only.
 */
export async function batchCalculateMargin(
  context: ServerContext,
  call: BatchCall,
  scope: CallScope,
): Promise<void> {
  const requests = call.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer, undefined>;
  const first = await requests.next();
  const header = readHeader(context, first.done === true ? undefined : first.value);
  const releaseBatch = context.admission.admitBatch();
  try {
    await withMarket(
      context,
      header.calculation,
      scope,
      async (terms) => {
        const batch = new RunningBatch(context, call, scope, terms, header.portfolioCount);
        for (let next = await requests.next(); next.done !== true; next = await requests.next()) {
          await batch.add(readChunk(next.value));
        }
        await batch.finish();
      },
      false,
    );
  } finally {
    releaseBatch();
  }
}

interface ReadHeader {
  readonly calculation: ReadCalculation;
  /** Portfolios that the header announces; 0 if it does not say. */
  readonly portfolioCount: number;
}

function readHeader(context: ServerContext, bytes: Buffer | undefined): ReadHeader {
  const { header, chunk } = bytes === undefined ? { header: null, chunk: null } : decodePart(bytes);
  if (header !== null && chunk !== null)
    throw malformed('chunk', 'Expected the header alone in the first message but received a chunk beside it');
  if (header === null) throw malformed('header', 'Expected the header as the first message');
  let decoded;
  try {
    decoded = batchHeaderTwin.decode(header);
  } catch {
    throw malformed(
      'header',
      `Expected a margincube.v1.BatchHeader but received ${String(header.length)} bytes`,
    );
  }
  const { portfolioCount, calculation } = decoded;
  if (portfolioCount > PORTFOLIOS_PER_BATCH_MAX) throw tooManyPortfolios(portfolioCount);
  return { calculation: context.calculations.read(calculation, 'header.calculation'), portfolioCount };
}

function readChunk(bytes: Buffer): PortfolioBlock {
  const usual = splitUsualChunk(bytes);
  if (usual !== undefined) return usual;
  const { header, chunk } = decodePart(bytes);
  if (chunk === null) throw malformed('chunk', 'Expected chunks after the header');
  if (header !== null) throw malformed('header', 'Expected one header, in the first message alone');
  try {
    return blockOf(portfolioChunkTwin.decode(chunk).portfolios);
  } catch {
    throw malformed(
      'chunk',
      `Expected a margincube.v1.PortfolioChunk but received ${String(chunk.length)} bytes`,
    );
  }
}

function decodePart(bytes: Buffer): ReturnType<typeof batchRequestTwin.decode> {
  try {
    return batchRequestTwin.decode(bytes);
  } catch {
    const received = `${String(bytes.length)} bytes that are none`;
    throw malformed('', `Expected a margincube.v1.BatchCalculateMarginRequest but received ${received}`);
  }
}

function tooManyPortfolios(count: number): Error {
  const limit = String(PORTFOLIOS_PER_BATCH_MAX);
  return tooBig(
    'portfolios',
    `Expected at most ${limit} portfolios in one call but received ${String(count)}`,
  );
}

/** One batch between its header and its summary. */
class RunningBatch {
  readonly #use = new PoolUse();
  readonly #inFlight = new Set<Promise<void>>();
  readonly #shardsMax: number;
  #portfolioCount = 0;
  #failedCount = 0;
  #firstChunkAtMs: number | undefined;
  #error: unknown;
  #drained: Promise<void> | undefined;

  constructor(
    private readonly context: ServerContext,
    private readonly call: BatchCall,
    private readonly scope: CallScope,
    private readonly terms: CallTerms,
    /** 0 if unknown. */
    private readonly announcedCount: number,
  ) {
    this.#shardsMax = context.pool.workers * SHARDS_IN_FLIGHT_PER_WORKER;
  }

  /** Resolves when every shard of the chunk has a place in the pool. */
  async add(block: PortfolioBlock): Promise<void> {
    this.#firstChunkAtMs ??= preciseNowMs();
    const firstIndex = this.#portfolioCount;
    const byteLengths = byteLengthsOf(block);
    this.#portfolioCount += byteLengths.length;
    if (this.#portfolioCount > PORTFOLIOS_PER_BATCH_MAX) throw tooManyPortfolios(this.#portfolioCount);
    if (this.announcedCount > 0 && this.#portfolioCount > this.announcedCount) throw this.#miscounted();
    for (const shard of splitIntoShards(byteLengths, this.context.pool.workers)) {
      while (this.#inFlight.size >= this.#shardsMax) await Promise.race(this.#inFlight);
      this.#throwIfOver();
      this.#start(block, shard, firstIndex);
    }
  }

  /** Waits for the last answers and writes the summary. */
  async finish(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.race(this.#inFlight);
    this.#throwIfOver();
    if (this.announcedCount > 0 && this.#portfolioCount !== this.announcedCount) throw this.#miscounted();
    const handle = this.terms.market;
    const durationMs = this.#firstChunkAtMs === undefined ? 0 : preciseNowMs() - this.#firstChunkAtMs;
    await this.#write(
      codec('margincube.v1.BatchCalculateMarginResponse').encode({
        summary: {
          portfolioCount: this.#portfolioCount,
          failedCount: this.#failedCount,
          durationMicros: Math.round(durationMs * 1_000),
          workers: this.#use.summary(this.context.pool.workers),
          epoch: String(handle.epoch),
          marketHash: handle.hash,
        },
      }),
    );
  }

  #miscounted(): Error {
    const counts = `${String(this.announcedCount)} portfolios as announced but received ${String(this.#portfolioCount)}`;
    return malformed('header.portfolioCount', `Expected ${counts}`);
  }

  #start(block: PortfolioBlock, shard: ShardRange, firstIndex: number): void {
    const { pool, admission } = this.context;
    const [from = 0, to = from] = [
      block.bounds[2 * shard.first],
      block.bounds[2 * (shard.first + shard.count) - 1],
    ];
    const release = admission.holdBytes(to - from);
    const answered = pool
      .calculate(this.terms, block, shard, firstIndex)
      .then((result) => this.#answer(result))
      .catch((error: unknown) => {
        this.#error ??= error;
      })
      .finally(() => {
        release();
        this.#inFlight.delete(answered);
      });
    this.#inFlight.add(answered);
  }

  async #answer(result: ShardResult): Promise<void> {
    const { use, portfolioCount, failedCount } = result;
    const { metrics, pool } = this.context;
    if (use.threadId >= 0) this.#use.add(pool.ordinalOf(use.threadId), result);
    this.#failedCount += failedCount;
    this.scope.trace.work(threadWork('shard', result, portfolioCount));
    logDefects(this.context, this.scope, result.defects);
    metrics.portfoliosDone(portfolioCount - failedCount, failedCount);
    metrics.shardDone(result.queueSeconds, (use.endedAtMs - use.startedAtMs) / 1_000);
    if (result.stopped) return;
    for (const message of result.messages) await this.#write(asBuffer(message));
  }

  /** Waits when the caller reads slowly. */
  async #write(message: Buffer): Promise<void> {
    this.#throwIfGone();
    if (this.call.write(message)) return;
    // All shards that wait share one wait.
    this.#drained ??= drainOrEnd(this.call).finally(() => (this.#drained = undefined));
    await this.#drained;
    this.#throwIfGone();
  }

  #throwIfGone(): void {
    // Once a failure has been told, a late shard must not write: a write after the end would lose the status.
    const isOver = this.call.destroyed || this.call.writableEnded || this.scope.cancellation.isCancelled;
    if (isOver) throw cancelled();
  }

  #throwIfOver(): void {
    if (this.#error !== undefined) throw this.#error instanceof Error ? this.#error : cancelled();
    if (this.scope.cancellation.isCancelled) throw cancelled();
    if (Date.now() >= this.scope.cancellation.deadlineAtMs) throw deadlinePassed();
  }
}
