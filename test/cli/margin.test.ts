import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapshotToMessage } from '../../src/wire/convert/market.js';
import { messageToJsonValue } from '../../src/wire/json/json-mapping.js';
import type { CommandResult } from '../support/command.js';
import { margincubeHere } from '../support/command-here.js';
import { sampleSnapshot } from '../support/sample-market.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-margin-'));
const market = path.join(folder, 'market.json');

beforeAll(() => {
  const message = snapshotToMessage(sampleSnapshot());
  writeFileSync(market, JSON.stringify(messageToJsonValue('margincube.v1.MarketSnapshot', message)));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: unknown): string {
  const written = path.join(folder, name);
  writeFileSync(written, typeof content === 'string' ? content : JSON.stringify(content));
  return written;
}

function margin(portfolio: unknown, ...options: string[]): Promise<CommandResult> {
  return margincubeHere([
    'margin',
    '--market',
    market,
    '--portfolio',
    file('book.json', portfolio),
    ...options,
  ]);
}

const LONG_PERPETUAL = {
  accountId: 'long',
  positions: [{ instrument: 'BTC-USDC-PERPETUAL', quantity: 2 }],
  balances: [{ asset: 'USDC', units: '100000000000', decimals: 6 }],
};
const PM2 = ['--model', 'derive-pm2'];

describe('margin', () => {
  it('prints a table of one portfolio', async () => {
    const { code, stdout } = await margin(LONG_PERPETUAL, ...PM2);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^account +model +ccy +equity +initial margin/m);
    expect(stdout).toMatch(/^long +derive-pm2@btc-2026-08-20 +USDC +100,000\.00 /m);
  });

  it('prints the JSON of the outcomes', async () => {
    const { code, stdout } = await margin({ portfolios: [LONG_PERPETUAL] }, ...PM2, '--json', '--vectors');
    expect(code).toBe(0);
    const { outcomes } = JSON.parse(stdout) as {
      outcomes: { index: number; report: Record<string, unknown> }[];
    };
    expect(outcomes).toHaveLength(1);
    const report = outcomes[0]?.report;
    expect(report).toMatchObject({
      accountId: 'long',
      model: 'derive-pm2',
      currency: 'USDC',
      equity: 100_000,
    });
    expect(report?.scenarioVector).not.toEqual([]);
    expect(report?.contributions).toEqual([]);
  });

  it('adds contributions and liquidation prices on request', async () => {
    const { stdout } = await margin(
      LONG_PERPETUAL,
      ...PM2,
      '--json',
      '--contributions',
      '--liquidation-prices',
    );
    const { outcomes } = JSON.parse(stdout) as {
      outcomes: {
        report: { contributions: unknown[]; liquidationPrices: { underlying: string; rootsUsd: number[] }[] };
      }[];
    };
    const report = outcomes[0]?.report;
    expect(report?.contributions).not.toEqual([]);
    // Two coins on 100,000 dollars: the price at which they are lost lies between half of it and the present one.
    const [root] = report?.liquidationPrices[0]?.rootsUsd ?? [];
    expect(root).toBeGreaterThan(46_700);
    expect(root).toBeLessThan(96_700);
  });

  it('gives one row per model', async () => {
    const { stdout } = await margin(LONG_PERPETUAL, ...PM2, '--model', 'derive-pm2@script-2025');
    expect(stdout).toMatch(/^long +derive-pm2@btc-2026-08-20 /m);
    expect(stdout).toMatch(/^long +derive-pm2@script-2025 /m);
  });

  it('is 0 for an empty portfolio', async () => {
    const { code, stdout } = await margin({ accountId: 'empty' }, ...PM2, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      outcomes: [{ report: { initialMargin: 0, maintenanceMargin: 0 } }],
    });
  });

  it('fails a bad portfolio alone, with its field and the closest names', async () => {
    const typo = { accountId: 'typo', positions: [{ instrument: 'BTC-USDC-PERPETUL', quantity: 1 }] };
    const words = { accountId: 'words', positions: [{ instrument: 'BTC-USDC-PERPETUAL', quantity: 'two' }] };
    const infinite = {
      accountId: 'inf',
      positions: [{ instrument: 'BTC-USDC-PERPETUAL', quantity: 'Infinity' }],
    };
    const { code, stdout } = await margin({ portfolios: [typo, LONG_PERPETUAL, words, infinite] }, ...PM2);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^long +derive-pm2/m);
    expect(stdout).toMatch(
      /^typo .*UNKNOWN_INSTRUMENT +portfolios\[0\]\.positions\[0\]\.instrument .*closest: BTC-USDC-PERPETUAL/m,
    );
    expect(stdout).toMatch(/^words .*INVALID_VALUE +portfolios\[2\]\.positions\[0\]\.quantity .*"two"/m);
    expect(stdout).toMatch(/^inf .*INVALID_VALUE +portfolios\[3\]\.positions\[0\]\.quantity .*Infinity/m);
  });

  it('names the field of a single portfolio from its root', async () => {
    const { code, stdout } = await margin({
      accountId: 'nan',
      positions: [{ instrument: 'BTC-USDC-PERPETUAL', quantity: 'NaN' }],
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^nan .* positions\[0\]\.quantity /m);
  });

  it('raises the margin with stricter parameters', async () => {
    const params = file('params.json', { perpetual: { initial: 0.1 } });
    const initial = async (...options: string[]): Promise<number> => {
      const { stdout } = await margin(LONG_PERPETUAL, ...PM2, '--json', ...options);
      const { outcomes } = JSON.parse(stdout) as { outcomes: { report: { initialMargin: number } }[] };
      return outcomes[0]?.report.initialMargin ?? NaN;
    };
    expect(await initial('--params', params)).toBeGreaterThan(await initial());
  });
});

describe('bad input ends with exit code 2 and names', () => {
  const cases: [string, () => Promise<CommandResult>, RegExp][] = [
    [
      'a file that is absent',
      () => margincubeHere(['margin', '--market', 'absent.json', '--portfolio', market]),
      /absent\.json: cannot read/,
    ],
    ['a file that is no JSON', () => margin('{"accountId":'), /book\.json: expected .* as JSON/],
    ['a book that is no list', () => margin({ portfolios: 3 }), /book\.json: portfolios: expected a list/],
    ['a field beside the portfolios', () => margin({ portfolios: [], extra: 1 }), /book\.json: extra: /],
    [
      'a market without a time',
      () =>
        margincubeHere([
          'margin',
          '--market',
          file('bad-market.json', { venue: 'x' }),
          '--portfolio',
          market,
        ]),
      /bad-market\.json: time: Expected a value/,
    ],
    [
      'a market with a negative price',
      () => {
        const bad = snapshotToMessage(sampleSnapshot());
        const json = messageToJsonValue('margincube.v1.MarketSnapshot', bad) as {
          underlyings: { indexPrice: number }[];
        };
        for (const underlying of json.underlyings) underlying.indexPrice = -1;
        return margincubeHere(['margin', '--market', file('negative.json', json), '--portfolio', market]);
      },
      /negative\.json: .*underlyings\[0\]\.indexPrice: .*-1/,
    ],
    [
      'an unknown model',
      () => margin(LONG_PERPETUAL, '--model', 'derive-pm3'),
      /--model: .*"derive-pm3".*closest: derive-pm/,
    ],
    [
      'an unknown parameter',
      () => margin(LONG_PERPETUAL, ...PM2, '--params', file('unknown.json', { nonsense: 1 })),
      /unknown\.json: parameters.*nonsense/,
    ],
    [
      'parameters for two models',
      () => margin(LONG_PERPETUAL, ...PM2, '--model', 'deribit-pm', '--params', file('two.json', {})),
      /--params: expected one --model/,
    ],
    ['an unknown instruction level', () => margin(LONG_PERPETUAL, '--isa', 'v9'), /"v9"/],
  ];

  it.each(cases)('%s', async (_what, run, message) => {
    const { code, stdout, stderr } = await run();
    expect(stderr).toMatch(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
