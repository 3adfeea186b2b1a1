/** What a calibration keeps, whatever it is given: order, units, weights, robustness, repeated calls. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  Calibration,
  ExpiryQuotes,
  OptionQuote,
} from '../../../../src/market/volatility/calibration/calibration-types.js';
import { freeFit } from '../../../../src/market/volatility/calibration/free-fit.js';
import { withoutOutliers } from '../../../../src/market/volatility/calibration/outliers.js';
import { jointFit, penaltyGrid } from '../../../../src/market/volatility/calibration/joint-fit.js';
import { PENALTY_STAGES } from '../../../../src/market/volatility/calibration/parameters.js';
import {
  plainPrecision,
  plainWings,
  varianceOf,
} from '../../../../src/market/volatility/calibration/wings.js';
import { sliceButterflyMeasure } from '../../../../src/market/volatility/arbitrage.js';
import {
  AS_OF_MS,
  KERNELS,
  calibrated,
  clockYears,
  quotesFromVolatilities,
  sampleExpiry,
  sampleWings,
} from './sample-quotes.js';

const SURFACE = [sampleExpiry({ days: 7 }), sampleExpiry({ days: 30 }), sampleExpiry({ days: 90 })];

/** Quotes pushed up and down by parts of their spread, from a seed. */
function noisy(expiry: ExpiryQuotes, seed: number): ExpiryQuotes {
  let state = seed;
  return {
    ...expiry,
    quotes: expiry.quotes.map((quote) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      const shift = (state / 2_147_483_648 - 0.5) * 0.6 * (quote.askPrice! - quote.bidPrice!);
      return { ...quote, bidPrice: quote.bidPrice! + shift, askPrice: quote.askPrice! + shift };
    }),
  };
}

const NOISY = SURFACE.map((expiry, i) => noisy(expiry, 11 + i));

function variances({ surface }: Calibration): number[] {
  return surface.slices.flatMap(({ parameters: { a, b, rho, m, sigma } }) =>
    [-0.2, -0.05, 0, 0.05, 0.2].map((k) => a + b * (rho * (k - m) + Math.hypot(k - m, sigma))),
  );
}

/**
 * Relative variance within which two runs on inputs that differ in the last bit stop: a fit ends when a step promises less than
 * 1e-13 of its objective, about 1, so within 3e-7 half spreads, and a half spread is 2 % of the variance here.
 */
const STOPPING_ERROR = 1e-8;

function expectClose(actual: readonly number[], wanted: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(wanted.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value / wanted[i]! - 1)).toBeLessThan(tolerance);
  });
}

describe('a calibration', () => {
  const plain = calibrated(NOISY);

  it('recovers the smiles behind clean quotes', () => {
    const { surface } = calibrated(SURFACE);
    surface.slices.forEach(({ parameters: { a, b, rho, m, sigma } }, i) => {
      const days = [7, 30, 90][i]!;
      const truth = sampleWings({ days }, clockYears(days));
      for (const k of [-0.1, 0, 0.1]) {
        const w = a + b * (rho * (k - m) + Math.hypot(k - m, sigma));
        // The mid of two prices is not quite the price of the mid volatility.
        expect(Math.abs(w / varianceOf(truth, k) - 1)).toBeLessThan(2e-3);
      }
    });
  });

  it('gives the same bits for quotes and expiries in any order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e6 }), (seed) => {
        const shuffled = [...NOISY].reverse().map((expiry) => ({
          ...expiry,
          quotes: [...expiry.quotes].sort(
            (a, b) => ((a.strike * seed) % 1009) - ((b.strike * seed) % 1009) || a.strike - b.strike,
          ),
        }));
        expect(calibrated(shuffled).surface).toEqual(plain.surface);
      }),
      { seed: 3, numRuns: 10 },
    );
  });

  it('does not hear quotes that it refuses', () => {
    const extended = NOISY.map((expiry) => ({
      ...expiry,
      quotes: [
        ...expiry.quotes,
        { strike: 80_000, optionType: 'PUT' as const, bidPrice: 0.3 },
        { strike: 100_000, optionType: 'CALL' as const, bidPrice: 0.01, askPrice: 0.09 },
      ],
    }));
    expect(calibrated(extended).surface).toEqual(plain.surface);
  });

  it('is the same for strikes and forwards in another unit', () => {
    const scale = 1000;
    const scaled = NOISY.map((expiry) => ({
      ...expiry,
      forward: expiry.forward! * scale,
      quotes: expiry.quotes.map((quote) => ({ ...quote, strike: quote.strike * scale })),
    }));
    expectClose(variances(calibrated(scaled)), variances(plain), STOPPING_ERROR);
  });

  it('is the same for prices in dollars', () => {
    const inDollars = NOISY.map((expiry) => ({
      ...expiry,
      quotes: expiry.quotes.map((quote): OptionQuote => ({
        ...quote,
        bidPrice: quote.bidPrice! * expiry.forward!,
        askPrice: quote.askPrice! * expiry.forward!,
      })),
    }));
    const calibration = calibrated(inDollars, { priceUnit: 'QUOTE_CURRENCY', priceTick: 1e-5 });
    expectClose(variances(calibration), variances(plain), STOPPING_ERROR);
  });

  it('called again on its own result moves by next to nothing', () => {
    const again = calibrated(NOISY, { asOfMs: AS_OF_MS + 250, previous: plain });
    expectClose(variances(again), variances(plain), 1e-5);
    expect(again.expiries.map(({ status }) => status)).toEqual(plain.expiries.map(({ status }) => status));
  });
});

describe('one slice', () => {
  const YEARS = 0.1;
  const smile = sampleWings({ days: 0 }, YEARS);
  const quote = (k: number, shift = 0): { k: number; bid: number; ask: number } => {
    const volatility = Math.sqrt(varianceOf(smile, k) / YEARS) + shift;
    return { k, bid: volatility - 0.005, ask: volatility + 0.005 };
  };
  const ks = Array.from({ length: 21 }, (_, i) => -0.3 + 0.03 * i);
  const shifted = ks.map((k, i) => quote(k, 0.002 * Math.sin(7 * i)));

  const fitted = (quotes: readonly { k: number; bid: number; ask: number }[]): Float64Array => {
    const all = quotesFromVolatilities(YEARS, quotes);
    const columns = withoutOutliers(KERNELS, all, freeFit(KERNELS, all));
    const { wings, squares } = freeFit(KERNELS, columns);
    const atm = varianceOf(wings, 0);
    const task = {
      quotes: columns,
      start: plainWings(atm),
      prior: plainWings(atm),
      precision: plainPrecision(atm),
      noise: Math.sqrt(squares / columns.count),
    };
    const joint = jointFit(KERNELS, [task], penaltyGrid(121, 1.5));
    joint.run(PENALTY_STAGES, 100);
    return joint.parameters;
  };

  it('hears a quote that stands twice as one of twice the weight', () => {
    const doubled = quotesFromVolatilities(YEARS, [...shifted, shifted[5]!]);
    const once = quotesFromVolatilities(YEARS, shifted);
    const weight = once.weight.map((value, i) => (i === 5 ? value * Math.SQRT2 : value));
    const a = freeFit(KERNELS, doubled).wings;
    const b = freeFit(KERNELS, { ...once, weight }).wings;
    for (const k of ks) expect(Math.abs(varianceOf(a, k) / varianceOf(b, k) - 1)).toBeLessThan(1e-7);
  });

  it('does not hear a quote of weight 0', () => {
    const once = quotesFromVolatilities(YEARS, shifted);
    const more = quotesFromVolatilities(YEARS, [...shifted, quote(0.31, 0.5)]);
    const weight = more.weight.map((value, i) => (i === shifted.length ? 0 : value));
    const a = freeFit(KERNELS, { ...more, weight }).wings;
    const b = freeFit(KERNELS, once).wings;
    for (const k of ks) expect(Math.abs(varianceOf(a, k) / varianceOf(b, k) - 1)).toBeLessThan(1e-7);
  });

  it('moves by less than half the half spread for one absurd quote', () => {
    const calm = fitted(shifted);
    for (const index of [0, 7, 10, 20]) {
      const absurd = fitted(shifted.map((row, i) => (i === index ? quote(row.k, 1) : row)));
      for (const [i, k] of ks.entries()) {
        if (i === index) continue;
        const halfSpread = 2 * Math.sqrt(varianceOf(smile, k) * YEARS) * 0.005;
        expect(Math.abs(varianceOf(absurd, k) - varianceOf(calm, k)) / halfSpread).toBeLessThan(0.5);
      }
    }
  });

  it('survives all weight on one quote', () => {
    const columns = quotesFromVolatilities(YEARS, shifted);
    const weight = columns.weight.map((value, i) => (i === 4 ? 1e6 * value : 0));
    const { wings } = freeFit(KERNELS, { ...columns, weight });
    wings.forEach((value) => {
      expect(Number.isFinite(value)).toBe(true);
    });
    expect(Math.abs(varianceOf(wings, ks[4]!) / columns.totalVariance[4]! - 1)).toBeLessThan(1e-6);
  });

  it('of one volatility everywhere has g of 1', () => {
    const flat = ks.map((k) => ({ k, bid: 0.595, ask: 0.605 }));
    const wings = fitted(flat);
    const { surface } = calibrated([sampleExpiry({ days: 30, shape: [1e-6, 1e-6, 1, 0, 1] })]);
    for (const k of ks) {
      expect(Math.abs(varianceOf(wings, k) / (0.36 * YEARS) - 1)).toBeLessThan(1e-3);
      expect(Math.abs(sliceButterflyMeasure(surface.slices[0]!.parameters, k) - 1)).toBeLessThan(0.02);
    }
  });
});
