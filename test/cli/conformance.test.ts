import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { ConformanceSummary } from '../../src/conformance/summary.js';
import { summarise } from '../../src/conformance/summary.js';
import { margincube } from '../support/command.js';
import { vectorsFolder } from '../support/folders.js';

const vectors = vectorsFolder();
const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-conformance-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface ConformanceJson {
  readonly models: readonly ConformanceSummary[];
}

function run(directory: string): { code: number | null; models: Map<string, ConformanceSummary> } {
  const { code, stdout } = margincube(['conformance', '--vectors', directory, '--json']);
  const { models } = JSON.parse(stdout) as ConformanceJson;
  return { code, models: new Map(models.map((summary) => [summary.model, summary])) };
}

describe.skipIf(vectors === undefined)('conformance', () => {
  it('passes every published case', () => {
    const { code, models } = run(vectors ?? '');
    expect([...models.values()].flatMap(({ failures }) => failures)).toEqual([]);
    expect(models.get('derive-pm2')?.cases).toBe(caseFiles(vectors ?? '').length);
    expect(models.get('deribit-pm')?.cases).toBeGreaterThan(0);
    expect(code).toBe(0);
  });

  it('exits with 1 when a case misses, and names it; a model without cases has 0', () => {
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

    const { code, models } = run(folder);
    expect(code).toBe(1);
    expect(models.get('derive-pm2')).toMatchObject({ cases: 2, passed: 1 });
    expect(models.get('derive-pm2')?.failures[0]?.message).toContain('initial margin: expected');
    expect(models.get('deribit-pm')).toMatchObject({ cases: 0, largestAbsoluteError: null });
  });
});

function caseFiles(directory: string): string[] {
  return readdirSync(path.join(directory, 'margin-models/derive-pm2')).filter((file) =>
    /^case_.*\.json$/.test(file),
  );
}

describe('conformance without cases', () => {
  it('exits with 2 for a folder that holds none', () => {
    const empty = mkdtempSync(path.join(folder, 'empty-'));
    const { code, stderr } = margincube(['conformance', '--vectors', empty]);
    expect(code).toBe(2);
    expect(stderr).toContain(`no published case below ${empty}`);
  });

  it('exits with 2 for a folder that is absent', () => {
    const { code, stderr } = margincube(['conformance', '--vectors', path.join(folder, 'absent')]);
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

  it('counts a case without comparisons as a miss', () => {
    expect(summarise('m', 's', [{ name: 'n', source: 's', checks: [] }])).toMatchObject({
      cases: 1,
      passed: 0,
    });
  });
});
