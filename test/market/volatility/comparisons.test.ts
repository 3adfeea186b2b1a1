/** SABR and the feed of Derive: smiles of others that the surface is compared with. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { deriveFeedVolatility } from '../../../src/market/volatility/derive-feed.js';
import { sabrVolatility } from '../../../src/market/volatility/sabr.js';
import type { SabrParameters } from '../../../src/market/volatility/sabr.js';
import type { RawSvi } from '../../../src/market/volatility/svi.js';
import { vectorsFolder } from '../../support/folders.js';

const folder = vectorsFolder();

function read(name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder ?? '', 'volatility', name), 'utf8'));
}

interface SabrFile {
  readonly quantlib: SabrParameters & {
    readonly forward: number;
    readonly expiry: number;
    readonly strikes: readonly number[];
    readonly vols: readonly number[];
  };
  readonly crypto_and_rates: readonly (SabrParameters & { F: number; K: number; T: number; vol: number })[];
}

interface FeedFile {
  readonly feed: RawSvi & {
    readonly F: number;
    readonly tau: number;
    readonly rows: readonly { strike: number; vol: number }[];
  };
  readonly lyra_utils: readonly (RawSvi & { F: number; tau: number; strike: number; vol: number })[];
}

describe.runIf(folder)('SABR, volatility/sabr.json', () => {
  const file = read('sabr.json') as SabrFile;

  it('QuantLib', () => {
    const { quantlib } = file;
    const errors = quantlib.strikes.map((strike, i) =>
      Math.abs(sabrVolatility(quantlib, quantlib.forward, strike, quantlib.expiry) - quantlib.vols[i]!),
    );
    const worst = Math.max(...errors);
    process.stderr.write(
      `sabr quantlib: ${String(errors.length)} rows, absolute ${worst.toExponential(1)}\n`,
    );
    expect(errors.length).toBeGreaterThan(0);
    expect(worst).toBeLessThanOrEqual(1e-12);
  });

  it('crypto and rates', () => {
    const errors = file.crypto_and_rates.map((row) =>
      Math.abs(sabrVolatility(row, row.F, row.K, row.T) / row.vol - 1),
    );
    const worst = Math.max(...errors);
    process.stderr.write(
      `sabr crypto_and_rates: ${String(errors.length)} rows, relative ${worst.toExponential(1)}\n`,
    );
    expect(errors.length).toBeGreaterThan(0);
    expect(worst).toBeLessThanOrEqual(1e-12);
  });
});

describe('SABR', () => {
  it('is continuous through the forward, and plain at no volatility of volatility', () => {
    const parameters = { alpha: 0.6, beta: 1, nu: 1.2, rho: -0.3 };
    const at = sabrVolatility(parameters, 60_000, 60_000, 0.25);
    expect(sabrVolatility(parameters, 60_000, 60_000 * (1 + 1e-12), 0.25)).toBeCloseTo(at, 10);
    expect(sabrVolatility(parameters, 60_000, 60_000 * (1 - 1e-12), 0.25)).toBeCloseTo(at, 10);
    expect(sabrVolatility({ ...parameters, nu: 0 }, 60_000, 40_000, 0.25)).toBe(0.6);
  });
});

describe.runIf(folder)('the feed of Derive, volatility/svi_volatility_feed.json', () => {
  const { feed, lyra_utils } = read('svi_volatility_feed.json') as FeedFile;

  it('every row', () => {
    const rows = [
      ...feed.rows.map((row) => ({ ...row, slice: feed, F: feed.F, tau: feed.tau })),
      ...lyra_utils.map((row) => ({ ...row, slice: row })),
    ];
    let worst = 0;
    for (const { slice, F, tau, strike, vol } of rows)
      worst = Math.max(worst, Math.abs(unwrap(deriveFeedVolatility(slice, F, tau, strike)) / vol - 1));
    process.stderr.write(
      `svi_volatility_feed: ${String(rows.length)} rows, relative ${worst.toExponential(1)}\n`,
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(worst).toBeLessThanOrEqual(1e-14);
  });
});

describe('the feed of Derive', () => {
  const slice = { a: 1, b: 1.5, rho: -0.1, m: -0.05, sigma: 0.05 };

  it('clamps, caps, and answers strike 0 with 0', () => {
    const far = unwrap(deriveFeedVolatility(slice, 1200, 1, 1e9));
    expect(unwrap(deriveFeedVolatility(slice, 1200, 1, 1e12))).toBe(far);
    expect(unwrap(deriveFeedVolatility({ ...slice, a: 200 }, 1200, 1, 1200))).toBe(12);
    expect(unwrap(deriveFeedVolatility(slice, 1200, 1, 0))).toBe(0);
  });

  it.each([
    ['forward', slice, 0, 1, 1000],
    ['timeToExpiryYears', slice, 1200, 0, 1000],
    ['strike', slice, 1200, 1, -1],
    ['strike', slice, 1200, 1, NaN],
    ['a', { ...slice, a: -1 }, 1200, 1, 1200],
    ['a', { a: -0.4, b: 1, rho: 0.9, m: 0, sigma: 0.5 }, 1200, 1, 800],
  ])('refuses a bad %s', (field, parameters, forward, years, strike) => {
    const outcome = deriveFeedVolatility(parameters, forward, years, strike);
    expect(outcome.ok).toBe(false);
    if (!outcome.ok) expect(outcome.failure.field).toBe(field);
  });
});
