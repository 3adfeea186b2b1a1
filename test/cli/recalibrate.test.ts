/** The demonstration of docs/recalibration.md on recorded prices, small. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { margincubeHere } from '../support/command-here.js';
import { dataFolder } from '../support/folders.js';

const data = dataFolder() ?? '';
const prices = `BTC=${path.join(data, 'prices/BTC-USD.csv.gz')}`;
const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-recalibrate-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const march = [
  ...['recalibrate', '--prices', prices, '--confidence', '0.99'],
  ...['--from', '2020-03-01T00:00:00Z', '--to', '2020-03-31T00:00:00Z'],
];
const crash = [
  ...['--crash-from', '2020-03-11T00:00:00Z', '--crash-to', '2020-03-14T00:00:00Z'],
  ...['--accounts', '8', '--step', '240'],
];

interface Summary {
  readonly days: number;
  readonly ranges: readonly {
    readonly policy: string;
    readonly peakToTrough: number;
    readonly moves: number;
  }[];
  readonly margins: readonly {
    readonly book: string;
    readonly policy: string;
    readonly initialBreaches: number;
    readonly lossBeyondInitial: number;
  }[];
  readonly replays: readonly { readonly totals: { readonly openingDepositUsd: number } }[];
}

describe.skipIf(data === '')('margincube recalibrate', () => {
  it('states ranges, coverage and the crash under three policies, and draws them', async () => {
    const run = await margincubeHere([...march, ...crash, '--out', folder, '--json']);
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    const summary = JSON.parse(run.stdout) as Summary;
    expect(summary.days).toBe(31);
    expect(summary.ranges.map(({ policy }) => policy)).toEqual(['fixed', 'followed', 'with tools']);
    expect(summary.ranges[0]).toMatchObject({ peakToTrough: 1, moves: 0 });
    expect(summary.ranges[1]?.peakToTrough).toBeGreaterThan(summary.ranges[2]?.peakToTrough ?? NaN);
    // 12 March 2020: a range that was calm the day before does not cover it, one with stressed observations does.
    const long = summary.margins.filter(({ book }) => book === 'BTC long');
    expect(long.map(({ initialBreaches }) => initialBreaches)).toEqual([1, 1, 0]);
    const deposits = summary.replays.map(({ totals }) => totals.openingDepositUsd);
    expect(deposits[2]).toBeGreaterThan(deposits[0] ?? NaN);
    expect(readdirSync(folder).sort()).toEqual([
      ...['called.svg', 'days.csv', 'liquidated.svg', 'margins.svg', 'ranges.svg', 'summary.json'],
    ]);
    expect(readFileSync(path.join(folder, 'ranges.svg'), 'utf8')).toContain('<svg');
    expect(readFileSync(path.join(folder, 'days.csv'), 'utf8').trim().split('\n')).toHaveLength(32);
  });

  it('prints tables, and nothing of a crash that is not asked for', async () => {
    const { stdout, code } = await margincubeHere(march);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^with tools +\d/m);
    expect(stdout).toMatch(/^BTC short +followed/m);
    expect(stdout).not.toContain('lost by the venue');
  });

  it('names what it cannot use', async () => {
    const said = async (...args: string[]): Promise<string> => {
      const run = await margincubeHere(args);
      expect(run.code).toBe(2);
      return run.stderr;
    };
    expect(await said('recalibrate', '--prices', 'BTC')).toContain('--prices BTC');
    expect(await said(...march, '--confidence', '1')).toContain('--confidence');
    expect(await said(...march, '--crash', data)).toContain('--crash-from');
    expect(await said('recalibrate', '--prices', prices, '--from', '2012-01-01T00:00:00Z')).toContain('365');
    expect(await said(...march, ...crash, '--crash-from', '2020-02-01T00:00:00Z')).toContain('--crash-from');
    expect(await said(...march, '--from', 'yesterday')).toContain('--from');
  });
});
