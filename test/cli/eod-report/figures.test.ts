/** The figures of the report over runs whose sums are known. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { dollars, share, shortAmount } from '../../../src/cli/eod-report/amounts.js';
import * as figures from '../../../src/cli/eod-report/model-figures.js';
import { openRun, type RunDatabase } from '../../../src/cli/eod-report/run-database.js';
import { SPOT_MOVES, venueGrid, VOL_MOVES } from '../../../src/cli/eod-report/venue-grid.js';
import { loadKernels } from '../../../src/kernel/load-kernels.js';
import { resolveMarket } from '../../../src/market/snapshot/resolve-market.js';
import { writeRun } from '../../support/eod-run.js';
import { sampleSnapshot } from '../../support/sample-market.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-figures-'));
const market = unwrap(resolveMarket(sampleSnapshot()));
const btcUsd = market.columns.indexPrice[market.table.underlyingIndex.get('BTC') ?? -1] ?? NaN;

/** account, currency, equity, initial margin, maintenance margin, quality */
const ACCOUNTS = [
  ['a', 'USD', 1_000, 100, 80, 'EXACT'],
  ['b', 'USD', 90, 100, 80, 'EXACT'],
  ['c', 'USD', 50, 100, 80, 'FITTED'],
  ['d', 'BTC', 2, 1, 0.8, 'EXACT'],
  ['e', 'USD', -10, 100, 80, 'EXACT'],
  ['f', 'DOGE', 5, 1, 1, 'EXACT'],
] as const;

let run: RunDatabase;

beforeAll(async () => {
  const rows = ACCOUNTS.map(
    ([id, currency, equity, initial, maintenance, quality]) =>
      `('${id}', 'm', '1.0.0', 'hash', '${currency}', ${String(equity)}, 0, ${String(initial)}, ${String(maintenance)},
      ${String(equity - initial)}, ${String(equity - maintenance)}, 'spot ${id < 'c' ? '-' : '+'}10%', -7, 1, 1, 0, '${quality}', 3)`,
  );
  const [option] = market.table.instruments.filter(({ kind }) => kind === 'OPTION');
  await writeRun(
    folder,
    {
      accounts: `VALUES ${rows.join(', ')}`,
      components: `VALUES ('a', 'm', 'grid', 'initial', 60, 'USD', 'EXACT'), ('a', 'm', 'basis', 'initial', 40, 'USD', 'EXACT'),
        ('a', 'm', 'grid', 'maintenance', 80, 'USD', 'EXACT'), ('d', 'm', 'grid', 'initial', 1, 'BTC', 'EXACT'),
        ('a', 'm', 'nothing', 'initial', 0, 'USD', 'EXACT')`,
      contributions: `VALUES ('a', 'm', '${option?.name ?? ''}', 1, 30, 'USD'), ('b', 'm', 'BTC-PERPETUAL', 1, 20, 'USD'),
        ('b', 'm', 'not in the market', 1, 1000, 'USD')`,
      failures: '',
    },
    {},
  );
  run = await openRun(folder, market);
});

afterAll(() => {
  run.close();
  rmSync(folder, { recursive: true });
});

describe('figures of a model', () => {
  it('sum in dollars and count what has no price', async () => {
    const [totals] = await figures.modelTotals(run);
    expect(totals).toMatchObject({ accounts: 6, unpriced: 1, inexact: 1, currencies: 'BTC, DOGE, USD' });
    expect(totals?.equityUsd).toBeCloseTo(1_130 + 2 * btcUsd, 6);
    expect(totals?.initialUsd).toBeCloseTo(400 + btcUsd, 6);
    expect(totals?.maintenanceUsd).toBeCloseTo(320 + 0.8 * btcUsd, 6);
  });

  it('tell the states of accounts and what they lack', async () => {
    const states = await figures.accountStates(run, 'm');
    expect(states['below maintenance']).toMatchObject({ accounts: 2, shortfallUsd: 30 + 90 });
    expect(states['below initial']).toMatchObject({ accounts: 1, shortfallUsd: 10 });
    expect(states.sufficient.accounts).toBe(3);
    expect((await figures.accountStates(run, 'other')).sufficient.accounts).toBe(0);
  });

  it('list calls by what they lack and the largest margins', async () => {
    const called = await figures.calledAccounts(run, 'm', 2);
    expect(called.map(({ accountId }) => accountId)).toEqual(['e', 'c']);
    const [largest] = await figures.largestAccounts(run, 'm', 1);
    expect(largest).toMatchObject({ accountId: 'd', currency: 'BTC', initialMargin: 1, initialUsd: btcUsd });
    expect(await figures.topHundredthShare(run, 'm')).toBeCloseTo(btcUsd / (400 + btcUsd), 12);
  });

  it('count every account with a margin in the distributions', async () => {
    expect(await figures.marginBins(run, 'm')).toEqual([
      { from: 2, accounts: 4, initialUsd: 400 },
      { from: 4.5, accounts: 1, initialUsd: btcUsd },
    ]);
    const bins = await figures.utilisationBins(run, 'm');
    expect(Object.fromEntries(bins.map(({ from, accounts }) => [from, accounts]))).toEqual({
      0: 1,
      0.4: 1,
      0.8: 1,
      [figures.UTILISATION_MAX]: 2,
    });
  });

  it('break margins down by component, scenario, underlying and expiry', async () => {
    const components = await figures.marginComponents(run, 'm');
    expect(components.map(({ name }) => name)).toEqual(['grid', 'basis']);
    expect(components[0]?.valueUsd).toBeCloseTo(60 + btcUsd, 6);
    const [worst] = await figures.bindingScenarios(run, 'm', 1);
    expect(worst).toMatchObject({ name: 'spot +10%', accounts: 4, valueUsd: 14 + 7 * btcUsd });
    expect(await figures.expiryContributions(run, 'm')).toMatchObject([
      { underlying: 'BTC', expiryMs: null, valueUsd: 20 },
      { underlying: 'BTC', valueUsd: 30 },
    ]);
  });
});

describe('the loss by scenario', () => {
  const grid = (instrument: string): number[][] =>
    venueGrid(loadKernels(), market, [
      { instrument, net: 2 },
      { instrument: 'unknown', net: 9 },
    ]);
  const unmoved = VOL_MOVES.indexOf(0);

  it('of a linear perpetual is its price times the move, whatever the volatility', () => {
    for (const row of grid('BTC-USDC-PERPETUAL'))
      row.forEach((value, s) => {
        expect(value).toBeCloseTo(2 * 96_700 * (SPOT_MOVES[s] ?? NaN), 4);
      });
  });

  it('of an inverse perpetual is its dollars times the move', () => {
    // Ten dollars a contract gain 10 x move / (1 + move) coins, at the moved price.
    const scale = (2 * 10 * btcUsd) / 96_700;
    for (const row of grid('BTC-PERPETUAL'))
      row.forEach((value, s) => {
        expect(value).toBeCloseTo(scale * (SPOT_MOVES[s] ?? NaN), 6);
      });
  });

  it('of inverse and linear options of the same terms is nearly the same in dollars', () => {
    const option = (settlement: string): string =>
      market.table.instruments.find(
        (terms) => terms.kind === 'OPTION' && terms.settlement === settlement && terms.strike === 110_000,
      )?.name ?? '';
    const [linear, inverse] = [grid(option('LINEAR')), grid(option('INVERSE'))];
    expect(linear[unmoved]?.[SPOT_MOVES.indexOf(0)]).toBe(0);
    linear.forEach((row, v) => {
      row.forEach((value, s) => {
        expect(Math.abs((inverse[v]?.[s] ?? NaN) - value)).toBeLessThan(1 + 0.02 * Math.abs(value));
      });
    });
  });
});

describe('amounts', () => {
  it.each([
    [0, '$0'],
    [7.891, '$7.89'],
    [-45_600, '-$45.6k'],
    [999_999, '$1M'],
    [1.234e9, '$1.23B'],
    [-2e12, '-$2T'],
  ])('%d is %s', (value, text) => {
    expect(dollars(value)).toBe(text);
  });

  it('have no share of nothing', () => {
    expect([share(1, 3), share(1, 0), shortAmount(0)]).toEqual(['33.3%', '–', '0']);
  });
});
