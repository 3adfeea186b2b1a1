/** What a run does where one was before: kills while tables are merged, finished runs, parts that do not fit together. */
import { spawn } from 'node:child_process';
import { cpSync, readdirSync, rmSync, watch } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Steps from '../../src/batch/steps.js';
import { packageVersion } from '../../src/cli/package.js';
import { margincube, MARGINCUBE } from '../support/command.js';
import {
  arguments_,
  bytesOf,
  eod,
  ES,
  inFolder,
  openSteps,
  removeFiles,
  request,
} from '../support/eod-venue.js';

const SHARDS = 5;
let steps: typeof Steps;

beforeAll(async () => {
  steps = await openSteps();
  expect(eod('undisturbed', '--of', String(SHARDS)).code).toBe(0);
  await calculateParts();
}, 300_000);

afterAll(removeFiles);

/** Every shard of a plan, calculated but not merged: what the tests begin with. */
async function calculateParts(): Promise<void> {
  await steps.planRun(command('calculated'), SHARDS);
  for (let index = 0; index < SHARDS; index += 1) await steps.runShard(command('calculated'), index, SHARDS);
}

function copyOf(from: string, to: string): void {
  cpSync(inFolder(from), inFolder(to), { recursive: true });
}

/** As the command asks, so that manifests are the same. */
const command = (out: string): ReturnType<typeof request> => request(out, { version: packageVersion() });

const partNames = (out: string): string[] => readdirSync(inFolder(`${out}/parts`)).sort();

describe('a run that was killed while it merged', () => {
  it.each([
    'accounts.parquet.tmp',
    'contributions.parquet',
    'summary.json.tmp',
    'summary.json',
    'manifest.json.tmp',
    'manifest.json',
  ])('ends with the same files: at %s', { timeout: 60_000 }, async (file) => {
    const out = `killed-at-${file}`;
    copyOf('calculated', out);
    const run = ['eod', ...arguments_(out, ...ES, inFolder('params.json'), '--resume', '--workers', '2')];
    const child = spawn(process.execPath, [MARGINCUBE, ...run], { stdio: 'ignore' });
    const watcher = watch(inFolder(out), (_, name) => {
      if (name === file) child.kill('SIGKILL');
    });
    await new Promise((resolve) => child.on('exit', resolve));
    watcher.close();
    const { times } = await steps.runToEnd(command(out), true);
    // Nothing is calculated twice, wherever the kill was.
    expect(times).toBeUndefined();
    expect(bytesOf(out)).toEqual(bytesOf('undisturbed'));
  });

  it('has nothing left to do where some of its parts are removed already', { timeout: 60_000 }, async () => {
    copyOf('calculated', 'removing');
    expect(margincube(['eod', 'merge', '--out', inFolder('removing')]).code).toBe(0);
    const [first = '', second = ''] = partNames('removing');
    rmSync(inFolder(`removing/parts/${first}`), { recursive: true });
    rmSync(inFolder(`removing/parts/${second}/accounts.parquet`));
    const { times, shardsKept } = await steps.runToEnd(command('removing'), true);
    expect([times, shardsKept]).toEqual([undefined, SHARDS]);
    expect(bytesOf('removing')).toEqual(bytesOf('undisturbed'));
  });
});

describe('a run that is finished', () => {
  it('is left as it is, and calculated again where a table is not whole', { timeout: 60_000 }, async () => {
    copyOf('undisturbed', 'finished');
    const again = eod('finished', '--resume');
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('calculated before')]);
    expect(bytesOf('finished')).toEqual(bytesOf('undisturbed'));
    rmSync(inFolder('finished/components.parquet'));
    const mended = await steps.runToEnd(command('finished'), true);
    expect(mended.times).toBeDefined();
    expect(bytesOf('finished')).toEqual(bytesOf('undisturbed'));
    await expect(steps.runToEnd(request('finished', { topPositions: 3 }), true)).rejects.toThrow(
      /of other inputs, models or options/,
    );
  });
});
