/** What the threads of a run do, in the order of their tasks: cubes, then accounts. */
import { setImmediate } from 'node:timers/promises';
import { loadKernels } from '../kernel/load-kernels.js';
import { publishMarket } from '../market/snapshot/shared-market.js';
import type { BookColumns } from './book-columns.js';
import type { Shard } from './plan.js';
import type { RunRequest } from './prepare.js';
import { allocateTailCubes } from './tail/tail-cubes.js';
import { planTail } from './tail/tail-plan.js';
import type { AccountsResult, AccountsTask, BatchTask, RunTerms, SliceResult } from './tasks.js';

/** Accounts of one task, about: enough that the cells of a scenario are read for many. */
const ACCOUNTS_PER_TASK = 5_120;

/** Instruments of one slice of a cube. */
const INSTRUMENTS_PER_SLICE = 64;

/** Hands a task to a thread. */
export type Ask = (task: BatchTask) => Promise<SliceResult | AccountsResult>;

/** What decides the work of the threads. */
export type StageRequest = Pick<
  RunRequest,
  | 'market'
  | 'models'
  | 'precision'
  | 'includeVectors'
  | 'topPositions'
  | 'allowApproximations'
  | 'isa'
  | 'onProgress'
>;

/** Answers the terms of the run once its cubes are there. */
export async function buildCubes(request: StageRequest, ask: Ask): Promise<RunTerms> {
  // Drawing scenarios holds the event loop: first everybody else gets to work.
  await setImmediate();
  const terms = publishTerms(request);
  const instruments = request.market.table.instruments.length;
  const slices = terms.models.flatMap(({ tail }, model) =>
    tail === undefined
      ? []
      : Array.from({ length: Math.ceil(instruments / INSTRUMENTS_PER_SLICE) }, (_, at) => {
          const first = at * INSTRUMENTS_PER_SLICE;
          const count = Math.min(INSTRUMENTS_PER_SLICE, instruments - first);
          return { kind: 'slice', terms, model, first, count } as const;
        }),
  );
  const total = slices.reduce((sum, { count }) => sum + count, 0);
  let done = 0;
  await Promise.all(
    slices.map(async (slice) => {
      await ask(slice);
      done += slice.count;
      request.onProgress({ stage: 'cube', done, total });
    }),
  );
  await Promise.all(
    terms.models.map(async ({ tail }, model) => {
      if (tail !== undefined) await ask({ kind: 'basis', terms, model });
    }),
  );
  return terms;
}

/**
 * Margins of the accounts of a shard, in their order. Tasks are of one size in all shards of a round, and as many for each thread:
 * the threads end together.
 *
 * @param columns of a round of shards; `firstOfRound` is the number of its first account
 * @param workers threads that share the work
 */
export async function shardResults(
  terms: RunTerms,
  columns: BookColumns,
  shard: Pick<Shard, 'firstAccount' | 'accountCount'>,
  firstOfRound: number,
  workers: number,
  calculate: (task: AccountsTask) => Promise<AccountsResult>,
): Promise<{ firstAccount: number; models: AccountsResult['models'] }[]> {
  const tasksOfRound = Math.ceil(columns.accountCount / ACCOUNTS_PER_TASK / workers) * workers;
  const length = Math.max(1, Math.round((tasksOfRound * shard.accountCount) / columns.accountCount));
  const place = (task: number): number => Math.floor((shard.accountCount * task) / length);
  const tasks = Array.from({ length }, (_, task) => {
    const first = shard.firstAccount + place(task);
    return { firstAccount: first, first: first - firstOfRound, count: place(task + 1) - place(task) };
  }).filter(({ count }) => count > 0);
  return Promise.all(
    tasks.map(async ({ firstAccount, first, count }) => {
      const { models } = await calculate({ kind: 'accounts', terms, columns, first, count });
      return { firstAccount, models };
    }),
  );
}

function publishTerms(request: StageRequest): RunTerms {
  const { market, models, precision, includeVectors, topPositions, allowApproximations, isa } = request;
  return {
    market: publishMarket(market),
    models: models.map((model) => {
      const content = { model: model.id, name: model.parameterSet, parameters: model.parameters };
      const { pureTail } = model;
      if (pureTail === undefined || precision !== 'single' || includeVectors) return { content };
      const plan = planTail(loadKernels({ isa }), market, model, pureTail);
      return { content, tail: { plan, cubes: allocateTailCubes(market, pureTail) } };
    }),
    topPositions,
    includeVectors,
    allowApproximations,
    isa,
  };
}
