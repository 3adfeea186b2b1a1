/**
 * The stages of an end-of-day run by themselves: cubes, aggregation and tails of many books in fresh threads, with nothing read or
 * written beside them. What two threads gain here is theirs; in a whole run they share the cores with all the rest.
 */
import { BatchThreads } from '../../src/batch/batch-threads.js';
import { sharedFloat64, sharedInt32, sharedUint32, type BookColumns } from '../../src/batch/book-columns.js';
import { buildCubes, shardResults } from '../../src/batch/stages.js';
import { addSeconds, NO_SECONDS, type AccountsResult, type StageSeconds } from '../../src/batch/tasks.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import type { Market } from '../../src/market/snapshot/market.js';
import type { ResolvedModel } from '../../src/models/resolved-model.js';
import { uniformBook } from '../../src/synthetic/uniform-books.js';
import { POSITIONS, SEED } from './eod-case.js';

/** The books of `writeCase` as the threads get them, without collateral. */
export function stageColumns(market: Market, accounts: number): BookColumns {
  const instrument = sharedInt32(accounts * POSITIONS);
  const quantity = sharedFloat64(accounts * POSITIONS);
  const rowOffsets = sharedUint32(accounts + 1);
  for (let account = 0; account < accounts; account += 1) {
    rowOffsets[account + 1] = (account + 1) * POSITIONS;
    uniformBook(market, POSITIONS, SEED, account).positions.forEach((position, at) => {
      instrument[account * POSITIONS + at] = position.instrument;
      quantity[account * POSITIONS + at] = position.quantity;
    });
  }
  return {
    ...{ accountCount: accounts, rowOffsets, instrument, quantity },
    ...{ balanceOffsets: sharedUint32(accounts + 1), balanceAsset: sharedUint32(0) },
    ...{ balanceAmount: sharedFloat64(0), assets: [], unknownInstruments: new Map() },
  };
}

export interface StagesRun {
  /** From the first task to the last result, by the clock: all tasks, waiting for each other included. */
  readonly wallSeconds: number;
  readonly stages: StageSeconds;
}

export async function runStages(
  market: Market,
  model: ResolvedModel,
  columns: BookColumns,
  workers: number,
): Promise<StagesRun> {
  const threads = new BatchThreads(workers);
  await threads.loaded;
  let stages = NO_SECONDS;
  const startedAt = { ms: performance.now() };
  let isFirst = true;
  const ask = async (task: Parameters<BatchThreads['run']>[0]): ReturnType<BatchThreads['run']> => {
    // The scenarios are drawn before, in this thread.
    if (isFirst) startedAt.ms = performance.now();
    isFirst = false;
    const result = await threads.run(task);
    stages = addSeconds(stages, result.seconds);
    return result;
  };
  try {
    const terms = await buildCubes(
      {
        ...{ market, models: [model], precision: 'single', includeVectors: false, topPositions: 10 },
        ...{ allowApproximations: false, isa: loadKernels().isa, onProgress: () => undefined },
      },
      ask,
    );
    const all = { firstAccount: 0, accountCount: columns.accountCount };
    await shardResults(terms, columns, all, 0, workers, async (task) => (await ask(task)) as AccountsResult);
    return { wallSeconds: (performance.now() - startedAt.ms) / 1e3, stages };
  } finally {
    await threads.close();
  }
}
