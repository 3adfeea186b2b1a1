/**
 * Every recorded chain, the crash days of February 2026 among them: import, then margins of a generated book of 54 mixed
 * positions for BTC and one for ETH.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CommandResult } from '../support/command.js';
import { margincubeHere } from '../support/command-here.js';
import { dataFolder } from '../support/folders.js';
import type { BookKind, MarketFile } from '../support/mixed-book.js';
import { INVERSE_BOOK, LINEAR_BOOK, mixedBook } from '../support/mixed-book.js';

const data = dataFolder();
const chains =
  data === undefined ? [] : filesOf(path.join(data, 'deribit-chains'), /^\d{8}T\d{6}Z\.csv\.gz$/);
const responses = data === undefined ? [] : filesOf(path.join(data, 'deribit-api'), /^\d{4}-\d\d-\d\dT\d\d$/);
const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-chains-'));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function filesOf(parent: string, pattern: RegExp): string[] {
  return readdirSync(parent)
    .filter((name) => pattern.test(name))
    .map((name) => path.join(parent, name));
}

/** Name for the title of the test, then the path. */
function named(files: readonly string[]): [string, string][] {
  return files.map((file) => [path.basename(file), file]);
}

interface ReportJson {
  readonly currency: string;
  readonly equity: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  readonly initialExcess: number;
  readonly bindingScenario?: { readonly pnl: number };
  readonly scenarioVector: readonly { readonly pnl: number }[];
}

interface ImportJson {
  readonly rowsRead: number;
  readonly rowsUsed: number;
  readonly rowsRefused: number;
  readonly expiries: readonly unknown[];
}

const POSITIONS_MIN = 50;

function readMarket(file: string): MarketFile {
  return JSON.parse(readFileSync(file, 'utf8')) as MarketFile;
}

/** Imports a source, builds the two books on what it holds and margins them. */
async function importAndMargin(
  source: string,
  kind: BookKind = INVERSE_BOOK,
  marketOptions: readonly string[] = [],
  marginOptions: readonly string[] = [],
): Promise<CommandResult> {
  const market = path.join(folder, 'market.json');
  const imported = await margincubeHere([
    'import',
    'deribit',
    source,
    '--out',
    market,
    '--json',
    ...marketOptions,
  ]);
  expect(imported).toMatchObject({ code: 0 });
  const report = JSON.parse(imported.stdout) as ImportJson;
  expect(report.rowsUsed + report.rowsRefused).toBe(report.rowsRead);
  expect(report.expiries.length).toBeGreaterThan(20);

  const books = ['BTC', 'ETH'].map((underlying, seed) =>
    mixedBook(readMarket(market), underlying, seed + 1, kind),
  );
  for (const { positions } of books) expect(positions.length).toBeGreaterThanOrEqual(POSITIONS_MIN);
  const portfolio = path.join(folder, 'book.json');
  writeFileSync(portfolio, JSON.stringify({ portfolios: books }));
  return margincubeHere([
    'margin',
    '--market',
    market,
    '--portfolio',
    portfolio,
    '--vectors',
    '--json',
    ...marginOptions,
  ]);
}

function expectSoundReports(result: CommandResult, count: number): ReportJson[] {
  expect(result).toMatchObject({ code: 0, stderr: '' });
  const { outcomes } = JSON.parse(result.stdout) as { outcomes: { report: ReportJson }[] };
  expect(outcomes).toHaveLength(count);
  for (const { report } of outcomes) {
    // JSON has no NaN, the proto3 mapping spells it as a string: a number here is finite.
    const vector = report.scenarioVector.map(({ pnl }) => pnl);
    for (const value of [report.equity, report.initialExcess, ...vector]) expect(value).toBeTypeOf('number');
    expect(report.maintenanceMargin).toBeGreaterThan(0);
    expect(report.initialMargin).toBeGreaterThanOrEqual(report.maintenanceMargin);
    expect(report.bindingScenario?.pnl).toBeLessThan(0);
    expect(vector.length).toBeGreaterThan(20);
  }
  return outcomes.map(({ report }) => report);
}

describe.skipIf(data === undefined)('recorded chains', () => {
  it('are all there', () => {
    expect(chains.length).toBeGreaterThan(0);
    expect(responses.length).toBeGreaterThan(0);
  });

  it.each(named(chains))('%s is imported and margined by deribit-pm', async (_name, chain) => {
    const reports = expectSoundReports(await importAndMargin(chain), 2);
    expect(reports.map(({ currency }) => currency)).toEqual(['BTC', 'ETH']);
  });

  it.each(named(responses))('%s is imported and margined by deribit-pm', async (_name, source) => {
    expectSoundReports(await importAndMargin(source), 2);
  });

  it('are margined as linear contracts by derive-pm2', async () => {
    const [calm, crash] = [chains[0], chains.find((file) => file.includes('20260205T155132Z'))];
    for (const chain of [calm, crash]) {
      expect(chain).toBeDefined();
      const linear = ['--settlement', 'linear', '--usdc-price', '0.9998'];
      const reports = expectSoundReports(
        // Its numbers are for any underlying; those of the default set are for BTC alone and refuse the book of ETH.
        await importAndMargin(chain ?? '', LINEAR_BOOK, linear, ['--model', 'derive-pm2@script-2025']),
        2,
      );
      expect(new Set(reports.map(({ currency }) => currency)).size).toBe(1);
    }
  });
});
