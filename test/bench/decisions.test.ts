/** The parts of the benchmarks that decide: fitted costs and what counts as a regression. */
import { readFileSync, rmSync, mkdtempSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareResults, renderChanges } from '../../bench/lib/compare.js';
import { expectEnded } from '../../bench/lib/ended-calls.js';
import { fitCosts, floorOf, slopeOf } from '../../bench/lib/fit.js';
import { runMeasured } from '../../bench/lib/measured-process.js';
import { readNpyDoubles, writeNpy } from '../../bench/lib/npy.js';
import type { BenchFile, BenchResult } from '../../bench/lib/result.js';

describe('fitted costs', () => {
  it('are found again in runs that they made', () => {
    const costs = [0.3, 2e-5, 4e-10, 7e-6];
    const rows = [1e3, 1e4, 1e5].flatMap((accounts) =>
      [1e3, 1e4].map((scenarios) => [1, accounts, accounts * 50 * scenarios, scenarios]),
    );
    const values = rows.map((row) => row.reduce((sum, size, i) => sum + size * (costs[i] ?? NaN), 0));
    fitCosts(rows, values).forEach((cost, i) => {
      expect(cost / (costs[i] ?? NaN)).toBeCloseTo(1, 6);
    });
  });

  it('are never negative', () => {
    const rows = [
      [1, 1],
      [1, 2],
      [1, 3],
    ];
    expect(fitCosts(rows, [3, 2, 1]).every((cost) => cost >= 0)).toBe(true);
    expect(fitCosts(rows, [3, 2, 1])[1]).toBe(0);
    expect(fitCosts([], [])).toEqual([]);
  });
});

describe('a slope', () => {
  it('is that of the line, with noise that is none of it', () => {
    const xs = [1, 2, 3, 4];
    expect(slopeOf(xs, [5, 7, 9, 11])).toBeCloseTo(2, 12);
    expect(slopeOf(xs, [6, 6, 8, 12])).toBeCloseTo(2, 12);
    expect(slopeOf([1, 1], [2, 3])).toBeNaN();
  });
});

describe('a floor', () => {
  it('is the lowest of every window, all equally wide', () => {
    expect(floorOf([0, 1, 2, 3, 4, 5], [3, 1, 2, 6, 5, 4], 3)).toEqual({ xs: [1, 5], ys: [1, 4] });
    // 2.5 wide and not 3, 3 and a rest.
    expect(floorOf([0, 2, 4, 5], [9, 8, 7, 6], 3)).toEqual({ xs: [2, 5], ys: [8, 6] });
    // Nothing between 1 and 9.
    expect(floorOf([0, 1, 9, 10], [2, 1, 4, 3], 2)).toEqual({ xs: [1, 10], ys: [1, 3] });
    expect(floorOf([7], [5], 3)).toEqual({ xs: [7], ys: [5] });
    expect(floorOf([], [], 3)).toEqual({ xs: [], ys: [] });
  });

  it('has the slope of what a sawtooth keeps, wherever in its teeth the samples begin and end', () => {
    const xs = Array.from({ length: 900 }, (_, at) => at);
    for (const [kept, phase] of [
      [0, 0],
      [0, 37],
      [0.01, 61],
    ] as const) {
      // Teeth of 30 that last 70, longer than the samples that end within one are apart.
      const ys = xs.map((x) => 50 + kept * x + (30 * ((x + phase) % 70)) / 70);
      const floor = floorOf(xs, ys, 100);
      expect(Math.abs(slopeOf(floor.xs, floor.ys) - kept)).toBeLessThan(1e-3);
    }
  });
});

describe('calls that ended', () => {
  const sample = (counts: Readonly<Record<string, number>>): { endedByCode: Map<string, number> } => ({
    endedByCode: new Map(Object.entries(counts)),
  });
  const before = sample({ OK: 5, UNKNOWN: 2 });

  it('are as many as expected with every code, whatever ended before', () => {
    expectEnded(before, sample({ OK: 8, UNKNOWN: 2 }), { OK: 3, RESOURCE_EXHAUSTED: 0 });
    expectEnded(before, sample({ OK: 8, UNKNOWN: 2, RESOURCE_EXHAUSTED: 4 }), {
      OK: 3,
      RESOURCE_EXHAUSTED: 4,
    });
  });

  it.each([
    ['one is missing', { OK: 7, UNKNOWN: 2 }],
    ['one is too many', { OK: 9, UNKNOWN: 2 }],
    ['one has another code', { OK: 8, UNKNOWN: 3 }],
    ['a code is new', { OK: 8, UNKNOWN: 2, UNAUTHENTICATED: 1 }],
  ])('are not where %s', (_name, counts) => {
    expect(() => {
      expectEnded(before, sample(counts), { OK: 3 });
    }).toThrow(/expected calls that ended with {"OK":3}/);
  });
});

const result = (change: Partial<BenchResult>): BenchResult => ({
  ...{ id: 'a', value: 10, unit: 's', baseline: null, baselineValue: null, ratio: null, target: null },
  ...change,
});
const file = (...results: BenchResult[]): BenchFile => ({
  suite: 's',
  machine: 'm',
  isa: 'v4',
  commit: 'c',
  results,
});
const verdict = (old: Partial<BenchResult>, now: Partial<BenchResult>): string | undefined =>
  compareResults(file(result(old)), file(result(now)))[0]?.verdict;

describe('a comparison of results', () => {
  it.each([
    ['longer', { value: 10 }, { value: 12 }, 'worse'],
    ['shorter', { value: 12 }, { value: 10 }, 'better'],
    ['within a tenth', { value: 10 }, { value: 10.9 }, 'same'],
    ['a lower rate', { value: 10, unit: 'cells/s' }, { value: 8, unit: 'cells/s' }, 'worse'],
    [
      'a higher share where more is wanted',
      { unit: '%', target: 'value >= 90' },
      { value: 12, unit: '%', target: 'value >= 90' },
      'better',
    ],
    ['a better ratio on a slower machine', { value: 10, ratio: 5 }, { value: 20, ratio: 6 }, 'better'],
    ['no difference and none', { value: 0 }, { value: 0 }, 'same'],
    ['a difference where there was none', { value: 0 }, { value: 1 }, 'worse'],
    [
      '5 % with steady rounds',
      { rounds: [10, 10, 10.01] },
      { value: 10.5, rounds: [10.5, 10.5, 10.51] },
      'worse',
    ],
    ['20 % with wild rounds', { rounds: [8, 10, 13] }, { value: 12, rounds: [9, 12, 15] }, 'same'],
  ] as const)('calls %s by its name', (_name, old, now, expected) => {
    expect(verdict(old, now)).toBe(expected);
  });

  it('names what is no longer measured', () => {
    const [before, after] = [file(result({}), result({ id: 'gone' })), file(result({}))];
    expect(renderChanges(before, after, compareResults(before, after))).toContain('no longer measured: gone');
  });
});

describe('files of numpy', () => {
  it('are read back', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-npy-'));
    const name = path.join(folder, 'x.npy');
    writeNpy(name, Float64Array.of(1.5, -2, 1e300), [3]);
    const bytes = readFileSync(name);
    expect([...readNpyDoubles(bytes)]).toEqual([1.5, -2, 1e300]);
    expect((10 + bytes.readUInt16LE(8)) % 64).toBe(0);
    const seen = spawnSync(
      '/usr/bin/python3',
      ['-c', `import numpy; print(numpy.load("${name}").tolist())`],
      { encoding: 'utf8' },
    );
    if (seen.status === 0) expect(seen.stdout.trim()).toBe('[1.5, -2.0, 1e+300]');
    rmSync(folder, { recursive: true });
  });
});

describe('the cost of a process', () => {
  it('counts its time and its memory', async () => {
    const work =
      'const b = Buffer.alloc(2e8, 1); const t = Date.now(); while (Date.now() - t < 300); console.log(b.length)';
    const cost = await runMeasured(process.execPath, ['-e', work]);
    expect(cost.stdout).toBe('200000000\n');
    expect(cost.wallSeconds).toBeGreaterThan(0.3);
    expect(cost.peakMiB).toBeGreaterThan(190);
    expect(cost.cpuSeconds).toBeGreaterThan(0);
  });

  it('is none where the process fails', async () => {
    await expect(runMeasured(process.execPath, ['-e', 'process.exit(3)'])).rejects.toThrow(/ended with 3/);
  });
});
