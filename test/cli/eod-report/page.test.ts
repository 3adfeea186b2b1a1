/** The report as a browser shows it. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileHash } from '../../../src/batch/output/files.js';
import { writeReport } from '../../../src/cli/eod-report/write-report.js';
import { readMarket } from '../../../src/cli/market-file.js';
import { loadKernels } from '../../../src/kernel/load-kernels.js';
import { arrangeBoard } from '../../../src/synthetic/board.js';
import { drawAccount } from '../../../src/synthetic/venue.js';
import { writeVenue } from '../../../src/synthetic/write-venue.js';
import { openBrowser, type BrowserPage } from '../../support/browser-page.js';
import { hasBrowser } from '../../support/browser.js';
import { margincubeHere } from '../../support/command-here.js';
import { writeRun } from '../../support/eod-run.js';
import { REPOSITORY } from '../../support/folders.js';

const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-report-'));
const market = readMarket(path.join(REPOSITORY, 'examples/market.json'));
const MARKUP = '<script>document.title = "broken"</script>';
let file: string;

beforeAll(async () => {
  const board = arrangeBoard(loadKernels(), market);
  const accounts = Array.from({ length: 300 }, (_, index) => drawAccount(board, 3, index));
  const { files } = await writeVenue(market, accounts, path.join(folder, 'venue'), 'parquet');
  const positions = `'${files.positions}'`;
  await writeRun(
    folder,
    {
      accounts: `SELECT account_id, 'es', '1.0.0', 'f00d', 'USD', 100 * (hash(account_id)::DOUBLE / 1e19), 0, n, 0.8 * n, 0, 0,
        'draw ' || n, -2.0 * n, n, n, 0, 'EXACT', n FROM (SELECT account_id, count(*)::INTEGER AS n FROM ${positions} GROUP BY 1)
        UNION ALL SELECT '${MARKUP}', 'es', '1.0.0', 'f00d', 'USD', 0, 0, 1e6, 1e6, -1e6, -1e6, 'draw 1', -1e6, 1, 1, 0, 'EXACT', 1`,
      components: `SELECT account_id, 'es', 'expected_shortfall', 'initial', 1, 'USD', 'EXACT' FROM ${positions}`,
      contributions: `SELECT account_id, 'es', instrument, quantity, abs(quantity), 'USD' FROM ${positions}`,
      failures: `VALUES (17, 'bad', 'es', 'positions[0].instrument', 'UNKNOWN_INSTRUMENT', 'No instrument ${MARKUP}', 'X', 'Y')`,
    },
    {
      isas: ['v3'],
      identity: { marketHash: market.hash, inputs: { portfolios: await fileHash(files.positions) } },
    },
  );
  file = await writeReport(loadKernels(), { folder, market, positionsFile: files.positions });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('says beside the margins how many accounts have none', () => {
  expect(readFileSync(file, 'utf8')).toMatch(/without a margin[^]{0,80}>1</);
});

it('refuses the positions of another run', async () => {
  const other = path.join(folder, 'other.csv');
  writeFileSync(other, 'account_id,instrument,quantity\na,BTC-PERPETUAL,1\n');
  const report = writeReport(loadKernels(), { folder, market, positionsFile: other });
  await expect(report).rejects.toThrow(
    /other\.csv: expected the positions of the run \(SHA-256 \w{64}\) but received \w{64}/,
  );
});

it('loads nothing and runs nothing', () => {
  const html = readFileSync(file, 'utf8');
  // Shapes are clipped by `url(#...)` of the same page.
  expect(/<script|<link|<img|<iframe|@import|url\((?!#)/i.exec(html)).toBeNull();
  expect(html.includes('NaN')).toBe(false);
});

it('says the same of the same run', async () => {
  const before = readFileSync(file, 'utf8');
  await writeReport(loadKernels(), {
    folder,
    market,
    positionsFile: path.join(folder, 'venue/positions.parquet'),
  });
  expect(readFileSync(file, 'utf8')).toBe(before);
});

describe('the command eod report', () => {
  const MARKET = path.join(REPOSITORY, 'examples/market.json');
  it('writes the page and prints its path', async () => {
    const positions = path.join(folder, 'venue/positions.parquet');
    const drawn = await margincubeHere([
      'eod',
      'report',
      folder,
      '--market',
      MARKET,
      '--portfolios',
      positions,
    ]);
    expect(drawn).toEqual({ code: 0, stdout: `${file}\n`, stderr: '' });
    expect(readFileSync(file, 'utf8')).toContain('Loss by scenario');
  });

  it('refuses another market, a folder without a run, and no market', async () => {
    const other = path.join(folder, 'other.json');
    const snapshot = JSON.parse(readFileSync(MARKET, 'utf8')) as object;
    writeFileSync(other, JSON.stringify({ ...snapshot, venue: 'elsewhere' }));
    for (const [args, message] of [
      [
        [folder, '--market', other],
        /manifest\.json: expected a run on the market [\da-f]{64} but received [\da-f]{64}/,
      ],
      [[path.join(folder, 'venue'), '--market', MARKET], /manifest\.json: cannot read the manifest of a run/],
      [[path.join(folder, 'nowhere'), '--market', MARKET], /Expected the folder of a finished run/],
      [[folder], /--market: expected the market of the run/],
    ] as const) {
      const refused = await margincubeHere(['eod', 'report', ...args]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(message);
    }
  });
});

describe.runIf(hasBrowser())('in Chromium', () => {
  let page: BrowserPage;
  beforeAll(async () => {
    page = await openBrowser();
  });
  afterAll(() => page.close());

  it.each([1_280, 420])('shows every section and chart at %i pixels', async (width) => {
    await page.open(file, width);
    const text = String(await page.evaluate('document.body.innerText'));
    for (const part of [
      'End-of-day margins',
      'Size of margins',
      'Utilisation',
      'Margin calls',
      'Largest margins',
    ].concat(
      ...[
        'By underlying and expiry',
        'Binding scenarios',
        'Loss by scenario',
        'Smiles used',
        'What failed',
        'How it was made',
      ],
      ...[MARKUP, market.hash],
    ))
      expect(text).toContain(part);
    expect(await page.evaluate('document.title')).toMatch(/^End-of-day margins/);
    // Two of sizes, three breakdowns, the heat map, one smile for each underlying.
    const sizes = (await page.evaluate(
      `[...document.querySelectorAll('figure svg')].map((svg) => svg.getBoundingClientRect()).map(({ width, height }) => [width, height])`,
    )) as [number, number][];
    expect(sizes).toHaveLength(6 + market.table.underlyings.length);
    for (const [w, h] of sizes) expect(Math.min(w, h)).toBeGreaterThan(60);
    // Wide tables and charts scroll in their boxes; the page does not.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    expect(page.errors).toEqual([]);
  });

  it('has as many cells in the heat map as scenarios, within the bound of what SVG draws well', async () => {
    await page.open(file, 1_280);
    const labels = (await page.evaluate(
      `[...document.querySelectorAll('#scenarios svg text')].map((text) => text.textContent)`,
    )) as string[];
    expect(labels).toEqual(expect.arrayContaining(['+50%', '-50%', '+100%', 'move of every spot price']));
    expect(labels.length).toBeGreaterThanOrEqual(15 * 7 + 15 + 7);
    expect(labels.length).toBeLessThan(2_000);
  });
});
