/** What a worker thread of an end-of-day run does. It never logs: while it waits for work nothing drains its output. */
import { LruCache } from '../engine/lru-cache.js';
import type { Kernels } from '../kernel/kernels.js';
import { loadKernels } from '../kernel/load-kernels.js';
import { MARKET_TABLES_CACHED_MAX, OPEN_MARKETS_MAX } from '../limits.js';
import { MarketTableCache } from '../market/snapshot/market-table.js';
import type { Market } from '../market/snapshot/market.js';
import { openMarket, type MarketHandle } from '../market/snapshot/shared-market.js';
import type * as EngineThread from './engine-thread.js';
import { ModelColumnsBuilder, type ModelColumns } from './shard-columns.js';
import type { TailBooks } from './tail/tail-books.js';
import { openTailMarket, type TailMarket } from './tail/tail-cubes.js';
import { addTailRows } from './tail/tail-rows.js';
import { calculateTails } from './tail/tail-shard.js';
import { threadTime } from './thread-clock.js';
import {
  addPreselections,
  NO_PRESELECTION,
  NO_SECONDS,
  type AccountsResult,
  type AccountsTask,
  type BasisTask,
  type BatchTail,
  type BatchTask,
  type Preselection,
  type RunTerms,
  type SliceResult,
  type SliceTask,
} from './tasks.js';

const tables = new MarketTableCache(MARKET_TABLES_CACHED_MAX);
const markets = new LruCache<Market>(OPEN_MARKETS_MAX);
/** One run per thread: the place of the model names its cubes. */
const tails = new Map<number, TailMarket>();
let kernels: Kernels | undefined;
let engineThread: typeof EngineThread | undefined;
let last: Promise<unknown> = Promise.resolve();

/** One task at a time: a task that waits for the engine to be loaded goes on in the memory of its thread. */
export default function run(task: BatchTask): Promise<SliceResult | AccountsResult> {
  const result = last.then(() => timed(task));
  last = result.catch(() => undefined);
  return result;
}

async function timed(task: BatchTask): Promise<SliceResult | AccountsResult> {
  const { waitSeconds } = threadTime();
  const result = await calculate(task);
  const wait = threadTime().waitSeconds - waitSeconds;
  return { ...result, seconds: { ...result.seconds, wait } };
}

async function calculate(task: BatchTask): Promise<SliceResult | AccountsResult> {
  switch (task.kind) {
    case 'slice':
      return buildCubes(task, (tail) => {
        tail.build(task.first, task.count);
      });
    case 'basis':
      return buildCubes(task, (tail) => {
        tail.factor();
      });
    case 'accounts':
      return calculateAccounts(task);
  }
}

function coreSeconds(): number {
  return threadTime().coreSeconds;
}

function buildCubes({ terms, model }: SliceTask | BasisTask, build: (tail: TailMarket) => void): SliceResult {
  const tail = terms.models[model]?.tail;
  if (tail === undefined) return { seconds: NO_SECONDS };
  const startedAt = coreSeconds();
  const market = tailOf(terms, model, tail);
  const openedAt = coreSeconds();
  build(market);
  return { seconds: { ...NO_SECONDS, open: openedAt - startedAt, cube: coreSeconds() - openedAt } };
}

async function calculateAccounts(task: AccountsTask): Promise<AccountsResult> {
  const seconds = { ...NO_SECONDS };
  let preselection = NO_PRESELECTION;
  const models: ModelColumns[] = [];
  for (const [model, { tail }] of task.terms.models.entries()) {
    const rows = new ModelColumnsBuilder();
    if (tail === undefined) await addByEngine(task, model, rows, seconds);
    else preselection = addPreselections(preselection, await addByTails(task, model, tail, rows, seconds));
    models.push(rows.build(model));
  }
  return { models, seconds, preselection };
}

type Times = { -readonly [Key in keyof typeof NO_SECONDS]: number };

async function addByEngine(
  task: AccountsTask,
  model: number,
  rows: ModelColumnsBuilder,
  seconds: Times,
): Promise<void> {
  const add = await engineFor(task, model, 'all', seconds);
  const startedAt = coreSeconds();
  for (let at = 0; at < task.count; at += 1) add(at, rows);
  seconds.engine += coreSeconds() - startedAt;
}

async function addByTails(
  task: AccountsTask,
  model: number,
  cubes: BatchTail,
  rows: ModelColumnsBuilder,
  seconds: Times,
): Promise<Preselection> {
  const { terms, columns, first, count } = task;
  const openingAt = coreSeconds();
  const tail = tailOf(terms, model, cubes);
  seconds.open += coreSeconds() - openingAt;
  const shard = calculateTails(
    kernelsOf(terms),
    tail,
    columns,
    first,
    count,
    terms.topPositions,
    seconds,
    coreSeconds,
  );
  const isAnyOdd = oddFrom(shard.books, 0, count) < count;
  const addOdd = isAnyOdd ? await engineFor(task, model, 'few', seconds) : undefined;
  const startedAt = coreSeconds();
  for (let at = 0; at < count; at += 1) {
    const odd = oddFrom(shard.books, at, count);
    if (odd > at) addTailRows(kernelsOf(terms), tail, shard, at, odd - at, rows);
    if (odd < count) addOdd?.(odd, rows);
    at = odd;
  }
  seconds.engine += coreSeconds() - startedAt;
  return shard.preselection;
}

/** Loads the engine where an account needs it first: most runs of tails have none, and its two hundred modules cost a fifth of a second. */
async function engineFor(
  task: AccountsTask,
  model: number,
  wanted: 'all' | 'few',
  seconds: Times,
): Promise<EngineThread.AddAccount> {
  const openingAt = coreSeconds();
  engineThread ??= await import('./engine-thread.js');
  const add = engineThread.engineOf(kernelsOf(task.terms), marketOf(task.terms.market), task, model, wanted);
  seconds.open += coreSeconds() - openingAt;
  return add;
}

function kernelsOf({ isa }: RunTerms): Kernels {
  return (kernels ??= loadKernels({ isa }));
}

/** The first odd book from `at` on; `count` where there is none. */
function oddFrom({ isOdd }: TailBooks, at: number, count: number): number {
  const odd = isOdd.indexOf(1, at);
  return odd < 0 || odd > count ? count : odd;
}

function marketOf(handle: MarketHandle): Market {
  return markets.getOrAdd(`${String(handle.epoch)} ${handle.hash}`, () => openMarket(handle, tables));
}

function tailOf(terms: RunTerms, model: number, { plan, cubes }: BatchTail): TailMarket {
  const known = tails.get(model);
  if (known !== undefined) return known;
  const tail = openTailMarket(kernelsOf(terms), marketOf(terms.market), plan, cubes);
  tails.set(model, tail);
  return tail;
}
