import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type * as Threads from '../../src/batch/batch-threads.js';
import type { SliceTask } from '../../src/batch/tasks.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { publishMarket } from '../../src/market/snapshot/shared-market.js';
import { ensureBuilt } from '../support/built.js';
import { REPOSITORY } from '../support/folders.js';
import { sampleMarket } from '../support/sample-market.js';

let threads: typeof Threads;

beforeAll(async () => {
  ensureBuilt();
  threads = (await import(path.join(REPOSITORY, 'dist/batch/batch-threads.js'))) as typeof Threads;
}, 300_000);

describe('the threads of a run', () => {
  it('take all tasks of a round at once: each of a thousand shards has some for every thread', async () => {
    const tasks = 6_000;
    const terms = {
      market: publishMarket(sampleMarket()),
      models: [],
      ...{ topPositions: 0, includeVectors: false, allowApproximations: false, isa: loadKernels().isa },
    };
    // Of no model: a thread answers it at once.
    const task: SliceTask = { kind: 'slice', terms, model: 0, first: 0, count: 1 };
    const opened = new threads.BatchThreads(1);
    try {
      const results = await Promise.all(Array.from({ length: tasks }, () => opened.run(task)));
      expect(results).toHaveLength(tasks);
    } finally {
      await opened.close();
    }
  });
});
