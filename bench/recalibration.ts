/** Impact preview: 10,000 accounts margined under two sets of parameters, as a server does it and as the command does. */
import { unwrap } from '../src/domain/outcome.js';
import { partitionOf } from '../src/domain/partition.js';
import type { Portfolio } from '../src/domain/portfolio.js';
import { DEFAULT_REPORT_OPTIONS } from '../src/engine/margin-engine-types.js';
import { MarginEngine } from '../src/engine/margin-engine.js';
import { loadKernels } from '../src/kernel/load-kernels.js';
import { AccountShards } from '../src/live/margins/account-shards.js';
import { parameterImpact, type ImpactProgress } from '../src/live/margins/parameter-impact.js';
import { LADDER_RULE } from '../src/live/state/ladder-rule.js';
import type { Market } from '../src/market/snapshot/market.js';
import { resolveMarket } from '../src/market/snapshot/resolve-market.js';
import { publishMarket } from '../src/market/snapshot/shared-market.js';
import { resolveModel, type ResolvedModel } from '../src/models/catalogue.js';
import { MarginPool, WORKER_ENTRY } from '../src/pool/margin-pool.js';
import { bookImpact } from '../src/recalibration/preview/book-impact.js';
import { ImpactTally, type ParameterImpact } from '../src/recalibration/preview/impact.js';
import { median } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';
import { sampleBooks, sampleMarketSnapshot } from './lib/sample-books.js';

const BEFORE = { name: 'derive-pm2@btc-2026-08-20' };
/** Another number of the same set; which one costs the same. */
const AFTER = { ...BEFORE, overrides: { volatility: { rangeUp: 0.5 } } };
const ACCOUNTS = 10_000;
const POSITIONS = 20;
const WORKERS = 2;
const TOP_MOVERS = 10;
const WARMUP = 5;
const ROUNDS = 15;
/** Of a sum of accounts, which come in another order in each way. */
const TOLERANCE = 1e-12;

export async function run(): Promise<BenchResult[]> {
  const engine = new MarginEngine(loadKernels());
  const compared = { before: unwrap(resolveModel(BEFORE)), after: unwrap(resolveModel(AFTER)) };
  const market = unwrap(resolveMarket(sampleMarketSnapshot()));
  const books = sampleBooks(ACCOUNTS, POSITIONS, 5);
  const live = await livePreview(engine, compared.before, market, books);
  const command = timed(() =>
    bookImpact(engine, market, books, compared, { rule: LADDER_RULE, topMovers: TOP_MOVERS }),
  );
  const scratch = timed(() => oneByOne(engine, compared, market, books));
  requireSame('the live preview', live.impact, scratch.value);
  requireSame('the preview of a book', command.value.impact, scratch.value);
  const row = { baseline: 'every account by itself, one thread', baselineValue: scratch.seconds };
  const result = (id: string, value: number): BenchResult => ({
    ...{ id, value, unit: 's', ...row, ratio: scratch.seconds / value, target: 'value <= 2' },
  });
  return [result('preview-live', live.seconds), result('preview-book', command.seconds)];
}

/** On the pool, from books that stay packed. */
async function livePreview(
  engine: MarginEngine,
  model: ResolvedModel,
  market: Market,
  books: readonly Portfolio[],
): Promise<{ readonly impact: ParameterImpact; readonly seconds: number }> {
  const shards = new AccountShards(BEFORE.name, { reference: BEFORE, model });
  for (const portfolio of books) {
    const { accountId } = portfolio;
    shards.put({ accountId, partition: partitionOf(accountId), seq: 1, readPortfolio: () => portfolio });
  }
  shards.pack(market, (on, portfolio) => engine.layOut(on, portfolio), 0);
  const pool = new MarginPool({ workers: WORKERS, entry: WORKER_ENTRY });
  await pool.warm();
  const threads = {
    calculate: (...asked: Parameters<MarginPool['calculateColumns']>) => pool.calculateColumns(...asked),
    workers: WORKERS,
  };
  const handle = publishMarket(market);
  const dollars = (): number => 1;
  const layouts = { beforeLayout: 'AS_PACKED', afterLayout: 'AS_PACKED' } as const;
  const currencies = { beforeUsd: dollars, afterUsd: dollars };
  const compared = [{ shards, before: BEFORE, after: AFTER, ...layouts, ...currencies }];
  let last: ImpactProgress | undefined;
  const times: number[] = [];
  for (let round = -WARMUP; round < ROUNDS; round += 1) {
    const startedMs = performance.now();
    for await (const step of parameterImpact(threads, handle, compared, TOP_MOVERS)) last = step;
    if (round >= 0) times.push((performance.now() - startedMs) / 1_000);
  }
  await pool.close();
  if (last?.accountsDone !== ACCOUNTS) throw new Error('the preview left accounts out');
  return { impact: last.impact, seconds: median(times) };
}

function timed<T>(work: () => T): { readonly value: T; readonly seconds: number } {
  const startedMs = performance.now();
  const value = work();
  return { value, seconds: (performance.now() - startedMs) / 1_000 };
}

function oneByOne(
  engine: MarginEngine,
  { before, after }: { readonly before: ResolvedModel; readonly after: ResolvedModel },
  market: Market,
  books: readonly Portfolio[],
): ParameterImpact {
  const tally = new ImpactTally(LADDER_RULE, TOP_MOVERS);
  for (const portfolio of books) {
    const [old, proposed] = [before, after].map((model) => {
      const asked = { model, market, portfolios: [portfolio], options: DEFAULT_REPORT_OPTIONS };
      return unwrap(engine.calculate(asked)[0]!);
    });
    tally.add(portfolio.accountId, old, proposed);
  }
  return tally.impact;
}

function requireSame(what: string, found: ParameterImpact, wanted: ParameterImpact): void {
  for (const [name, value] of Object.entries(wanted)) {
    if (typeof value !== 'number') continue;
    const other = found[name as Exclude<keyof ParameterImpact, 'topMovers'>];
    if (!(Math.abs(other - value) <= TOLERANCE * Math.abs(value)))
      throw new Error(`${what}: ${name} is ${String(other)}, one by one ${String(value)}`);
  }
  const [movers, wantedMovers] = [found, wanted].map(({ topMovers }) =>
    topMovers.map(({ accountId }) => accountId).join(', '),
  );
  if (movers !== wantedMovers) throw new Error(`${what}: other accounts change most: ${String(movers)}`);
}
