/** `margincube calibrate` on recorded chains: the table, the surface that is written, the page that is drawn. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { surfacesFromJson } from '../../src/market/volatility/surface-json.js';
import { margincubeHere } from '../support/command-here.js';
import { dataFolder, REPOSITORY } from '../support/folders.js';

const data = dataFolder();
const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-calibrate-'));
const SAMPLE_MARKET = path.join(REPOSITORY, 'examples/market.json');

afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Report {
  readonly underlyings: readonly {
    readonly underlying: string;
    readonly arbitrage: { readonly isFree: boolean };
    readonly expiries: readonly {
      readonly expiry: string;
      readonly status: string;
      readonly quotesUsed: number;
      readonly quotesRefused: Readonly<Record<string, number>>;
      readonly confidence: number;
    }[];
  }[];
}

/** A calm day and the day of the crash. */
const CHAINS = /^(20260115|20260205)T.*\.csv\.gz$/;

describe.runIf(data)('the command calibrate', () => {
  const chains = path.join(data ?? '', 'deribit-chains');
  const files = data === undefined ? [] : readdirSync(chains).filter((file) => CHAINS.test(file));

  it('finds chains', () => {
    expect(files.length).toBeGreaterThanOrEqual(2);
  });

  it.each(files)('prints a table, a surface and a page of %s', async (file) => {
    const out = path.join(folder, `${file}.json`);
    const plot = path.join(folder, `${file}.html`);
    const chain = path.join(chains, file);
    const files = ['--chain', chain, '--out', out, '--plot', plot];
    const { code, stdout, stderr } = await margincubeHere(['calibrate', ...files]);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^expiry +days +used +refused +rmse pt +best SVI pt +inside/m);
    expect(stdout).toMatch(/^quotes refused +in the money/m);

    const surfaces = unwrap(surfacesFromJson(JSON.parse(readFileSync(out, 'utf8'))));
    expect(surfaces.map(({ underlying }) => underlying)).toEqual(['BTC', 'ETH']);
    for (const { slices } of surfaces) expect(slices.length).toBeGreaterThanOrEqual(8);

    const page = readFileSync(plot, 'utf8');
    const slices = surfaces.reduce((sum, surface) => sum + surface.slices.length, 0);
    // Two charts per underlying beside the smiles.
    expect(page.match(/role="img"/g)).toHaveLength(slices + 2 * surfaces.length);
    expect(page).not.toMatch(/NaN|Infinity|undefined|<script|https?:/);
    expect(page).toContain('implied volatility, % a year');
  });

  it('prints the same as JSON, counted', async () => {
    const chain = path.join(chains, files[0] ?? '');
    const { code, stdout } = await margincubeHere([
      'calibrate',
      '--chain',
      chain,
      '--currency',
      'BTC',
      '--json',
    ]);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report.underlyings.map(({ underlying }) => underlying)).toEqual(['BTC']);
    for (const { expiry, status, quotesUsed, quotesRefused, confidence } of report.underlyings[0]!.expiries) {
      expect(expiry).toMatch(/^2026-.*T08:00:00\.000Z$/);
      expect(status).toMatch(/^(ACCEPTED|DEGRADED)$/);
      expect(quotesUsed).toBeGreaterThan(0);
      expect(quotesRefused.IN_THE_MONEY).toBeGreaterThan(0);
      expect(confidence).toBeGreaterThan(0);
    }
  });

  it('refuses an unknown underlying by name', async () => {
    const chain = path.join(chains, files[0] ?? '');
    const { code, stderr } = await margincubeHere(['calibrate', '--chain', chain, '--currency', 'XYZ']);
    expect(code).toBe(2);
    expect(stderr).toContain('expected some of BTC, ETH');
  });
});

describe('the command calibrate', () => {
  it('says what it needs', async () => {
    const bare = await margincubeHere(['calibrate']);
    expect(bare.code).toBe(2);
    expect(bare.stderr).toContain('--market FILE or --chain PATH');
    const both = ['calibrate', '--market', 'a.json', '--chain', 'b.csv'];
    expect(await margincubeHere(both)).toMatchObject({ code: 2 });
    const missing = await margincubeHere(['calibrate', '--market', path.join(folder, 'none.json')]);
    expect(missing.stderr).toContain('cannot read');
    expect((await margincubeHere(['calibrate', '--help'])).stdout).toContain('Examples:');
  });

  it('has no surface for a market without quotes, and says so by expiry', async () => {
    const out = path.join(folder, 'sample.json');
    const { code, stdout } = await margincubeHere(['calibrate', '--market', SAMPLE_MARKET, '--out', out]);
    const hasQuotes = /"(bidPrice|askPrice)"/.test(readFileSync(SAMPLE_MARKET, 'utf8'));
    expect(code).toBe(hasQuotes ? 0 : 1);
    if (!hasQuotes) expect(stdout).toContain('NO_QUOTES');
    expect(surfacesFromJson(JSON.parse(readFileSync(out, 'utf8'))).ok).toBe(true);
  });
});
