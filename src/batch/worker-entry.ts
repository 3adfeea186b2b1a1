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
import { StageClock } from './thread-clock.js';
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
  const result = last.then(() => calculate(task));
  last = result.catch(() => undefined);
  return result;
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

function buildCubes({ terms, model }: SliceTask | BasisTask, build: (tail: TailMarket) => void): SliceResult {
  const tail = terms.models[model]?.tail;
  if (tail === undefined) return { seconds: NO_SECONDS };
  const clock = new StageClock();
  const market = tailOf(terms, model, tail);
  clock.lap('open');
  build(market);
  clock.lap('cube');
  return { seconds: clock.seconds };
}

async function calculateAccounts(task: AccountsTask): Promise<AccountsResult> {
  const clock = new StageClock();
  let preselection = NO_PRESELECTION;
  const models: ModelColumns[] = [];
  for (const [model, { tail }] of task.terms.models.entries()) {
    const rows = new ModelColumnsBuilder();
    if (tail === undefined) await addByEngine(task, model, rows, clock);
    else preselection = addPreselections(preselection, await addByTails(task, model, tail, rows, clock));
    models.push(rows.build(model));
    clock.lap('engine');
  }
  return { models, seconds: clock.seconds, preselection };
}

async function addByEngine(
  task: AccountsTask,
  model: number,
  rows: ModelColumnsBuilder,
  clock: StageClock,
): Promise<void> {
  const add = await engineFor(task, model, 'all', clock);
  for (let at = 0; at < task.count; at += 1) add(at, rows);
}

async function addByTails(
  task: AccountsTask,
  model: number,
  cubes: BatchTail,
  rows: ModelColumnsBuilder,
  clock: StageClock,
): Promise<Preselection> {
  const { terms, columns, first, count } = task;
  const tail = tailOf(terms, model, cubes);
  clock.lap('open');
  const shard = calculateTails(kernelsOf(terms), tail, columns, first, count, terms.topPositions, clock);
  const isAnyOdd = oddFrom(shard.books, 0, count) < count;
  const addOdd = isAnyOdd ? await engineFor(task, model, 'few', clock) : undefined;
  for (let at = 0; at < count; at += 1) {
    const odd = oddFrom(shard.books, at, count);
    if (odd > at) addTailRows(kernelsOf(terms), tail, shard, at, odd - at, rows);
    if (odd < count) addOdd?.(odd, rows);
    at = odd;
  }
  return shard.preselection;
}

/** Loads the engine where an account needs it first: most runs of tails have none, and its two hundred modules cost a fifth of a second. */
async function engineFor(
  task: AccountsTask,
  model: number,
  wanted: 'all' | 'few',
  clock: StageClock,
): Promise<EngineThread.AddAccount> {
  engineThread ??= await import('./engine-thread.js');
  const add = engineThread.engineOf(kernelsOf(task.terms), marketOf(task.terms.market), task, model, wanted);
  clock.lap('open');
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
