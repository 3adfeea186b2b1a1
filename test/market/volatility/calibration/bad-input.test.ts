/** Whatever is quoted: a tier and a reason, no NaN, and the surface before stays as it was. */
import { describe, expect, it } from 'vitest';
import {
  logMoneynessGrid,
  minimumButterflyMeasure,
  minimumCalendarGap,
} from '../../../../src/market/volatility/arbitrage.js';
import type {
  Calibration,
  ExpiryQuotes,
  ExpiryReport,
  OptionQuote,
} from '../../../../src/market/volatility/calibration/calibration-types.js';
import { expectFinite } from '../../venues/imported.js';
import { AS_OF_MS, DAY_MS, calibrated, sampleExpiry } from './sample-quotes.js';

const NEIGHBOURS = [sampleExpiry({ days: 7 }), sampleExpiry({ days: 60 })];

function withNeighbours(expiry: ExpiryQuotes): Calibration {
  return calibrated([...NEIGHBOURS, expiry]);
}

function reportOf(calibration: Calibration, { expiryMs }: ExpiryQuotes): ExpiryReport {
  expectFinite({ ...calibration, memory: [...calibration.memory] }, 'calibration');
  const { slices } = calibration.surface;
  const grid = logMoneynessGrid(-1.5, 1.5, 3001);
  slices.forEach(({ parameters }, i) => {
    expect(minimumButterflyMeasure(parameters, grid).value).toBeGreaterThanOrEqual(0);
    if (i > 0)
      expect(minimumCalendarGap(slices[i - 1]!.parameters, parameters, grid).value).toBeGreaterThanOrEqual(
        -1e-12,
      );
  });
  return calibration.expiries.find((report) => report.expiryMs === expiryMs)!;
}

function quotesOf(
  expiry: ExpiryQuotes,
  change: (quote: OptionQuote, index: number) => OptionQuote,
): ExpiryQuotes {
  return { ...expiry, quotes: expiry.quotes.map(change) };
}

const MIDDLE = sampleExpiry({ days: 30 });

describe('few quotes', () => {
  it.each([
    { count: 0, status: 'UNAVAILABLE', kind: undefined, refusal: 'NO_QUOTES' },
    { count: 1, status: 'DEGRADED', kind: 'SHIFTED', refusal: 'FEW_QUOTES' },
    { count: 2, status: 'DEGRADED', kind: 'SHIFTED', refusal: 'FEW_QUOTES' },
    { count: 3, status: 'DEGRADED', kind: 'ESSVI', refusal: 'FEW_QUOTES' },
    { count: 4, status: 'DEGRADED', kind: 'ESSVI', refusal: 'FEW_QUOTES' },
    { count: 5, status: 'ACCEPTED', kind: 'SVI', refusal: undefined },
  ])('$count give $kind', ({ count, status, kind, refusal }) => {
    const expiry = { ...MIDDLE, quotes: MIDDLE.quotes.filter((_, i) => i % 6 === 0).slice(0, count) };
    const report = reportOf(withNeighbours(expiry), expiry);
    expect({ status: report.status, kind: report.kind, refusal: report.refusals[0] }).toEqual({
      status,
      kind,
      refusal,
    });
    expect(report.quotesUsed).toBe(count);
    if (count >= 3) expect(report.fit!.insideShare).toBeGreaterThan(0.7);
  });

  it('keep the last good slice, whose uncertainty doubles every minute', () => {
    const before = withNeighbours(MIDDLE);
    const confidenceAfter = (seconds: number): number => {
      const later = calibrated([...NEIGHBOURS, { ...MIDDLE, quotes: [] }], {
        asOfMs: AS_OF_MS + 1000 * seconds,
        previous: before,
      });
      const report = reportOf(later, MIDDLE);
      expect(report).toMatchObject({ status: 'STALE', kind: 'LAST_GOOD', refusals: ['NO_QUOTES'] });
      return report.confidence!;
    };
    const fresh = reportOf(before, MIDDLE).confidence!;
    expect(confidenceAfter(0)).toBeCloseTo(fresh, 12);
    expect(confidenceAfter(60)).toBeGreaterThanOrEqual(2 * fresh);
    expect(confidenceAfter(120)).toBeGreaterThanOrEqual(2 * confidenceAfter(60));
    expect(confidenceAfter(3600)).toBe(5);
  });

  it('leave out an expiry without a forward, and keep its last good slice where there is one', () => {
    const unknown = { expiryMs: MIDDLE.expiryMs, quotes: MIDDLE.quotes };
    const first = reportOf(withNeighbours(unknown), MIDDLE);
    expect(first).toMatchObject({ status: 'UNAVAILABLE', refusals: ['NO_FORWARD'] });
    expect(first.quotesRefused).toEqual({ NO_FORWARD: MIDDLE.quotes.length });
    const later = calibrated([...NEIGHBOURS, unknown], { previous: withNeighbours(MIDDLE) });
    expect(reportOf(later, MIDDLE)).toMatchObject({
      status: 'STALE',
      kind: 'LAST_GOOD',
      refusals: ['NO_FORWARD'],
    });
  });
});

describe('bad quotes', () => {
  const oneSided = (quote: OptionQuote): OptionQuote => ({
    strike: quote.strike,
    optionType: quote.optionType,
    askPrice: quote.askPrice!,
  });
  it.each([
    { what: 'one-sided', reason: 'ONE_SIDED', change: oneSided },
    { what: 'bid 0', reason: 'ONE_SIDED', change: (q: OptionQuote) => ({ ...q, bidPrice: 0 }) },
    { what: 'empty', reason: 'NO_QUOTE', change: (q: OptionQuote) => ({ ...q, bidPrice: 0, askPrice: 0 }) },
    { what: 'crossed', reason: 'CROSSED', change: (q: OptionQuote) => ({ ...q, bidPrice: 2 * q.askPrice! }) },
    {
      what: 'spread 500 %',
      reason: 'WIDE',
      change: (q: OptionQuote) => ({ ...q, askPrice: 6 * q.bidPrice! }),
    },
    { what: 'NaN', reason: 'INVALID_NUMBER', change: (q: OptionQuote) => ({ ...q, bidPrice: NaN }) },
    {
      what: 'infinite',
      reason: 'INVALID_NUMBER',
      change: (q: OptionQuote) => ({ ...q, askPrice: Infinity }),
    },
    { what: 'negative', reason: 'INVALID_NUMBER', change: (q: OptionQuote) => ({ ...q, bidPrice: -0.1 }) },
    { what: 'strike 0', reason: 'INVALID_NUMBER', change: (q: OptionQuote) => ({ ...q, strike: 0 }) },
    {
      what: 'price above the forward',
      reason: 'ABOVE_MAXIMUM',
      change: (q: OptionQuote) => ({ ...q, bidPrice: 1.9, askPrice: 2 }),
    },
    {
      what: 'volatility 1000 %',
      reason: 'VOLATILITY_OUT_OF_RANGE',
      // At 1000 % an option at the money is worth 85 % of its limit.
      change: (q: OptionQuote) => {
        const limit = Math.min(1, q.strike / MIDDLE.forward!);
        return { ...q, bidPrice: 0.88 * limit, askPrice: 0.89 * limit };
      },
    },
  ])('$what are refused as $reason', ({ reason, change }) => {
    const isChanged = (i: number): boolean => i % 3 === 0;
    const expiry = quotesOf(MIDDLE, (quote, i) => (isChanged(i) ? change(quote) : quote));
    const report = reportOf(withNeighbours(expiry), expiry);
    const count = MIDDLE.quotes.filter((_, i) => isChanged(i)).length;
    expect(report.quotesRefused).toMatchObject({ [reason]: count });
    expect(report.quotesUsed).toBe(MIDDLE.quotes.length - count);
    expect(report.status).toBe('ACCEPTED');
  });

  it('below a few ticks are refused', () => {
    const calibration = calibrated([...NEIGHBOURS, MIDDLE], { priceTick: 0.003 });
    expect(reportOf(calibration, MIDDLE).quotesRefused.FEW_TICKS).toBeGreaterThan(0);
  });

  it('of a forward of 0 or of no number are refused', () => {
    for (const forward of [0, NaN, -1, Infinity]) {
      const report = reportOf(withNeighbours({ ...MIDDLE, forward }), MIDDLE);
      expect(report.status).toBe('UNAVAILABLE');
      expect(report.quotesRefused).toEqual({ NO_FORWARD: MIDDLE.quotes.length });
    }
  });

  it('that imply arbitrage give a slice without', () => {
    const bumps = quotesOf(MIDDLE, (quote, i) => {
      const factor = i % 2 === 0 ? 1.25 : 0.8;
      return { ...quote, bidPrice: quote.bidPrice! * factor, askPrice: quote.askPrice! * factor };
    });
    const report = reportOf(withNeighbours(bumps), bumps);
    expect(report.status).toBe('DEGRADED');
    expect(report.refusals).toContain('INSIDE_SHARE');
  });

  it('that cross the next expiry give slices that do not', () => {
    const dear = sampleExpiry({ days: 30, volatility: 1.2 });
    const calibration = withNeighbours(dear);
    const report = reportOf(calibration, dear);
    const after = reportOf(calibration, NEIGHBOURS[1]!);
    expect([...report.refusals, ...after.refusals].length).toBeGreaterThan(0);
    expect(Math.max(report.confidence!, after.confidence!)).toBeGreaterThan(
      2 * reportOf(withNeighbours(MIDDLE), MIDDLE).confidence!,
    );
  });
});

describe('time', () => {
  it('of none or past leaves the expiry out', () => {
    for (const expiryMs of [AS_OF_MS, AS_OF_MS - DAY_MS]) {
      const expired = { ...MIDDLE, expiryMs };
      const report = reportOf(withNeighbours(expired), expired);
      expect(report).toMatchObject({ status: 'UNAVAILABLE', refusals: ['EXPIRED'] });
      expect(report.quotesRefused).toEqual({ EXPIRED: MIDDLE.quotes.length });
    }
  });

  it.each([1, 60, 3600])('of %d seconds has no fit of its own', (seconds) => {
    const expiry = { ...sampleExpiry({ days: 1 }), expiryMs: AS_OF_MS + 1000 * seconds };
    const report = reportOf(withNeighbours(expiry), expiry);
    expect(report.kind).not.toBe('SVI');
    expect(report.status).not.toBe('ACCEPTED');
  });

  it('below two days is flagged', () => {
    const near = sampleExpiry({ days: 1.5 });
    const calibration = withNeighbours(near);
    expect(reportOf(calibration, near)).toMatchObject({ status: 'ACCEPTED', isNearExpiry: true });
    expect(calibration.surface.slices[0]!.status).toBe('DEGRADED');
  });
});

describe('a flash of absurd quotes', () => {
  const flash = quotesOf(MIDDLE, (quote) => ({
    ...quote,
    bidPrice: quote.bidPrice! * 1.2,
    askPrice: quote.askPrice! * 1.2,
  }));

  it('is not believed the first time and leaves the surface before untouched', () => {
    const before = withNeighbours(MIDDLE);
    const copy = JSON.stringify(before.surface);
    const during = calibrated([...NEIGHBOURS, flash], { asOfMs: AS_OF_MS + 1000, previous: before });
    const report = reportOf(during, flash);
    expect(report.status).toBe('STALE');
    expect(report.refusals).toContain('UNCONFIRMED_MOVE');
    // The quotes that it stands against count against it.
    expect(report.confidence!).toBeGreaterThan(5 * reportOf(before, MIDDLE).confidence!);
    expect(JSON.stringify(before.surface)).toBe(copy);
    const atm = (calibration: Calibration): number => {
      const { a, b, rho, m, sigma } = calibration.surface.slices[1]!.parameters;
      return a + b * (-rho * m + Math.hypot(m, sigma));
    };
    expect(Math.abs(atm(during) / atm(before) - 1)).toBeLessThan(1e-3);

    const after = calibrated([...NEIGHBOURS, MIDDLE], { asOfMs: AS_OF_MS + 2000, previous: during });
    expect(reportOf(after, MIDDLE).status).toBe('ACCEPTED');
  });

  it('is believed when it is seen twice', () => {
    const before = withNeighbours(MIDDLE);
    const moved = sampleExpiry({ days: 30, volatility: 0.7 });
    const once = calibrated([...NEIGHBOURS, moved], { asOfMs: AS_OF_MS + 1000, previous: before });
    const twice = calibrated([...NEIGHBOURS, moved], { asOfMs: AS_OF_MS + 2000, previous: once });
    expect(reportOf(once, moved)).toMatchObject({ status: 'STALE', refusals: ['UNCONFIRMED_MOVE'] });
    expect(reportOf(twice, moved)).toMatchObject({ status: 'ACCEPTED', kind: 'SVI' });
  });
});

describe('nothing at all', () => {
  it('gives an empty surface', () => {
    const calibration = calibrated([]);
    expect(calibration.surface.slices).toEqual([]);
    expect(calibration.expiries).toEqual([]);
  });

  it('but one expiry of one quote gives one plain slice', () => {
    const alone = { ...MIDDLE, quotes: MIDDLE.quotes.slice(10, 11) };
    expect(reportOf(calibrated([alone]), alone)).toMatchObject({ kind: 'SHIFTED', status: 'DEGRADED' });
  });
});
