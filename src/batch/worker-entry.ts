/** What a worker thread of an end-of-day run does. It never logs: while it waits for work nothing drains its output. */
import { LruCache } from '../engine/lru-cache.js';
import { MarginEngine } from '../engine/margin-engine.js';
import type { Kernels } from '../kernel/kernels.js';
import { loadKernels } from '../kernel/load-kernels.js';
import { MARKET_TABLES_CACHED_MAX, OPEN_MARKETS_MAX, RESOLVED_MODELS_CACHED_MAX } from '../limits.js';
import { MarketTableCache } from '../market/snapshot/market-table.js';
import type { Market } from '../market/snapshot/market.js';
import { openMarket, type MarketHandle } from '../market/snapshot/shared-market.js';
import { modelFromFile } from '../models/catalogue.js';
import { canonicalJson, type ResolvedModel } from '../models/resolved-model.js';
import { addEngineRows } from './engine-shard.js';
import { ModelColumnsBuilder } from './shard-columns.js';
import { openTailMarket, type TailCubes, type TailMarket } from './tail/tail-cubes.js';
import { addTailRows, calculateTails } from './tail/tail-shard.js';
import { threadTime } from './thread-clock.js';
import {
  addPreselections,
  NO_PRESELECTION,
  NO_SECONDS,
  type AccountsResult,
  type AccountsTask,
  type BasisTask,
  type BatchTask,
  type Preselection,
  type RunTerms,
  type SliceResult,
  type SliceTask,
} from './tasks.js';

const tables = new MarketTableCache(MARKET_TABLES_CACHED_MAX);
const markets = new LruCache<Market>(OPEN_MARKETS_MAX);
const models = new LruCache<ResolvedModel>(RESOLVED_MODELS_CACHED_MAX);
/** One run per thread: the market and the model name the cubes. */
const tails = new LruCache<TailMarket>(RESOLVED_MODELS_CACHED_MAX);
let loaded:
  { readonly kernels: Kernels; readonly engine: MarginEngine; readonly bookEngine: MarginEngine } | undefined;

export default function run(task: BatchTask): SliceResult | AccountsResult {
  const { waitSeconds } = threadTime();
  const result = calculate(task);
  const wait = threadTime().waitSeconds - waitSeconds;
  return { ...result, seconds: { ...result.seconds, wait } };
}

function calculate(task: BatchTask): SliceResult | AccountsResult {
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
  const cubes = terms.models[model]?.cubes;
  if (cubes === undefined) return { seconds: NO_SECONDS };
  const startedAt = coreSeconds();
  const tail = tailOf(terms, cubes, boundModel(terms, model));
  const openedAt = coreSeconds();
  build(tail);
  return { seconds: { ...NO_SECONDS, open: openedAt - startedAt, cube: coreSeconds() - openedAt } };
}

function calculateAccounts(task: AccountsTask): AccountsResult {
  const { terms } = task;
  const seconds = { ...NO_SECONDS };
  let preselection = NO_PRESELECTION;
  const columns = terms.models.map(({ cubes }, at) => {
    const rows = new ModelColumnsBuilder();
    if (cubes === undefined) addByEngine(task, at, rows, seconds);
    else preselection = addPreselections(preselection, addByTails(task, at, cubes, rows, seconds));
    return rows.build(at);
  });
  return { models: columns, seconds, preselection };
}

type Times = { -readonly [Key in keyof typeof NO_SECONDS]: number };

function addByEngine(
  { terms, columns, first, count }: AccountsTask,
  model: number,
  rows: ModelColumnsBuilder,
  seconds: Times,
): void {
  const openingAt = coreSeconds();
  const { engine } = machinery(terms.isa);
  const market = marketOf(terms.market);
  const startedAt = coreSeconds();
  seconds.open += startedAt - openingAt;
  for (let at = 0; at < count; at += 1)
    addEngineRows(engine, market, boundModel(terms, model), terms, columns, first, at, rows);
  seconds.engine += coreSeconds() - startedAt;
}

function addByTails(
  { terms, columns, first, count }: AccountsTask,
  model: number,
  cubes: TailCubes,
  rows: ModelColumnsBuilder,
  seconds: Times,
): Preselection {
  const openingAt = coreSeconds();
  const { kernels, bookEngine } = machinery(terms.isa);
  const bound = boundModel(terms, model);
  const tail = tailOf(terms, cubes, bound);
  seconds.open += coreSeconds() - openingAt;
  const wantsContributions = terms.topPositions > 0;
  const shard = calculateTails(
    kernels,
    tail,
    columns,
    first,
    count,
    wantsContributions,
    seconds,
    coreSeconds,
  );
  const startedAt = coreSeconds();
  for (let at = 0; at < count; at += 1) {
    if (shard.books.isOdd[at] === 0) addTailRows(tail, shard, at, terms.topPositions, rows);
    else addEngineRows(bookEngine, tail.market, bound, terms, columns, first, at, rows);
  }
  seconds.engine += coreSeconds() - startedAt;
  return shard.preselection;
}

function machinery(isa: string): NonNullable<typeof loaded> {
  if (loaded !== undefined) return loaded;
  const kernels = loadKernels({ isa });
  // Books beside the kernels of tails are few: each is repriced by itself, with the same bits.
  loaded = { kernels, engine: new MarginEngine(kernels), bookEngine: new MarginEngine(kernels, 0) };
  return loaded;
}

function marketOf(handle: MarketHandle): Market {
  return markets.getOrAdd(`${String(handle.epoch)} ${handle.hash}`, () => openMarket(handle, tables));
}

/** The main thread has bound the same parameters before, so a failure here is a defect. */
function boundModel({ models: all }: RunTerms, at: number): ResolvedModel {
  const content = all[at]?.content;
  return models.getOrAdd(canonicalJson(content), () => {
    const model = modelFromFile(content);
    if (!model.ok) throw new Error(`model ${content?.model ?? ''}: ${model.failure.message}`);
    return model.value;
  });
}

function tailOf(terms: RunTerms, cubes: TailCubes, model: ResolvedModel): TailMarket {
  const { pureTail } = model;
  if (pureTail === undefined) throw new TypeError(`model ${model.id} is no pure tail`);
  return tails.getOrAdd(`${terms.market.hash} ${model.parameterHash}`, () =>
    openTailMarket(machinery(terms.isa).kernels, marketOf(terms.market), model, pureTail, cubes),
  );
}
