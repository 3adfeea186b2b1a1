/** The preview of a change of parameters on the example files, as a user runs it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { ListMargins } from '../../src/engine/list-margins.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveMarket } from '../../src/market/snapshot/resolve-market.js';
import { resolveModel } from '../../src/models/catalogue.js';
import { snapshotToMessage } from '../../src/wire/convert/market.js';
import { portfolioFromJson, snapshotFromJson } from '../../src/wire/documents.js';
import { messageToJsonValue } from '../../src/wire/json/json-mapping.js';
import type { CommandResult } from '../support/command.js';
import { margincubeHere } from '../support/command-here.js';
import { dataFolder } from '../support/folders.js';
import { sampleSnapshot } from '../support/sample-market.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-preview-'));
const market = 'examples/market.json';

interface ExamplePortfolio {
  readonly accountId: string;
  readonly balances: readonly { readonly asset: string; readonly units: string; readonly decimals: number }[];
}

const { portfolios } = JSON.parse(readFileSync('examples/portfolios.json', 'utf8')) as {
  portfolios: ExamplePortfolio[];
};

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: unknown): string {
  const written = path.join(folder, name);
  writeFileSync(written, JSON.stringify(content));
  return written;
}

function named(...accountIds: readonly string[]): ExamplePortfolio[] {
  return portfolios.filter(({ accountId }) => accountIds.includes(accountId));
}

/** The same account with less cash, whole dollars. */
function poorer(portfolio: ExamplePortfolio, lessUsd: number): ExamplePortfolio {
  const balances = portfolio.balances.map(({ asset, units, decimals }) => ({
    asset,
    units: String(BigInt(units) - BigInt(lessUsd) * 10n ** BigInt(decimals)),
    decimals,
  }));
  return { ...portfolio, balances };
}

/** `--market` among the options replaces the example. */
function preview(book: readonly unknown[], ...options: readonly string[]): Promise<CommandResult> {
  const portfoliosFile = file('book.json', { portfolios: book });
  return margincubeHere([
    'models',
    'preview',
    '--market',
    market,
    '--portfolios',
    portfoliosFile,
    ...options,
  ]);
}

interface Preview {
  readonly changes: readonly { readonly path: string; readonly before: number; readonly after: number }[];
  readonly impact: {
    readonly accountCount: number;
    readonly initialMarginBefore: number;
    readonly initialMarginAfter: number;
    readonly newCalls: number;
    readonly newCallAmount: number;
    readonly newLiquidations: number;
    readonly failedAccounts: number;
    readonly topMovers: readonly { readonly accountId: string }[];
  };
  readonly gate: { readonly isPassed: boolean };
  readonly failures: readonly { readonly accountId: string; readonly under: string }[];
}

async function previewJson(book: readonly unknown[], ...options: readonly string[]): Promise<Preview> {
  return JSON.parse((await preview(book, ...options, '--json')).stdout) as Preview;
}

const STRANGLE = named('short-strangle-usdc');
const PM2 = ['--model', 'derive-pm2'] as const;
const HIGHER_VOLATILITY = { volatility: { rangeUp: 0.48 } };

describe('margincube models preview', () => {
  it('passes a change that calls nobody', async () => {
    const book = named('short-strangle-usdc', 'calendar-usdc');
    const params = file('higher.json', HIGHER_VOLATILITY);
    const { code, stdout, stderr } = await preview(book, ...PM2, '--params', params);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^volatility\.rangeUp +0\.4 +0\.48 +20\.00%$/m);
    expect(stdout).toMatch(/^short-strangle-usdc .* ok$/m);
    // Its margin is not moved by volatility.
    expect(stdout).not.toMatch(/^calendar-usdc /m);
    expect(stdout).toMatch(/^gate +passed/m);
  });

  it('counts new calls and refuses what calls too much of the equity', async () => {
    const params = file('higher.json', HIGHER_VOLATILITY);
    const called = STRANGLE.map((portfolio) => poorer(portfolio, 55_900));
    const { impact, gate } = await previewJson(called, ...PM2, '--params', params);
    expect(impact).toMatchObject({ newCalls: 1, newLiquidations: 0, failedAccounts: 0 });
    expect(impact.newCallAmount).toBeGreaterThan(0);
    expect(gate.isPassed).toBe(false);
    const { code, stdout } = await preview(called, ...PM2, '--params', params);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^short-strangle-usdc .* restricted -> call$/m);
    expect(stdout).toMatch(/^gate +REFUSED: 100\.00% of equity newly called/m);
  });

  it('counts liquidations and what calls ask for', async () => {
    const params = file('much-higher.json', { volatility: { rangeUp: 2 } });
    const { impact } = await previewJson(
      STRANGLE.map((portfolio) => poorer(portfolio, 55_900)),
      ...PM2,
      '--params',
      params,
    );
    expect(impact).toMatchObject({ newCalls: 1, newLiquidations: 1 });
  });

  it('states coin-margined accounts in dollars', async () => {
    const book = named('straddle-perp-hedged', 'call-spread');
    const params = file('wider.json', { currencies: { BTC: { priceRange: 0.19 } } });
    const { impact } = await previewJson(book, '--model', 'deribit-pm', '--params', params);
    const alone = await margincubeHere([
      ...['margin', '--market', market, '--portfolio', file('alone.json', { portfolios: book })],
      ...['--model', 'deribit-pm', '--json'],
    ]);
    const { outcomes } = JSON.parse(alone.stdout) as {
      outcomes: { report: { currency: string; initialMargin: number } }[];
    };
    const snapshot = JSON.parse(readFileSync(market, 'utf8')) as {
      underlyings: { name: string; indexPrice: number }[];
    };
    const priceOf = (coin: string): number =>
      snapshot.underlyings.find(({ name }) => name === coin)?.indexPrice ?? NaN;
    const dollars = outcomes.map(({ report }) => report.initialMargin * priceOf(report.currency));
    expect(new Set(outcomes.map(({ report }) => report.currency)).size).toBe(2);
    expect(impact.initialMarginBefore).toBeCloseTo(
      dollars.reduce((sum, one) => sum + one, 0),
      4,
    );
    expect(impact.initialMarginAfter).toBeGreaterThan(impact.initialMarginBefore);
  });

  it('compares two files, lists what differs, and can be undone', async () => {
    const [a, b] = [file('a.json', HIGHER_VOLATILITY), file('b.json', { volatility: { rangeUp: 0.5 } })];
    const there = await previewJson(STRANGLE, ...PM2, '--params', `${a},${b}`);
    const back = await previewJson(STRANGLE, ...PM2, '--params', `${b},${a}`);
    expect(there.changes).toEqual([{ path: 'volatility.rangeUp', before: 0.48, after: 0.5 }]);
    expect(back.impact.initialMarginAfter).toBe(there.impact.initialMarginBefore);
    expect(back.impact.initialMarginBefore).toBe(there.impact.initialMarginAfter);
    expect(
      (await previewJson(STRANGLE, ...PM2, '--params', `${a},${b}`, '--top', '0')).impact.topMovers,
    ).toEqual([]);
  });

  it('refuses while an account has no margin, and says which', async () => {
    const params = file('higher.json', HIGHER_VOLATILITY);
    const book = [...STRANGLE, ...named('covered-call'), { accountId: 'unreadable', positions: 7 }];
    const { impact, gate, failures } = await previewJson(book, ...PM2, '--params', params);
    expect(impact).toMatchObject({ accountCount: 3, failedAccounts: 2 });
    expect(gate.isPassed).toBe(false);
    expect(failures.map(({ accountId, under }) => `${accountId} ${under}`)).toEqual([
      'unreadable both',
      'covered-call both',
    ]);
  });

  it('names what it cannot use', async () => {
    const said = async (params: string, ...options: readonly string[]): Promise<string> => {
      const run = await preview(STRANGLE, ...PM2, '--params', params, ...options);
      expect(run.code).toBe(2);
      return run.stderr;
    };
    const higher = file('higher.json', HIGHER_VOLATILITY);
    expect(await said('a,b,c')).toContain('--params');
    expect(await said(`${higher},`)).toContain('--params');
    expect(await said(`${higher},${higher}`)).toContain('two different sets');
    expect(await said('btc-2026-08-21')).toContain('btc-2026-08-20');
    expect(await said(file('wrong.json', { volatility: { rangeUp: 'much' } }))).toContain('rangeUp');
    expect(await said(path.join(folder, 'nowhere.json'))).toContain('nowhere.json');
    expect(await said(higher, '--top', '100000')).toContain('--top');
  });
});

const data = dataFolder() ?? '';

describe.skipIf(data === '')('margincube models preview with a crash', () => {
  const balances = [{ asset: 'USDC', units: '30000', decimals: 0 }];
  const long = {
    accountId: 'long',
    positions: [{ instrument: 'BTC-USDC-PERPETUAL', quantity: 1 }],
    balances,
  };
  const short = {
    accountId: 'short',
    positions: [{ instrument: 'BTC-USDC-PERPETUAL', quantity: -1 }],
    balances,
  };
  const message = snapshotToMessage(sampleSnapshot());
  const sample = file('market.json', messageToJsonValue('margincube.v1.MarketSnapshot', message));
  const march = [
    ...[
      '--market',
      sample,
      '--model',
      'bybit-pm',
      '--crash',
      `BTC=${path.join(data, 'prices/BTC-USD.csv.gz')}`,
    ],
    ...['--crash-from', '2020-03-11T00:00:00Z', '--crash-to', '2020-03-13T00:00:00Z', '--crash-step', '240'],
  ];
  const poorLong = { ...long, balances: [{ ...balances[0], units: '100' }] };

  interface CrashPreview extends Omit<Preview, 'gate'> {
    readonly crash: {
      readonly lossBeforeUsd: number;
      readonly lossAfterUsd: number;
      readonly before: { readonly coverage: { readonly cases: number; readonly initialBreaches: number } };
      readonly after: { readonly coverage: { readonly cases: number; readonly initialBreaches: number } };
    };
    readonly gate: {
      readonly isPassed: boolean;
      readonly override?: { readonly reason: string; readonly expiresAtMs: number };
    };
  }

  it('refuses parameters under which the venue loses more, unless somebody overrides it', async () => {
    const params = file('lower.json', { priceRange: 0.03 });
    const run = await preview([long, short], ...march, '--params', params);
    expect(run.stderr).toBe('');
    expect(run.code).toBe(0);
    const poor = await preview([poorLong, short], ...march, '--params', params);
    expect(poor.code).toBe(1);
    expect(poor.stdout).toMatch(/^gate +REFUSED: .* USD lost in the crash, at most/m);
    expect(poor.stdout).toMatch(/^loss of a day > initial margin +\d+ +\d+$/m);
    const json = ['--params', params, '--override', 'the desk hedges it', '--json'] as const;
    const forced = await preview([poorLong, short], ...march, ...json);
    expect(forced.code).toBe(0);
    const { crash, gate } = JSON.parse(forced.stdout) as CrashPreview;
    expect(crash.lossAfterUsd).toBeGreaterThan(crash.lossBeforeUsd);
    expect(crash.after.coverage.initialBreaches).toBeGreaterThan(crash.before.coverage.initialBreaches - 1);
    expect(gate).toMatchObject({ isPassed: false, override: { reason: 'the desk hedges it' } });
    expect(gate.override?.expiresAtMs).toBeGreaterThan(Date.now());
  });

  it('passes parameters under which it loses less, without an override', async () => {
    const params = file('lower.json', { priceRange: 0.03 });
    const higher = file('higher.json', { priceRange: 0.1 });
    const json = ['--params', `${params},${higher}`, '--override', 'not needed', '--json'] as const;
    const { crash, gate } = JSON.parse(
      (await preview([long, short], ...march, ...json)).stdout,
    ) as CrashPreview;
    expect(crash.lossAfterUsd).toBeLessThanOrEqual(crash.lossBeforeUsd);
    expect(gate).toEqual({ isPassed: true });
  });

  it('names what it cannot replay', async () => {
    const params = file('lower.json', { priceRange: 0.03 });
    const coins = { ...long, balances: [{ asset: 'BTC', units: '1', decimals: 0 }] };
    for (const [book, options, text] of [
      [[coins], [], 'USDC'],
      [[long], ['--crash-from', '2030-01-01T00:00:00Z'], 'moments'],
      [[long], ['--override', ' '], '--override'],
    ] as const) {
      const run = await preview(book, ...march, '--params', params, ...options);
      expect(run.code).toBe(2);
      expect(run.stderr).toContain(text);
    }
  });
});

describe('ListMargins', () => {
  it('has the bits of margins one by one, also when a book comes again under another set or market', () => {
    const engine = new MarginEngine(loadKernels());
    const on = unwrap(resolveMarket(unwrap(snapshotFromJson(JSON.parse(readFileSync(market, 'utf8'))))));
    const books = portfolios.map((portfolio) => unwrap(portfolioFromJson(portfolio)));
    const list = new ListMargins(engine);
    const models = [
      unwrap(resolveModel({ name: 'derive-pm2' })),
      unwrap(resolveModel({ name: 'derive-pm2', overrides: HIGHER_VOLATILITY })),
      unwrap(resolveModel({ name: 'deribit-pm' })),
      unwrap(resolveModel({ name: 'derive-pm2' })),
    ];
    for (const model of models) {
      const listed = list.margins(model, on, books);
      const options = { ...DEFAULT_REPORT_OPTIONS, allowApproximations: true };
      const alone = engine.calculate({ model, market: on, portfolios: books, options });
      expect(listed.map(bitsOf)).toEqual(alone.map(bitsOf));
      expect(listed.some(({ ok }) => ok)).toBe(true);
    }
  });
});

function bitsOf(outcome: ReturnType<ListMargins['margins']>[number]): unknown {
  if (!outcome.ok) return outcome.failure;
  const { currency, equity, initialMargin, maintenanceMargin } = outcome.value;
  return { currency, equity, initialMargin, maintenanceMargin };
}
