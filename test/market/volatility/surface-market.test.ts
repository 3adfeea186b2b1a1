import { describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { loadKernels } from '../../../src/kernel/load-kernels.js';
import type { InstrumentQuote } from '../../../src/market/snapshot/market-snapshot.js';
import { resolveMarket } from '../../../src/market/snapshot/resolve-market.js';
import { querySurface, resolveSurface } from '../../../src/market/volatility/surface.js';
import { marketOnSurfaces } from '../../../src/market/volatility/surface-market.js';
import type { SurfaceSlice } from '../../../src/market/volatility/surface-slice.js';
import { NOW_MS, SAMPLE_EXPIRIES_DAYS, sampleSnapshot } from '../../support/sample-market.js';
import { sampleSlice } from './sample-surface.js';

const kernels = loadKernels();
const snapshot = sampleSnapshot();

/** A surface of the sample market's time with slices at 2, 30 and 180 days; nothing at half a day. */
function surfaceOf(confidence: number) {
  const slice = (days: number, level: number): SurfaceSlice => {
    const expiryMs = NOW_MS + days * 86_400_000;
    const years = days / 365;
    return {
      ...sampleSlice(days, {
        a: level * years,
        b: 0.1 * Math.sqrt(years),
        rho: -0.2,
        m: 0,
        sigma: 0.3 * Math.sqrt(years),
      }),
      expiryMs,
      timeToExpiryYears: (expiryMs - NOW_MS) / (365 * 86_400_000),
      forward: 96_650 * Math.exp(0.05 * years),
      confidence,
    };
  };
  return unwrap(
    resolveSurface({
      version: 1,
      asOfMs: NOW_MS,
      underlying: 'BTC',
      spot: 96_650,
      slices: [slice(2, 0.2), slice(30, 0.19), slice(180, 0.18)],
    }),
  );
}

const surface = surfaceOf(0.01);
const optionsOf = (quotes: readonly InstrumentQuote[]) =>
  quotes.flatMap((quote) =>
    quote.instrument.kind === 'OPTION' ? [{ quote, instrument: quote.instrument }] : [],
  );

describe('a market on its surfaces', () => {
  const { snapshot: on, withoutSurface } = marketOnSurfaces(kernels, snapshot, [surface]);

  it('takes every volatility from the surface and leaves everything else', () => {
    expect(withoutSurface).toEqual([]);
    for (const { quote, instrument } of optionsOf(on.instruments)) {
      const years = (instrument.expiryMs - NOW_MS) / (365 * 86_400_000);
      const { volatility } = unwrap(querySurface(kernels, surface, instrument.strike, years));
      expect(quote.markVolatility).toBe(volatility);
    }
    expect(on.underlyings).toEqual(snapshot.underlyings);
    expect(on.expiries.map(({ forward }) => forward)).toEqual(
      snapshot.expiries.map(({ forward }) => forward),
    );
    expect(on.instruments.filter(({ instrument }) => instrument.kind !== 'OPTION')).toEqual(
      snapshot.instruments.filter(({ instrument }) => instrument.kind !== 'OPTION'),
    );
    expect(resolveMarket(on).ok).toBe(true);
  });

  it('puts slices beside their expiries, and nothing where there is none', () => {
    expect(on.expiries.map(({ volatility }) => volatility?.kind)).toEqual([undefined, 'SVI', 'SVI', 'SVI']);
    expect(SAMPLE_EXPIRIES_DAYS[0]).toBe(0.5);
  });

  it('carries the confidence of the slices, less beyond the quotes, and less again when they are worse', () => {
    const worse = marketOnSurfaces(kernels, snapshot, [surfaceOf(0.05)]).snapshot;
    const better = optionsOf(on.instruments);
    for (const [i, { quote }] of optionsOf(worse.instruments).entries()) {
      expect(quote.volatilityConfidence!).toBeLessThan(better[i]!.quote.volatilityConfidence!);
    }
    const at = (strike: number, days: number): number =>
      better.find(
        ({ instrument }) =>
          instrument.strike === strike && instrument.expiryMs === NOW_MS + days * 86_400_000,
      )!.quote.volatilityConfidence!;
    const sigma = unwrap(querySurface(kernels, surface, 100_000, 30 / 365)).volatility;
    expect(at(100_000, 30)).toBeCloseTo(1 - 0.01 / (0.2 * sigma), 12);
    expect(at(60_000, 30)).toBeLessThan(0.5);
    expect(at(100_000, 0.5)).toBeLessThan(0.5);
  });

  it('leaves options without a surface without a volatility', () => {
    const none = marketOnSurfaces(kernels, snapshot, []);
    expect(none.withoutSurface).toEqual(['BTC']);
    const market = unwrap(resolveMarket(none.snapshot));
    expect(market.columns.volatility.every(Number.isNaN)).toBe(true);
  });

  it('survives options whose time has passed', () => {
    const later = { ...snapshot, timeMs: NOW_MS + 86_400_000 };
    const passed = marketOnSurfaces(kernels, later, [surface]).snapshot;
    const first = optionsOf(passed.instruments)[0]!;
    expect(first.instrument.expiryMs).toBeLessThan(later.timeMs);
    expect(first.quote.markVolatility).toBeUndefined();
  });
});
