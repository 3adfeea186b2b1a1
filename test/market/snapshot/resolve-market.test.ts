import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { KIND, NONE } from '../../../src/domain/codes.js';
import type { Market } from '../../../src/market/snapshot/market.js';
import type { MarketSnapshot, SviSlice } from '../../../src/market/snapshot/market-snapshot.js';
import { COLUMN_NAMES } from '../../../src/market/snapshot/market-columns.js';
import { resolveMarket } from '../../../src/market/snapshot/resolve-market.js';
import { smileVolatility, sviMinimumVariance, sviTotalVariance } from '../../../src/market/snapshot/smile.js';
import { vectorsFolder } from '../../support/folders.js';
import { EXPIRY_MS, option, sampleSnapshot, TIME_MS, withExpiry, withInstrument } from './sample-snapshot.js';

const YEAR_MS = 365 * 86_400_000;

function resolved(snapshot: MarketSnapshot, previous?: Market): Market {
  const outcome = resolveMarket(snapshot, previous);
  if (!outcome.ok) throw new Error(`${outcome.failure.field}: ${outcome.failure.message}`);
  return outcome.value;
}

describe('resolveMarket', () => {
  const market = resolved(sampleSnapshot());
  const { columns, table } = market;

  it('keeps the header and indexes every name', () => {
    expect([market.epoch, market.timeMs, market.venue]).toEqual([7, TIME_MS, 'sample']);
    expect(table.instrumentIndex.get('BTC-PERPETUAL')).toBe(4);
    expect(table.underlyingIndex.get('ETH')).toBe(1);
    expect(table.assetIndex.get('BTC')).toBe(1);
    expect(table.expiries[2]).toEqual({ underlying: 'ETH', expiryMs: EXPIRY_MS });
  });

  it('lays out terms and quotes as columns', () => {
    expect([...columns.kind]).toEqual([
      KIND.OPTION,
      KIND.OPTION,
      KIND.OPTION,
      KIND.OPTION,
      KIND.PERPETUAL,
      KIND.FUTURE,
      KIND.SPOT,
    ]);
    expect([...columns.isInverse]).toEqual([0, 0, 0, 1, 1, 1, 0]);
    expect([...columns.isCall]).toEqual([1, 0, 1, 1, 0, 0, 0]);
    expect([...columns.underlying]).toEqual([0, 0, 0, 1, 0, 0, 0]);
    expect([...columns.expiry]).toEqual([0, 0, 1, 2, NONE, NONE, NONE]);
    expect([...columns.strike]).toEqual([100_000, 90_000, 90_000, 3_000, NaN, NaN, NaN]);
    expect([...columns.markPrice]).toEqual([NaN, 3_000, NaN, 0.12, 96_655, 100_150, 96_650]);
    expect([...columns.priceConfidence]).toEqual([NaN, NaN, NaN, NaN, 0.9, NaN, 0.99]);
    expect([...columns.forward]).toEqual([97_600, 98_900, 3_360]);
    expect([...columns.fixedForward]).toEqual([NaN, 0, NaN]);
    expect([...columns.rate]).toEqual([0.03, NaN, NaN]);
    expect([...columns.rateConfidence]).toEqual([0.9, NaN, NaN]);
    expect([...columns.expiryUnderlying]).toEqual([0, 0, 1]);
    expect([...columns.indexPrice]).toEqual([96_650, 3_336]);
    expect([...columns.assetPriceUsd]).toEqual([0.9998, 96_650]);
  });

  it('takes a volatility from the option, else from the smile, else from nowhere', () => {
    const k = Math.log(100_000 / 97_600);
    const svi = 0.01 + 0.05 * (-0.3 * (k - 0.02) + Math.hypot(k - 0.02, 0.2));
    expect(columns.volatility[0]).toBeCloseTo(Math.sqrt((svi * YEAR_MS) / (EXPIRY_MS - TIME_MS)), 13);
    expect(columns.volatility[1]).toBe(0.41);
    const weight = Math.log(90 / 80) / Math.log(100 / 80);
    expect(columns.volatility[2]).toBeCloseTo(Math.sqrt((1 - weight) * 0.25 + weight * 0.16), 15);
    expect([...columns.volatility.subarray(3)]).toEqual([NaN, NaN, NaN, NaN]);
    expect([...columns.volatilityConfidence]).toEqual([0.8, 0.6, 0.7, NaN, NaN, NaN, NaN]);
  });

  it('finds the expiry of a dated future that has a quote', () => {
    const instrument = { ...sampleSnapshot().instruments[5]!.instrument, expiryMs: EXPIRY_MS };
    expect(resolved(withInstrument(5, { instrument })).columns.expiry[5]).toBe(0);
  });

  it('keeps what has expired, without a volatility from SVI', () => {
    const late = resolved({ ...sampleSnapshot(), timeMs: EXPIRY_MS });
    expect(late.table.instruments).toHaveLength(7);
    expect(late.columns.volatility[0]).toBeNaN();
    expect(late.columns.volatility[1]).toBe(0.41);
  });

  it('counts a smile that explodes close to expiry as not quoted', () => {
    const close = resolved({ ...sampleSnapshot(), timeMs: EXPIRY_MS - 1 });
    expect(close.columns.volatility[0]).toBeNaN();
  });

  it('accepts a market of nothing', () => {
    const empty = resolved({
      ...sampleSnapshot(),
      underlyings: [],
      assets: [],
      expiries: [],
      instruments: [],
    });
    expect(empty.columns.kind).toHaveLength(0);
  });
});

describe('the hash of a market', () => {
  const { hash } = resolved(sampleSnapshot());

  it('is a SHA-256 that equal markets share, whatever their epoch', () => {
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(resolved(sampleSnapshot({ epoch: 8 })).hash).toBe(hash);
    expect(resolved(withExpiry(2, { rate: -0 })).hash).toBe(resolved(withExpiry(2, { rate: 0 })).hash);
  });

  it('changes with every part', () => {
    const changed = [
      sampleSnapshot({ timeMs: TIME_MS + 1 }),
      sampleSnapshot({ venue: 'other' }),
      withExpiry(0, { forward: 97_600.000_000_000_01 }),
      withExpiry(0, { volatilityConfidence: 0.81 }),
      withInstrument(0, { instrument: option({ name: 'X' }) }),
      withInstrument(4, { priceConfidence: 0.8 }),
      sampleSnapshot({ assets: [] }),
    ].map((snapshot) => resolved(snapshot).hash);
    expect(new Set([hash, ...changed]).size).toBe(changed.length + 1);
  });

  it('does not depend on fields that are no terms', () => {
    const instrument = { ...option(), remark: 'not a term' };
    expect(resolved(withInstrument(0, { instrument })).hash).toBe(hash);
  });
});

describe('an epoch of the same instruments', () => {
  const first = resolved(sampleSnapshot());

  it('reuses the table and gives the bits of a fresh one', () => {
    const snapshot = { ...withExpiry(0, { forward: 97_700 }), epoch: 8 };
    const reused = resolved(snapshot, first);
    const fresh = resolved(snapshot);
    expect(reused.table).toBe(first.table);
    expect(fresh.table).not.toBe(first.table);
    expect(reused.hash).toBe(fresh.hash);
    for (const name of COLUMN_NAMES) expect(reused.columns[name]).toEqual(fresh.columns[name]);
  });

  it.each([
    ['a strike', withInstrument(0, { instrument: option({ strike: 100_001 }) })],
    ['a name', withInstrument(0, { instrument: option({ name: 'X' }) })],
    ['an option type', withInstrument(0, { instrument: option({ optionType: 'PUT' }) })],
    ['an asset', sampleSnapshot({ assets: [] })],
    ['an order', sampleSnapshot({ instruments: [...sampleSnapshot().instruments].reverse() })],
  ])('has a new table when %s changes', (_, snapshot) => {
    expect(resolved(snapshot, first).table).not.toBe(first.table);
    expect(resolved(snapshot, first).hash).toBe(resolved(snapshot).hash);
  });
});

describe('a smile of points', () => {
  const points = [
    { strike: 80, volatility: 0.5 },
    { strike: 100, volatility: 0.4 },
    { strike: 120, volatility: 0.45 },
  ];
  const at = (strike: number): number => smileVolatility({ kind: 'POINTS', points }, strike, 1, 1);

  it('is exact on strikes and flat beyond the ends', () => {
    expect([80, 100, 120].map(at)).toEqual([0.5, 0.4, 0.45]);
    expect([1, 79.9, 120.1, 1e6].map(at)).toEqual([0.5, 0.5, 0.45, 0.45]);
  });

  it('has a total variance that is linear in the logarithm of the strike', () => {
    expect(at(Math.sqrt(80 * 100)) ** 2).toBeCloseTo((0.25 + 0.16) / 2, 15);
  });
});

interface SviVectors {
  readonly evaluate: readonly (Omit<SviSlice, 'kind'> & {
    readonly name: string;
    readonly wMin: number;
    readonly points: readonly { readonly k: number; readonly w: number }[];
  })[];
}

const vectors = vectorsFolder();

describe.runIf(vectors)('raw SVI against volatility/svi.json', () => {
  const { evaluate } = JSON.parse(
    readFileSync(path.join(vectors ?? '', 'volatility/svi.json'), 'utf8'),
  ) as SviVectors;

  it.each(evaluate)('$name', ({ points, wMin, ...parameters }) => {
    const slice: SviSlice = { kind: 'SVI', ...parameters };
    expect(points.length).toBeGreaterThan(5);
    for (const { k, w } of points)
      expect(Math.abs(sviTotalVariance(slice, k) / w - 1)).toBeLessThanOrEqual(1e-12);
    expect(Math.abs(sviMinimumVariance(slice) / wMin - 1)).toBeLessThanOrEqual(1e-12);
  });
});
