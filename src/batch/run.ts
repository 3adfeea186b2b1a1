import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { BatchInputError } from './batch-error.js';
import { BatchThreads } from './batch-threads.js';
import { Calculation, runFailure, type RunTimes } from './calculate.js';
import { findFinishedRun } from './finished-run.js';
import type { EarlyInputs } from './input/early-inputs.js';
import { leavingNothing } from './leaving-nothing.js';
import { readPlan, type RunManifest } from './manifest.js';
import { mergeParts, planOf } from './merge.js';
import { NO_MIXTURES, refuseMixtures, type AllowedMixtures } from './mixtures.js';
import { commitText } from './output/files.js';
import { findParts, partsFolder, removeLeftovers } from './parts.js';
import { makeFolder, prepareRun, type Run, type RunRequest } from './prepare.js';
import { softwareVersions } from './software.js';
import type { Preselection } from './tasks.js';

export interface FinishedRun {
  readonly manifest: RunManifest;
  /** Absent where every part was there already. */
  readonly times?: RunTimes;
  /** Of the shards that were calculated now. */
  readonly preselection?: Preselection;
  readonly shardsKept: number;
}

/**
 * A whole run in one process: shards, their parts, the merged tables. With `resume` the parts of an interrupted run of the same
 * inputs are kept, and a finished one is left as it is; without it a folder that holds a run is refused. Of a run that begins with bad
 * input nothing stays.
 *
 * @param shardCount parts of the run; absent: by the size of the inputs
 * @param allowed what kept parts may differ in
 * @param early the files of the request where they are being opened already
 */
export async function runToEnd(
  request: RunRequest,
  resume: boolean,
  shardCount?: number,
  allowed: AllowedMixtures = NO_MIXTURES,
  early?: EarlyInputs,
): Promise<FinishedRun> {
  const planFile = path.join(request.out, 'plan.json');
  if (existsSync(planFile) && !resume)
    throw new BatchInputError(
      `${request.out}: expected a folder without a run: --resume continues it, another --out starts anew`,
    );
  const finished = resume ? await findFinishedRun(request) : undefined;
  if (finished !== undefined) {
    await removeLeftovers(request.out);
    await rm(partsFolder(request.out), { recursive: true, force: true });
    return { manifest: finished, shardsKept: finished.shardCount };
  }
  return leavingNothing(request.out, () => runMissing(request, planFile, shardCount, allowed, early));
}

async function runMissing(
  request: RunRequest,
  planFile: string,
  shardCount: number | undefined,
  allowed: AllowedMixtures,
  early: EarlyInputs | undefined,
): Promise<FinishedRun> {
  const planned = existsSync(planFile) ? readPlan(planFile).shards.length : shardCount;
  return withThreads(request, async (calculation) => {
    const run = await prepareRun(request, planned, early);
    refuseOtherRun(run);
    await guarded(() => writePlan(run));
    await removeLeftovers(request.out);
    const kept = await findParts(run);
    if (kept.size > 0) {
      // Before hours of work that could not be merged.
      const own = { isa: request.isa, software: await softwareVersions(run) };
      refuseMixtures(
        request.out,
        [...kept.values(), ...(kept.size < run.plan.shards.length ? [own] : [])],
        allowed,
      );
    }
    const missing = run.plan.shards.filter(({ index }) => !kept.has(index));
    const calculated = missing.length === 0 ? undefined : await calculation.calculateShards(run, missing);
    // The threads end while the parts are put together.
    calculation.close().catch(() => undefined);
    request.onProgress({ stage: 'write', done: 0, total: 1 });
    const manifest = await guarded(() =>
      mergeParts({ ...run, out: request.out }, { allowed, keepParts: false }),
    );
    request.onProgress({ stage: 'write', done: 1, total: 1 });
    if (calculated === undefined) return { manifest, shardsKept: kept.size };
    const { times, preselection } = calculated;
    return { manifest, shardsKept: kept.size, times, preselection };
  });
}

/** Plans `shardCount` shards for other processes; the plan of another run is not replaced. */
export async function planRun(request: RunRequest, shardCount: number): Promise<Run> {
  return leavingNothing(request.out, async () => {
    const run = await prepareRun(request, shardCount);
    refuseOtherRun(run);
    await writePlan(run);
    return run;
  });
}

/** Calculates one shard of a plan; one that is there already is kept. Answers its failures. */
export async function runShard(
  request: RunRequest,
  index: number,
  shardCount: number,
  early?: EarlyInputs,
): Promise<number> {
  const plan = planOf(request.out);
  if (plan.shards.length !== shardCount)
    throw new BatchInputError(
      `--of: expected ${String(plan.shards.length)}, the shards of ${path.join(request.out, 'plan.json')}, but received ${String(shardCount)}`,
    );
  return withThreads(request, async (calculation) => {
    const run = await prepareRun(request, shardCount, early);
    if (run.plan.runHash !== plan.runHash)
      throw new BatchInputError(`${request.out}: the plan is of other inputs, models or options`);
    const shard = run.plan.shards[index];
    if (shard === undefined)
      throw new BatchInputError(
        `--index: expected 0 to ${String(shardCount - 1)} but received ${String(index)}`,
      );
    const kept = (await findParts(run, [shard])).get(index);
    if (kept !== undefined) return kept.failureCount;
    const { manifests } = await calculation.calculateShards(run, [shard]);
    return manifests[0]?.failureCount ?? 0;
  });
}

/** Threads start at once: they load what they run while the inputs are opened. */
async function withThreads<Result>(
  request: RunRequest,
  use: (calculation: Calculation) => Promise<Result>,
): Promise<Result> {
  const threads = new BatchThreads(request.workers);
  try {
    return await use(new Calculation(request, threads));
  } finally {
    await threads.close();
  }
}

function refuseOtherRun({ request, plan }: Run): void {
  const file = path.join(request.out, 'plan.json');
  if (!existsSync(file)) return;
  const { runHash, shards } = readPlan(file);
  if (runHash !== plan.runHash)
    throw new BatchInputError(`${file}: the run in this folder is of other inputs, models or options`);
  if (shards.length !== plan.shards.length)
    throw new BatchInputError(
      `${file}: expected ${String(shards.length)} shards as planned but received ${String(plan.shards.length)}`,
    );
}

async function writePlan({ request, plan }: Run): Promise<void> {
  makeFolder(partsFolder(request.out));
  await commitText(path.join(request.out, 'plan.json'), `${JSON.stringify(plan, null, 1)}\n`);
}

async function guarded<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof Error && /Batch(Input|Run)Error/.test(error.name) ? error : runFailure(error);
  }
}
