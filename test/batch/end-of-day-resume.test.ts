/** What a run does where one was before: kills while tables are merged, finished runs, parts that do not fit together. */
import { spawn } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type * as Steps from '../../src/batch/steps.js';
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
  await steps.planRun(request('calculated'), SHARDS);
  for (let index = 0; index < SHARDS; index += 1) await steps.runShard(request('calculated'), index, SHARDS);
}

function copyOf(from: string, to: string): void {
  cpSync(inFolder(from), inFolder(to), { recursive: true });
}

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
    const { times } = await steps.runToEnd(request(out), true);
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
    const { times, shardsKept } = await steps.runToEnd(request('removing'), true);
    expect([times, shardsKept]).toEqual([undefined, SHARDS]);
    expect(bytesOf('removing')).toEqual(bytesOf('undisturbed'));
  });
});

describe('parts that do not fit together', () => {
  const merged = (out: string, ...more: string[]): [code: number | null, said: string] => {
    const { code, stderr } = margincube(['eod', 'merge', '--out', inFolder(out), ...more]);
    return [code, stderr];
  };

  it('are those of two instruction levels, unless they are allowed', { timeout: 60_000 }, async () => {
    copyOf('calculated', 'mixed');
    rmSync(inFolder(`mixed/parts/${partNames('mixed')[3] ?? ''}`), { recursive: true });
    const resumed = eod('mixed', '--resume', '--isa', 'reference');
    expect([resumed.code, resumed.stderr]).toEqual([1, expect.stringContaining('--allow-mixed-isa')]);
    // Nothing was calculated that could not have been merged.
    expect(partNames('mixed').length).toBe(SHARDS - 1);
    expect(await steps.runShard({ ...request('mixed'), isa: 'reference' }, 3, SHARDS)).toBe(0);
    expect(merged('mixed')).toEqual([1, expect.stringContaining('--allow-mixed-isa')]);
    expect(merged('mixed', '--allow-mixed-versions')[0]).toBe(1);
    copyOf('mixed', 'mixed-merged');
    expect(merged('mixed-merged', '--allow-mixed-isa')[0]).toBe(0);
    const taken = eod('mixed', '--resume', '--allow-mixed-isa');
    expect([taken.code, taken.stdout]).toEqual([0, expect.stringContaining('calculated before')]);
    expect(JSON.parse(readFileSync(inFolder('mixed/manifest.json'), 'utf8'))).toMatchObject({
      isas: [request('mixed').isa, 'reference'].sort(),
    });
  });

  it.each([
    ['margincube', '0.0.1'],
    ['build', 'another build'],
    ['duckdb', 'v0.0.1'],
  ])('are those of two versions, unless they are allowed: %s', { timeout: 60_000 }, (program, version) => {
    const out = `versions-${program}`;
    copyOf('calculated', out);
    changePart(out, partNames(out)[1] ?? '', ({ software }) => {
      Object.assign(software as object, { [program]: version });
    });
    for (const [code, said] of [merged(out), merged(out, '--allow-mixed-isa')])
      expect([code, said]).toEqual([1, expect.stringContaining('--allow-mixed-versions')]);
    const resumed = eod(out, '--resume');
    expect([resumed.code, resumed.stderr]).toEqual([1, expect.stringContaining(version.slice(0, 12))]);
    expect(merged(out, '--allow-mixed-versions')[0]).toBe(0);
    expect(eod(out, '--resume', '--allow-mixed-versions').code).toBe(0);
  });

  it('are two different results of one shard, whatever is allowed', { timeout: 60_000 }, async () => {
    copyOf('calculated', 'twice');
    const [name = ''] = partNames('twice');
    await steps.planRun(request('elsewhere'), SHARDS);
    await steps.runShard({ ...request('elsewhere'), isa: 'reference' }, 0, SHARDS);
    // A copy of the same result is none.
    copyOf(`calculated/parts/${name}`, `twice/parts/${name}-copy`);
    expect(merged('twice')[0]).toBe(0);
    copyOf(`elsewhere/parts/${name}`, `twice/parts/${name}-other`);
    changePart('twice', `${name}-other`, (part) => {
      const { accounts } = part.tables as { accounts: { resultHash: string } };
      accounts.resultHash = '1';
    });
    expect(merged('twice', '--allow-mixed-isa', '--allow-mixed-versions')).toEqual([
      1,
      expect.stringContaining('two results for shard 0: accounts differs'),
    ]);
  });

  it('are those of another plan in the folder, which is not replaced', { timeout: 60_000 }, () => {
    const before = bytesOf('calculated');
    const plan = (...more: string[]): [code: number | null, said: string] => {
      const all = arguments_('calculated', ...ES, inFolder('params.json'), '--of', String(SHARDS), ...more);
      const { code, stderr } = margincube(['eod', 'plan', ...all]);
      return [code, stderr];
    };
    expect(plan('--top-positions', '3')).toEqual([
      2,
      expect.stringContaining('plan.json: the run in this folder is of other inputs, models or options'),
    ]);
    expect(plan()[0]).toBe(0);
    expect(bytesOf('calculated')).toEqual(before);
  });
});

/** Changes the manifest of a part. */
function changePart(out: string, name: string, change: (manifest: Record<string, unknown>) => void): void {
  const file = inFolder(`${out}/parts/${name}/manifest.json`);
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  change(manifest);
  writeFileSync(file, JSON.stringify(manifest));
}

describe('a run that is finished', () => {
  it('is left as it is, and calculated again where a table is not whole', { timeout: 60_000 }, async () => {
    copyOf('undisturbed', 'finished');
    const again = eod('finished', '--resume');
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('calculated before')]);
    expect(bytesOf('finished')).toEqual(bytesOf('undisturbed'));
    rmSync(inFolder('finished/components.parquet'));
    const mended = await steps.runToEnd(request('finished'), true);
    expect(mended.times).toBeDefined();
    expect(bytesOf('finished')).toEqual(bytesOf('undisturbed'));
    await expect(steps.runToEnd(request('finished', { topPositions: 3 }), true)).rejects.toThrow(
      /of other inputs, models or options/,
    );
  });
});
