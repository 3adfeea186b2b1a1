/**
 * What a worker thread runs. It is loaded as plain JavaScript by the pool and is the one file of this room that imports the
 * engine, the models, the market and the kernels. A thread never logs: while it waits for work nothing drains its output.
 */
import { threadId } from 'node:worker_threads';
import { move, transferableSymbol, valueSymbol } from 'piscina';
import { openBooks, openMargins } from '../engine/book-columns.js';
import { LruCache } from '../engine/lru-cache.js';
import { MarginEngine } from '../engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../engine/margin-engine-types.js';
import type { ProjectedExcess } from '../engine/margin-engine-types.js';
import { loadKernels } from '../kernel/load-kernels.js';
import { MARKET_TABLES_CACHED_MAX, OPEN_MARKETS_MAX, RESOLVED_MODELS_CACHED_MAX } from '../limits.js';
import { MarketTableCache } from '../market/snapshot/market-table.js';
import type { Market } from '../market/snapshot/market.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import type { MarketHandle } from '../market/snapshot/shared-market.js';
import { openMarket, publishMarket } from '../market/snapshot/shared-market.js';
import { calibrateUnderlying } from '../market/volatility/calibrate-market.js';
import { resolveModel } from '../models/catalogue.js';
import { COLUMN_STATUS } from '../models/column-margins.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import { canonicalJson } from '../models/resolved-model.js';
import type { ModelName } from '../wire/convert/calculation.js';
import { snapshotFromMessage } from '../wire/convert/market.js';
import { codec } from '../wire/schema.js';
import { calculateSlice, decodePortfolio, encodeOutcome } from './calculate-slices.js';
import { stopQuestion } from './cancellation.js';
import { frameOutcomes } from './shard-response.js';
import { preciseNowMs, taskTimes } from './tasks.js';
import type {
  ColumnTask,
  MarketResult,
  MarketTask,
  ProjectionTask,
  ReadMarket,
  ShardResult,
  ShardTask,
  WarmResult,
  WarmTask,
  WorkerTask,
} from './tasks.js';

const kernels = loadKernels();
const engine = new MarginEngine(kernels);
const tables = new MarketTableCache(MARKET_TABLES_CACHED_MAX);
const markets = new LruCache<Market>(OPEN_MARKETS_MAX);
const models = new LruCache<ResolvedModel>(RESOLVED_MODELS_CACHED_MAX);

export default function run(task: WorkerTask): unknown {
  switch (task.kind) {
    case 'shard':
      return runShard(task);
    case 'market':
      return runMarket(task);
    case 'calibration':
      return calibrateUnderlying(kernels, task.request);
    case 'columns':
      runColumns(task);
      return undefined;
    case 'projection':
      return runProjection(task);
    case 'warm':
      return warm(task);
  }
}

function runShard(task: ShardTask): unknown {
  const startedAtMs = preciseNowMs();
  const shouldStop = stopQuestion(task.stop);
  const encoded: Buffer[] = [];
  const defects: string[] = [];
  const { bytes: block, bounds } = task.portfolios;
  const count = bounds.length / 2;
  let failedCount = 0;
  if (!shouldStop()) {
    const context = {
      calculator: engine,
      market: marketOf(task.market),
      model: modelOf(task.model),
      options: task.options,
    };
    const bytes = Buffer.from(block.buffer, block.byteOffset, block.byteLength);
    for (let portfolio = 0; portfolio < count && !shouldStop(); portfolio++) {
      const index = task.firstIndex + portfolio;
      const slice = bytes.subarray(bounds[2 * portfolio], bounds[2 * portfolio + 1]);
      const path = task.isSingle ? 'portfolio' : `portfolios[${String(index)}]`;
      const { outcome, defect } = calculateSlice(context, slice, path);
      if (!outcome.ok) failedCount++;
      if (defect !== undefined) defects.push(`${path}: ${defect}`);
      encoded.push(encodeOutcome(index, outcome));
    }
  }
  const stopped = encoded.length < count;
  const messages = stopped
    ? []
    : frameOutcomes(encoded, {
        queueMicros: (startedAtMs - task.queuedAtMs) * 1_000,
        computeMicros: (preciseNowMs() - startedAtMs) * 1_000,
      });
  const result: ShardResult = {
    messages,
    portfolioCount: encoded.length,
    failedCount,
    stopped,
    defects,
    ...taskTimes(threadId, task.queuedAtMs, startedAtMs),
  };
  return movable(result, messages);
}

function runColumns({ market, model, shards, allowApproximations }: ColumnTask): void {
  const on = { market: marketOf(market), model: modelOf(model) };
  const context = { ...on, calculator: engine, options: { ...DEFAULT_REPORT_OPTIONS, allowApproximations } };
  for (const { books, portfolios, results } of shards) {
    const margins = openMargins(results);
    engine.calculateColumns(on, openBooks(books), margins);
    const { bytes, offsets } = portfolios;
    for (let account = 0; account < results.accounts; account++) {
      if (margins.status[account] !== COLUMN_STATUS.BY_ITSELF) continue;
      const from = offsets[account] ?? 0;
      const slice = Buffer.from(bytes, from, (offsets[account + 1] ?? 0) - from);
      const { outcome } = calculateSlice(context, slice, '');
      margins.status[account] = outcome.ok ? COLUMN_STATUS.MARGINED : COLUMN_STATUS.FAILED;
      margins.equity[account] = outcome.ok ? outcome.value.equity : 0;
      margins.initialMargin[account] = outcome.ok ? outcome.value.initialMargin : 0;
      margins.maintenanceMargin[account] = outcome.ok ? outcome.value.maintenanceMargin : 0;
    }
  }
}

function runProjection({ market, model, books, deviation }: ProjectionTask): (ProjectedExcess | undefined)[] {
  const on = { market: marketOf(market), model: modelOf(model) };
  const found: (ProjectedExcess | undefined)[] = [];
  for (let book = 0; book + 1 < books.offsets.length; book++) {
    const from = books.offsets[book] ?? 0;
    const portfolio = decodePortfolio(Buffer.from(books.bytes, from, (books.offsets[book + 1] ?? 0) - from));
    const projected = portfolio.ok
      ? engine.projectedExcess({ ...on, portfolio: portfolio.value, deviation })
      : portfolio;
    found.push(projected.ok ? projected.value : undefined);
  }
  return found;
}

/** The market of a handle, opened once per thread while it is in use. */
function marketOf(handle: MarketHandle): Market {
  const key = `${String(handle.epoch)} ${handle.hash}`;
  return markets.getOrAdd(key, () => openMarket(handle, tables));
}

/** The main thread has resolved the same name before, so a failure here is a defect. */
function modelOf(reference: ModelName): ResolvedModel {
  return models.getOrAdd(canonicalJson(reference), () => {
    const model = resolveModel(reference);
    if (!model.ok) throw new Error(`model ${reference.name}: ${model.failure.message}`);
    return model.value;
  });
}

function runMarket(task: MarketTask): MarketResult {
  const startedAtMs = preciseNowMs();
  const read = resolveInlineMarket(task);
  return { ...read, ...taskTimes(threadId, task.queuedAtMs, startedAtMs) };
}

function resolveInlineMarket(task: MarketTask): ReadMarket {
  if (stopQuestion(task.stop)())
    return {
      ok: false,
      failure: { reason: 'CANCELLED', field: '', message: 'The call ended before its market was read' },
    };
  let message;
  try {
    message = codec('margincube.v1.MarketSnapshot').decode(Buffer.from(task.bytes.buffer));
  } catch {
    const text = `Expected a margincube.v1.MarketSnapshot but received ${String(task.bytes.length)} bytes that are none`;
    return { ok: false, failure: { reason: 'INVALID_VALUE', field: 'market', message: text } };
  }
  const snapshot = snapshotFromMessage(message);
  if (!snapshot.ok) return snapshot;
  const market = resolveMarket(snapshot.value);
  return market.ok ? { ok: true, market: publishMarket(market.value) } : market;
}

function warm({ arrived, workers, timeoutMs }: WarmTask): WarmResult {
  const word = new Int32Array(arrived);
  Atomics.add(word, 0, 1);
  Atomics.notify(word, 0);
  const deadlineMs = preciseNowMs() + timeoutMs;
  for (let seen = Atomics.load(word, 0); seen < workers; seen = Atomics.load(word, 0)) {
    const leftMs = deadlineMs - preciseNowMs();
    if (!(leftMs > 0)) throw new Error(`only ${String(seen)} of ${String(workers)} worker threads started`);
    Atomics.wait(word, 0, seen, leftMs);
  }
  return { threadId, isa: engine.isa };
}

/** Hands the buffers of a result over instead of copying them. */
function movable(result: ShardResult, messages: readonly Uint8Array<ArrayBuffer>[]): unknown {
  const transferred = { [transferableSymbol]: messages.map(({ buffer }) => buffer), [valueSymbol]: result };
  return move(transferred);
}
