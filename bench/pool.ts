/** The worker pool: how busy it keeps its threads, what it gains over one thread, and that it changes no bit. */
import { MarginClient } from '../src/client/index.js';
import { DEFAULT_REPORT_OPTIONS } from '../src/engine/margin-engine-types.js';
import type { Portfolio } from '../src/domain/portfolio.js';
import { MarginEngine } from '../src/engine/margin-engine.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { resolveMarket } from '../src/market/snapshot/resolve-market.js';
import { publishMarket } from '../src/market/snapshot/shared-market.js';
import { resolveModel } from '../src/models/catalogue.js';
import { calculateSlice, encodeOutcome } from '../src/pool/calculate-slices.js';
import { Cancellation } from '../src/pool/cancellation.js';
import { MarginPool, WORKER_ENTRY } from '../src/pool/margin-pool.js';
import { splitIntoShards } from '../src/pool/shards.js';
import { portfolioToMessage } from '../src/wire/convert/portfolio.js';
import { blockOf } from '../src/wire/portfolio-block.js';
import { codec } from '../src/wire/schema.js';
import { batchResponseTwin, outcomeTwin } from '../src/wire/twin.js';
import { median } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';
import { sampleBooks, sampleMarketSnapshot } from './lib/sample-books.js';
import { startServerProcess } from './lib/server-process.js';

const MODEL = { name: 'derive-pm2@btc-2026-08-20' };
const WORKERS = 2;
const PORTFOLIOS = 5_000;
const POSITIONS = 50;
const ROUNDS = 5;

export async function run(): Promise<BenchResult[]> {
  return [...(await measureUtilisation()), ...(await measureThroughput())];
}

/** A batch over gRPC to a server in another process, as a client sees it. */
async function measureUtilisation(): Promise<BenchResult[]> {
  const server = await startServerProcess('margincube', { workers: WORKERS });
  const client = new MarginClient(server.address);
  const books = sampleBooks(PORTFOLIOS, POSITIONS, 3);
  const plain = await measureBatches(client, books, {});
  // The same books with every margin divided among positions: more work per byte on the wire.
  const divided = await measureBatches(client, books, { includeContributions: true });
  client.close();
  server.stop();
  const row = (id: string, value: number, unit: string, target: string | null): BenchResult => ({
    id,
    value,
    unit,
    baseline: null,
    baselineValue: null,
    ratio: null,
    target,
  });
  return [
    row('utilisation', plain.utilisation, '% of the less busy worker', 'value >= 90'),
    row('batch-grpc', plain.rate, 'portfolios/s', null),
    row('utilisation-contributions', divided.utilisation, '% of the less busy worker', 'value >= 90'),
    row('batch-grpc-contributions', divided.rate, 'portfolios/s', null),
  ];
}

/** Medians over the rounds, after one that warms up. */
async function measureBatches(
  client: MarginClient,
  books: readonly Portfolio[],
  options: { readonly includeContributions?: boolean },
): Promise<{ readonly utilisation: number; readonly rate: number }> {
  const lowest: number[] = [];
  const rates: number[] = [];
  for (let round = -1; round < ROUNDS; round++) {
    const startedMs = performance.now();
    const batch = client.batchCalculateMargin({ model: MODEL, options }, books);
    const outcomes = await batch.all();
    const seconds = (performance.now() - startedMs) / 1_000;
    if (!outcomes.every(({ outcome }) => outcome === 'report'))
      throw new Error('a portfolio of the bench failed');
    if (round < 0) continue;
    lowest.push(100 * Math.min(...(batch.summary?.workers ?? []).map(({ utilisation }) => utilisation)));
    rates.push(PORTFOLIOS / seconds);
  }
  return { utilisation: median(lowest), rate: median(rates) };
}

async function measureThroughput(): Promise<BenchResult[]> {
  const market = resolveMarket(sampleMarketSnapshot());
  const model = resolveModel(MODEL);
  if (!market.ok || !model.ok) throw new Error('the sample market or the model is refused');
  const { encode } = codec('margincube.v1.Portfolio');
  const slices = sampleBooks(PORTFOLIOS, POSITIONS, 4).map((book) => encode(portfolioToMessage(book)));
  const context = {
    calculator: new MarginEngine(loadKernels()),
    market: market.value,
    model: model.value,
    options: DEFAULT_REPORT_OPTIONS,
  };
  const inline = (): Buffer[] =>
    slices.map((slice, index) =>
      encodeOutcome(index, calculateSlice(context, slice, `portfolios[${String(index)}]`).outcome),
    );

  const pool = new MarginPool({ workers: WORKERS, entry: WORKER_ENTRY });
  await pool.warm();
  const terms = {
    market: publishMarket(market.value),
    model: MODEL,
    options: DEFAULT_REPORT_OPTIONS,
    stop: new Cancellation().signal,
    isSingle: false,
  };
  const block = blockOf(slices);
  const shards = splitIntoShards(
    slices.map(({ length }) => length),
    WORKERS,
  );
  const pooled = async (): Promise<Buffer[]> => {
    const results = await Promise.all(shards.map((shard) => pool.calculate(terms, block, shard, 0)));
    return results
      .flatMap(({ messages }) => messages.flatMap((message) => batchResponseTwin.decode(message).outcomes))
      .map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
      .sort((a, b) => outcomeTwin.decode(a).index - outcomeTwin.decode(b).index);
  };

  const seconds: [number[], number[]] = [[], []];
  let differing = 0;
  for (let round = -1; round < ROUNDS; round++) {
    const startedMs = performance.now();
    const one = inline();
    const betweenMs = performance.now();
    const many = await pooled();
    const endedMs = performance.now();
    differing = one.filter((bytes, index) => many[index]?.equals(bytes) !== true).length;
    if (round < 0) continue;
    seconds[0].push((betweenMs - startedMs) / 1_000);
    seconds[1].push((endedMs - betweenMs) / 1_000);
  }
  await pool.close();
  const [inlineSeconds, poolSeconds] = [median(seconds[0]), median(seconds[1])];
  return [
    {
      id: 'pool-2',
      value: PORTFOLIOS / poolSeconds,
      unit: 'portfolios/s',
      baseline: 'the same bytes on one thread without a pool',
      baselineValue: PORTFOLIOS / inlineSeconds,
      ratio: inlineSeconds / poolSeconds,
      target: null,
    },
    {
      id: 'pool-inline-differences',
      value: differing,
      unit: 'outcomes whose bytes differ',
      baseline: null,
      baselineValue: null,
      ratio: null,
      target: 'value <= 0',
    },
  ];
}
