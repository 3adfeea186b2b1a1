/** The summary of a backtest can be recomputed from the days that it writes, by whoever reads them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { coverage } from '../../src/backtest/coverage.js';
import type { ReplayDay } from '../../src/backtest/replay.js';
import { tailVerdict } from '../../src/backtest/tail-verdict.js';
import { randomStream } from '../../src/measures/random.js';
import { margincubeHere } from '../support/command-here.js';
import { dataFolder } from '../support/folders.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-backtest-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Summary {
  readonly book: string;
  readonly model: string;
  readonly coverage: unknown;
  readonly tail?: unknown;
}

function writePrices(name: string, seed: number, days: number): string {
  const random = randomStream(seed);
  let price = 1_000;
  const rows = Array.from({ length: days }, (_, t) => {
    price *= Math.exp(0.04 * (random.uniform() + random.uniform() - 1));
    return `${new Date(Date.UTC(2020, 0, 1 + t)).toISOString().slice(0, 10)},${String(price)}`;
  });
  const file = path.join(folder, `${name}.csv`);
  writeFileSync(file, ['date,close', ...rows].join('\n'));
  return file;
}

/** Days by `book model`, from nothing but `days.csv`. */
function readDays(file: string): ReadonlyMap<string, readonly ReplayDay[]> {
  const days = new Map<string, ReplayDay[]>();
  const optional = (text: string | undefined): number | undefined =>
    text === undefined || text === '' ? undefined : Number(text);
  for (const line of readFileSync(file, 'utf8').trim().split('\n').slice(1)) {
    const [, book = '', rest = ''] = /^"([^"]*)",(.*)$/.exec(line) ?? [];
    const [model = '', date = '', initial, maintenance, valueAtRisk, shortfall, pnl] = rest.split(',');
    const own = days.get(`${book} ${model}`) ?? [];
    days.set(`${book} ${model}`, own);
    const [var99, es99] = [optional(valueAtRisk), optional(shortfall)];
    own.push({
      dateMs: Date.parse(date),
      initialMargin: Number(initial),
      maintenanceMargin: Number(maintenance),
      pnl: Number(pnl),
      ...(var99 === undefined || es99 === undefined ? {} : { valueAtRisk: var99, expectedShortfall: es99 }),
    });
  }
  return days;
}

function recompute(out: string): number {
  const summary = JSON.parse(readFileSync(path.join(out, 'summary.json'), 'utf8')) as readonly Summary[];
  const days = readDays(path.join(out, 'days.csv'));
  for (const { book, model, coverage: covered, tail } of summary) {
    const own = days.get(`${book} ${model}`) ?? [];
    expect(coverage(own)).toEqual({ ok: true, value: covered });
    const verdict = tailVerdict(own, 0.99);
    if (tail === undefined) expect(verdict).toBeUndefined();
    else expect(JSON.parse(JSON.stringify(verdict))).toEqual({ ok: true, value: tail });
  }
  return summary.length;
}

describe('margincube backtest', () => {
  it('writes days from which every number of its summary follows', async () => {
    const out = path.join(folder, 'perpetuals');
    const [btc, eth] = [writePrices('btc', 1, 262), writePrices('eth', 2, 262)];
    const args = ['--prices', `BTC=${btc}`, '--prices', `ETH=${eth}`, '--out', out];
    const { code, stderr } = await margincubeHere([
      'backtest',
      ...args,
      ...['house', 'house:filtered', 'okx-pm'].flatMap((model) => ['--model', model]),
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(recompute(out)).toBe(5 * 3);
    expect(readFileSync(path.join(out, 'report.html'), 'utf8')).toContain('<svg');
  });

  it.skipIf(dataFolder() === undefined)(
    'refuses chains of too few days, and chains beside prices',
    async () => {
      const chains = path.join(dataFolder() ?? '', 'deribit-panel/panel_8_days.csv.gz');
      const few = await margincubeHere(['backtest', '--chains', chains]);
      expect(few).toMatchObject({ code: 2 });
      expect(few.stderr).toContain('Expected at least 60 days of chains');
      const both = ['backtest', '--chains', chains, '--prices', 'BTC=x.csv'];
      expect(await margincubeHere(both)).toMatchObject({ code: 2 });
      expect(await margincubeHere(['backtest'])).toMatchObject({ code: 2 });
    },
  );
});
