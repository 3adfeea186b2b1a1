/** The replay of a venue on recorded crashes, as a user runs it. */
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { margincubeHere } from '../support/command-here.js';
import { dataFolder } from '../support/folders.js';

const data = dataFolder() ?? '';
const chains = path.join(data, 'deribit-chains');
const march = `BTC=${path.join(data, 'prices/BTC-USD.csv.gz')}`;
const crash = [
  'replay',
  '--market',
  chains,
  '--from',
  '2026-02-05T12:00:00Z',
  '--to',
  '2026-02-06T12:00:00Z',
  '--underlyings',
  'BTC',
];
const quick = ['--book', 'synthetic:6', '--step', '240'];

describe.skipIf(data === '')('margincube replay', () => {
  it('prints what is lost under one set and another, and writes a page, steps and a summary', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'replay-'));
    const run = await margincubeHere([
      ...crash,
      ...quick,
      '--params',
      'derive-pm2,derive-pm2',
      '--out',
      folder,
    ]);
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    expect(run.stdout).toContain('lost by the venue, USD');
    const lines = run.stdout.split('\n').filter((line) => /^[a-z]/.test(line) && line.includes('  '));
    // The same parameters twice: nothing differs, to the last digit.
    for (const line of lines.slice(0, 12))
      expect(line.trim().endsWith(' 0') || line.includes('A - B')).toBe(true);
    const steps = readFileSync(path.join(folder, 'steps.csv'), 'utf8').trim().split('\n').slice(1);
    expect(steps.length).toBeGreaterThan(5);
    expect(steps.every((line) => line.endsWith(',0'))).toBe(true);
    expect(readFileSync(path.join(folder, 'report.html'), 'utf8')).toContain('<svg');
    expect(existsSync(path.join(folder, 'summary.json'))).toBe(true);
  });

  it('takes daily prices and a schedule of parameters', async () => {
    const run = await margincubeHere([
      'replay',
      '--market',
      march,
      '--from',
      '2020-03-11',
      '--to',
      '2020-03-13',
      ...quick,
      '--params',
      'derive-pm2',
      '--json',
    ]);
    expect(run.stderr).toBe('');
    const summary = JSON.parse(run.stdout) as { sets: { totals: { openingDepositUsd: number } }[] };
    expect(summary.sets[0]?.totals.openingDepositUsd).toBeGreaterThan(0);
  });

  it('names what it cannot use', async () => {
    const said = async (...args: string[]): Promise<string> => {
      const run = await margincubeHere(args);
      expect(run.code).toBe(2);
      return run.stderr;
    };
    expect(await said(...crash, ...quick, '--params', 'a,b,c')).toContain('a');
    expect(await said(...crash, '--book', 'synthetic:0', '--params', 'derive-pm2')).toContain('--book');
    expect(await said(...crash, ...quick, '--fund', 'much', '--params', 'derive-pm2')).toContain('--fund');
    expect(await said(...crash, ...quick, '--paying', '2', '--params', 'derive-pm2')).toContain(
      'rules.payingShare',
    );
    expect(
      await said('replay', '--market', chains, '--from', '2030-01-01', '--params', 'derive-pm2'),
    ).toContain('market');
    expect(await said(...crash, '--book', 'examples/portfolios.json', '--params', 'derive-pm2')).toContain(
      'expected balances in USDC but received BTC',
    );
    expect(await said('replay', '--market', 'BTC', '--params', 'derive-pm2')).toContain('--market BTC');
  });
});
