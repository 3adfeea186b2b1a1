import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { runConformance } from '../../src/conformance/run-conformance.js';
import type { ConformanceSummary } from '../../src/conformance/summary.js';
import { summarise } from '../../src/conformance/summary.js';
import type { Quality } from '../../src/domain/report.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { createReferenceKernels } from '../../src/kernel/reference/kernels.js';
import { margincubeHere } from '../support/command-here.js';
import { vectorsFolder } from '../support/folders.js';

const vectors = vectorsFolder();
const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-conformance-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface ConformanceJson {
  readonly models: readonly ConformanceSummary[];
}

async function run(
  directory: string,
): Promise<{ code: number | null; models: Map<string, ConformanceSummary> }> {
  const { code, stdout } = await margincubeHere(['conformance', '--vectors', directory, '--json']);
  const { models } = JSON.parse(stdout) as ConformanceJson;
  return { code, models: new Map(models.map((summary) => [summary.model, summary])) };
}

describe.skipIf(vectors === undefined)('conformance', () => {
  it('passes every published case', async () => {
    const { code, models } = await run(vectors ?? '');
    expect([...models.values()].flatMap(({ failures }) => failures)).toEqual([]);
    expect(models.get('derive-pm2')?.cases).toBe(caseFiles(vectors ?? '').length);
    expect(models.get('deribit-pm')?.cases).toBeGreaterThan(0);
    expect(models.get('okx-pm')?.components).toMatchObject({ EXACT: 4, FITTED: 5 });
    expect(models.get('tims')).toMatchObject({ cases: 0, source: 'none published' });
    expect(code).toBe(0);
  });

  it.each(filesOf(vectors ?? ''))('leaves no case of %s out', (file) => {
    const alone = mkdtempSync(path.join(folder, 'one-'));
    mkdirSync(path.dirname(path.join(alone, file)), { recursive: true });
    cpSync(path.join(vectors ?? '', file), path.join(alone, file));
    const { cases } = JSON.parse(readFileSync(path.join(alone, file), 'utf8')) as { cases?: unknown };
    const models = runConformance(alone, new MarginEngine(createReferenceKernels()));
    const ran = models.reduce((sum, model) => sum + model.cases, 0);
    expect(ran).toBeGreaterThanOrEqual(Array.isArray(cases) ? cases.length : 1);
  });

  it('exits with 1 when a case misses, and names it; a model without cases has 0', async () => {
    const copy = path.join(folder, 'margin-models/derive-pm2');
    mkdirSync(copy, { recursive: true });
    const [first, second] = caseFiles(vectors ?? '');
    for (const file of [first, second]) {
      cpSync(path.join(vectors ?? '', 'margin-models/derive-pm2', file ?? ''), path.join(copy, file ?? ''));
    }
    const spoilt = path.join(copy, first ?? '');
    const content = JSON.parse(readFileSync(spoilt, 'utf8')) as { expected: { IM: number } };
    content.expected.IM += 1;
    writeFileSync(spoilt, JSON.stringify(content));

    const { code, models } = await run(folder);
    expect(code).toBe(1);
    expect(models.get('derive-pm2')).toMatchObject({ cases: 2, passed: 1 });
    expect(models.get('derive-pm2')?.failures[0]?.message).toContain('initial margin: expected');
    expect(models.get('deribit-pm')).toMatchObject({ cases: 0, largestAbsoluteError: null });
  });
});

/** Every file of margin models but the list of PM2's cases, of which one stands for all. */
function filesOf(directory: string): string[] {
  const root = path.join(directory, 'margin-models');
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true })
    .map((file) => path.join('margin-models', String(file)))
    .filter((file) => file.endsWith('.json') && !file.endsWith('index.json'))
    .filter((file) => !/case_\d+\.json$/.test(file) || file.endsWith('case_901.json'));
}

function caseFiles(directory: string): string[] {
  return readdirSync(path.join(directory, 'margin-models/derive-pm2')).filter((file) =>
    /^case_.*\.json$/.test(file),
  );
}

describe('conformance without cases', () => {
  it('exits with 2 for a folder that holds none', async () => {
    const empty = mkdtempSync(path.join(folder, 'empty-'));
    const { code, stderr } = await margincubeHere(['conformance', '--vectors', empty]);
    expect(code).toBe(2);
    expect(stderr).toContain(`no published case below ${empty}`);
  });

  it('exits with 2 for a folder that is absent', async () => {
    const { code, stderr } = await margincubeHere(['conformance', '--vectors', path.join(folder, 'absent')]);
    expect(code).toBe(2);
    expect(stderr).toContain('no such folder');
  });
});

describe('summarise', () => {
  const check = (expected: number, actual: number) => ({ quantity: 'q', expected, actual, tolerance: 1e-3 });

  it('tells the error of a small number relative to the largest of its case', () => {
    const { largestRelativeError } = summarise('m', 's', [
      { name: 'n', source: 's', checks: [check(1e9, 1e9), check(0, 1e-4)] },
    ]);
    expect(largestRelativeError).toBeCloseTo(1e-7, 12);
  });

  it('counts a number that is not finite as a miss and as the largest error', () => {
    const summary = summarise('m', 's', [{ name: 'n', source: 's', checks: [check(1, NaN), check(1, 1)] }]);
    expect(summary).toMatchObject({ passed: 0, largestAbsoluteError: NaN });
  });

  it('counts each component once, under its worst label, and not one that was never charged', () => {
    const part = (name: string, initial: number, quality: Quality) => ({
      name,
      initial,
      maintenance: 0,
      quality,
    });
    const { components } = summarise('m', 's', [
      {
        name: 'a',
        source: 's',
        checks: [],
        components: [part('loss', 1, 'EXACT'), part('idle', 0, 'EXACT')],
      },
      {
        name: 'b',
        source: 's',
        checks: [],
        components: [part('loss', 1, 'FITTED'), part('fee', 2, 'EXACT')],
      },
      { name: 'c', source: 's', checks: [], components: [part('hidden', 0, 'UNAVAILABLE')] },
    ]);
    expect(components).toEqual({ EXACT: 1, FITTED: 1, APPROXIMATE: 0, UNAVAILABLE: 1 });
  });

  it('counts a case without comparisons as a miss', () => {
    expect(summarise('m', 's', [{ name: 'n', source: 's', checks: [] }])).toMatchObject({
      cases: 1,
      passed: 0,
    });
  });
});
