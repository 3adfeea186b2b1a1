/**
 * One tick of the market: 10,000 accounts margined again in columns on two threads, against one book at a time; and how long a price takes
 * to those who follow margins while the market ticks 50 times a second.
 */
import type { Portfolio } from '../src/domain/portfolio.js';
import { allocateMargins, openMargins, packBooks } from '../src/engine/book-columns.js';
import { MarginEngine } from '../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../src/engine/margin-engine-types.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import type { MarketSnapshot } from '../src/market/snapshot/market-snapshot.js';
import type { Market } from '../src/market/snapshot/market.js';
import { resolveMarket } from '../src/market/snapshot/resolve-market.js';
import { publishMarket } from '../src/market/snapshot/shared-market.js';
import { COLUMN_STATUS } from '../src/models/column-margins.js';
import { resolveModel } from '../src/models/catalogue.js';
import { encodeBook, shareBooks } from '../src/pool/encode-books.js';
import { MarginPool, WORKER_ENTRY } from '../src/pool/margin-pool.js';
import { unwrap } from '../src/domain/outcome.js';
import { median, quantile } from './lib/measure.js';
import { putAccounts } from './lib/put-account.js';
import type { BenchResult } from './lib/result.js';
import { sampleBooks, sampleMarketSnapshot } from './lib/sample-books.js';
import { startServerProcess } from './lib/server-process.js';
import { tickLatencies } from './lib/tick-subscriber.js';

const MODEL = { name: 'derive-pm2@btc-2026-08-20' };
const ACCOUNTS = 10_000;
const POSITIONS = 20;
const WORKERS = 2;
const SHARDS = 16;
const WARMUP = 40;
const ROUNDS = 100;

const FOLLOWED = 1_000;
const TICKS_PER_SECOND = 50;
const TICKS = 1_000;
const TICKS_WARMUP = 250;
/** Bounds of the histogram, milliseconds. */
const WITHIN_MS = [10, 20, 30, 50, 100];

export async function run(): Promise<BenchResult[]> {
  return [await measureTick(), ...(await measureSubscriber())];
}

/** A steady market through a server in a process of its own, publisher and subscriber on sockets. */
async function measureSubscriber(): Promise<BenchResult[]> {
  const server = await startServerProcess('margincube-now', { workers: WORKERS });
  try {
    await putAccounts(server.address, sampleBooks(FOLLOWED, POSITIONS, 5), MODEL.name);
    const { latencies, merged, accountsMin } = await tickLatencies(server.address, FOLLOWED, {
      ticks: TICKS,
      warmup: TICKS_WARMUP,
      intervalMs: 1_000 / TICKS_PER_SECOND,
    });
    if (accountsMin < FOLLOWED)
      throw new Error(`an epoch came with ${String(accountsMin)} of ${String(FOLLOWED)} accounts`);
    const load = `${String(FOLLOWED)} followed accounts x ${String(POSITIONS)} positions, ${String(TICKS_PER_SECOND)} ticks/s`;
    const row = (id: string, value: number, unit: string): BenchResult => ({
      id,
      value,
      unit,
      baseline: null,
      baselineValue: null,
      ratio: null,
      target: null,
    });
    const within = (ms: number): number =>
      (100 * latencies.filter((latency) => latency <= ms).length) / latencies.length;
    return [
      row('subscriber-p50', quantile(latencies, 0.5), `ms from price to last margin, ${load}`),
      ...[0.9, 0.99].map((level) =>
        row(`subscriber-p${String(100 * level)}`, quantile(latencies, level), 'ms'),
      ),
      row('subscriber-max', Math.max(...latencies), 'ms'),
      ...WITHIN_MS.map((ms) => row(`subscriber-within-${String(ms)}`, within(ms), '% of ticks')),
      row('subscriber-ticks', latencies.length, 'ticks'),
      row('subscriber-merged', merged, 'ticks that came with a later one'),
    ];
  } finally {
    server.stop();
  }
}

async function measureTick(): Promise<BenchResult> {
  const pool = new MarginPool({ workers: WORKERS, entry: WORKER_ENTRY });
  await pool.warm();
  const engine = new MarginEngine(loadKernels());
  const model = unwrap(resolveModel(MODEL));
  const books = sampleBooks(ACCOUNTS, POSITIONS, 5);
  let market = unwrap(resolveMarket(moved(0)));
  const shards = shardsOf(books).map((own) => ({
    own,
    task: {
      books: packBooks(own.map((book) => engine.layOut({ model, market }, book))),
      portfolios: shareBooks(own.map(encodeBook)),
      results: allocateMargins(own.length),
    },
  }));
  const parts = Array.from({ length: WORKERS }, (_, worker) =>
    shards.filter((_shard, at) => at % WORKERS === worker).map(({ task }) => task),
  );
  const ticks: number[] = [];
  for (let round = -WARMUP; round < ROUNDS; round += 1) {
    const snapshot = moved(round);
    const startedMs = performance.now();
    market = unwrap(resolveMarket(snapshot, market));
    const handle = publishMarket(market);
    await Promise.all(parts.map((part) => pool.calculateColumns(handle, MODEL, part)));
    if (round >= 0) ticks.push(performance.now() - startedMs);
  }
  const scratchMs = fromScratch(engine, model, market, books, shards);
  await pool.close();
  const tickMs = median(ticks);
  return {
    id: 'tick',
    value: tickMs,
    unit: 'ms',
    baseline: 'the same books one by one, from scratch, one thread',
    baselineValue: scratchMs,
    ratio: scratchMs / tickMs,
    target: 'value <= 10',
  };
}

/** The whole market after a move of the index, forwards with it. */
function moved(round: number): MarketSnapshot {
  const snapshot = sampleMarketSnapshot();
  const factor = 1 + 0.0001 * (round % 50);
  return {
    ...snapshot,
    underlyings: snapshot.underlyings.map((one) => ({ ...one, indexPrice: one.indexPrice * factor })),
    expiries: snapshot.expiries.map((one) => ({ ...one, forward: one.forward * factor })),
    instruments: snapshot.instruments.map((one) =>
      one.markPrice === undefined ? one : { ...one, markPrice: one.markPrice * factor },
    ),
  };
}

function shardsOf(books: readonly Portfolio[]): Portfolio[][] {
  const size = Math.ceil(books.length / SHARDS);
  return Array.from({ length: SHARDS }, (_, shard) => books.slice(shard * size, (shard + 1) * size));
}

/** Milliseconds for all books one by one; throws when a bit differs from the columns. */
function fromScratch(
  engine: MarginEngine,
  model: Parameters<MarginEngine['calculate']>[0]['model'],
  market: Market,
  books: readonly Portfolio[],
  shards: readonly { own: readonly Portfolio[]; task: { results: Parameters<typeof openMargins>[0] } }[],
): number {
  const startedMs = performance.now();
  const outcomes = engine.calculate({ model, market, portfolios: books, options: DEFAULT_REPORT_OPTIONS });
  const elapsedMs = performance.now() - startedMs;
  let at = 0;
  for (const { own, task } of shards) {
    const { status, equity, initialMargin, maintenanceMargin } = openMargins(task.results);
    for (let account = 0; account < own.length; account += 1) {
      const report = unwrap(outcomes[at]!);
      at += 1;
      const isSame =
        status[account] === COLUMN_STATUS.MARGINED &&
        equity[account] === report.equity &&
        initialMargin[account] === report.initialMargin &&
        maintenanceMargin[account] === report.maintenanceMargin;
      if (!isSame)
        throw new Error(`account ${report.accountId}: the columns differ from the margin of one book`);
    }
  }
  return elapsedMs;
}
