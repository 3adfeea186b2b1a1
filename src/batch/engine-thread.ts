/** The ordinary engine of a worker thread; loaded where an account asks for it, with every model of the catalogue. */
import { LruCache } from '../engine/lru-cache.js';
import { MarginEngine } from '../engine/margin-engine.js';
import type { Kernels } from '../kernel/kernels.js';
import { RESOLVED_MODELS_CACHED_MAX } from '../limits.js';
import type { Market } from '../market/snapshot/market.js';
import { modelFromFile } from '../models/catalogue.js';
import { canonicalJson, type ResolvedModel } from '../models/resolved-model.js';
import { addEngineRows } from './engine-shard.js';
import type { ModelColumnsBuilder } from './shard-columns.js';
import type { AccountsTask, ModelContent } from './tasks.js';

const models = new LruCache<ResolvedModel>(RESOLVED_MODELS_CACHED_MAX);
let engines: { readonly all: MarginEngine; readonly few: MarginEngine } | undefined;

/** Margins the account at place `at` of a task and adds its rows. */
export type AddAccount = (at: number, rows: ModelColumnsBuilder) => void;

/**
 * The ordinary engine for the accounts of a task.
 *
 * @param model place among the models of the run
 * @param wanted `few`: accounts beside the kernels of tails; each is repriced by itself, with the same bits
 */
export function engineOf(
  kernels: Kernels,
  market: Market,
  { terms, columns, first }: AccountsTask,
  model: number,
  wanted: 'all' | 'few',
): AddAccount {
  engines ??= { all: new MarginEngine(kernels), few: new MarginEngine(kernels, 0) };
  const engine = engines[wanted];
  const bound = boundModel(terms.models[model]?.content);
  return (at, rows) => {
    addEngineRows(engine, market, bound, terms, columns, first, at, rows);
  };
}

/** The main thread has bound the same parameters before, so a failure here is a defect. */
function boundModel(content: ModelContent | undefined): ResolvedModel {
  return models.getOrAdd(canonicalJson(content), () => {
    const model = modelFromFile(content);
    if (!model.ok) throw new Error(`model ${content?.model ?? ''}: ${model.failure.message}`);
    return model.value;
  });
}
