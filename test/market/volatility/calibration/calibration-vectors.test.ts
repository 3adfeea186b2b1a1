/** Published and constructed slices: what a fit must recover, and what defeats a naive one. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadKernels } from '../../../../src/kernel/load-kernels.js';
import { fitEssvi } from '../../../../src/market/volatility/calibration/essvi-fit.js';
import { freeFit } from '../../../../src/market/volatility/calibration/free-fit.js';
import { varianceOf } from '../../../../src/market/volatility/calibration/wings.js';
import type { EssviWings } from '../../../../src/market/volatility/essvi.js';
import { essviFromWings, essviToRaw } from '../../../../src/market/volatility/essvi.js';
import { minimumButterflyMeasure, minimumCalendarGap } from '../../../../src/market/volatility/arbitrage.js';
import { totalVariance } from '../../../../src/market/volatility/svi.js';
import { vectorsFolder } from '../../../support/folders.js';
import { quotesFromVolatilities } from './sample-quotes.js';

const folder = vectorsFolder() ?? '';
const read = (file: string): unknown =>
  folder === '' ? {} : JSON.parse(readFileSync(path.join(folder, 'volatility', file), 'utf8'));

interface NoisyExpiry {
  readonly expiry: string;
  readonly T: number;
  readonly quotes: readonly {
    readonly k: number;
    readonly ivMidClean: number;
    readonly ivBid: number;
    readonly ivAsk: number;
  }[];
  readonly bestFitNoisy: { readonly weightedSSE: number; readonly insideBand: number };
}

const kernels = loadKernels();

describe.runIf(folder)('calibration.json', () => {
  const { expiries = [] } = read('calibration.json') as { readonly expiries?: readonly NoisyExpiry[] };

  it('has cases', () => {
    expect(expiries.length).toBeGreaterThan(0);
    process.stdout.write(`calibration.json: ${expiries.length} expiries\n`);
  });

  it.each(expiries)('$expiry: the truth from clean mids', ({ T, quotes }) => {
    for (const weightOf of [() => 1, (i: number) => 1 + 9 * (i % 3), (i: number) => 1 / (1 + i)]) {
      const clean = quotesFromVolatilities(
        T,
        quotes.map(({ k, ivMidClean }, i) => ({
          k,
          bid: ivMidClean - 0.01 / weightOf(i),
          ask: ivMidClean + 0.01 / weightOf(i),
        })),
      );
      const { wings } = freeFit(kernels, clean);
      quotes.forEach(({ k, ivMidClean }) => {
        expect(Math.abs(varianceOf(wings, k) / (ivMidClean * ivMidClean * T) - 1)).toBeLessThan(1e-8);
      });
    }
  });

  it.each(expiries)('$expiry: the best fit of noisy quotes', ({ T, quotes, bestFitNoisy }) => {
    const noisy = quotesFromVolatilities(
      T,
      quotes.map(({ k, ivBid, ivAsk }) => ({ k, bid: ivBid, ask: ivAsk })),
      0,
    );
    const { wings, squares } = freeFit(kernels, noisy);
    expect(squares).toBeLessThanOrEqual(1.001 * bestFitNoisy.weightedSSE);
    const inside = quotes.filter(({ k, ivBid, ivAsk }) => {
      const volatility = Math.sqrt(varianceOf(wings, k) / T);
      return volatility >= ivBid && volatility <= ivAsk;
    });
    expect(inside.length / quotes.length).toBeGreaterThanOrEqual(bestFitNoisy.insideBand - 0.02);
  });
});

interface HardDay {
  readonly forward: number;
  readonly expiry_years: number;
  readonly expected_atm_iv: number;
  readonly market_vols: readonly (readonly [strike: number, volatility: number])[];
}

describe.runIf(folder)('spx_hard_fixtures.json', () => {
  const { fixtures = {} } = read('spx_hard_fixtures.json') as {
    readonly fixtures?: Readonly<Record<string, HardDay>>;
  };
  const cases = Object.entries(fixtures).flatMap(([name, day]) =>
    [0.05, 0.07, 0.1, 0.15, 0.2].map((window) => ({ name, day, window })),
  );

  it('has cases', () => {
    expect(cases.length).toBeGreaterThan(0);
    process.stdout.write(`spx_hard_fixtures.json: ${cases.length} windows\n`);
  });

  // The file has no spreads: a spread of one size in price is half a point at the money and wider, by vega, in the wings.
  it.each(cases)('$name within $window of the forward', ({ day, window }) => {
    const atmDeviation = day.expected_atm_iv * Math.sqrt(day.expiry_years);
    const quotes = day.market_vols
      .filter(([strike]) => Math.abs(strike / day.forward - 1) <= window)
      .map(([strike, volatility]) => {
        const k = Math.log(strike / day.forward);
        const half = 0.0025 * Math.exp((k / atmDeviation) ** 2 / 2);
        return { k, bid: volatility - half, ask: volatility + half };
      });
    const { wings } = freeFit(kernels, quotesFromVolatilities(day.expiry_years, quotes));
    const atm = Math.sqrt(varianceOf(wings, 0) / day.expiry_years);
    expect(Math.abs(atm / day.expected_atm_iv - 1)).toBeLessThan(0.01);
  });
});

interface EquitySlice {
  readonly days: number;
  readonly forward: number;
  readonly strikes: readonly number[];
  readonly vols: readonly number[];
}

describe.runIf(folder)('ore_equity_surface.json', () => {
  const { slices = [] } = read('ore_equity_surface.json') as { readonly slices?: readonly EquitySlice[] };

  it('is met by eSSVI slices without static arbitrage', () => {
    expect(slices.length).toBeGreaterThan(0);
    process.stdout.write(`ore_equity_surface.json: ${slices.length} slices\n`);
    const fitted: EssviWings[] = [];
    let worstRmse = 0;
    let worstError = 0;
    for (const { days, forward, strikes, vols } of slices) {
      const years = days / 365;
      const largest = Math.max(...vols);
      const quotes = quotesFromVolatilities(
        years,
        strikes.map((strike, i) => ({
          k: Math.log(strike / forward),
          bid: vols[i]! - 0.005,
          ask: vols[i]! + 0.005,
        })),
      );
      const wings = fitEssvi(quotes, fitted.at(-1));
      fitted.push(wings);
      const raw = essviToRaw(essviFromWings(wings));
      const errors = strikes.map((strike, i) => {
        return Math.sqrt(totalVariance(raw, Math.log(strike / forward)) / years) - vols[i]!;
      });
      const rmse = Math.sqrt(errors.reduce((sum, e) => sum + (e / largest) ** 2, 0) / errors.length);
      worstRmse = Math.max(worstRmse, rmse);
      worstError = Math.max(worstError, ...errors.map((e, i) => Math.abs(e / vols[i]!)));
    }
    const grid = Float64Array.from({ length: 100 }, (_, i) => Math.log(0.5 + (1.3 * i) / 99));
    const raws = fitted.map((wings) => essviToRaw(essviFromWings(wings)));
    raws.forEach((raw, i) => {
      expect(minimumButterflyMeasure(raw, grid).value).toBeGreaterThanOrEqual(0);
      if (i > 0) expect(minimumCalendarGap(raws[i - 1]!, raw, grid).value).toBeGreaterThanOrEqual(0);
    });
    process.stdout.write(
      `  worst rmse ${worstRmse.toFixed(4)}, worst quote error ${worstError.toFixed(4)}\n`,
    );
    expect(worstRmse).toBeLessThanOrEqual(0.008);
    expect(worstError).toBeLessThanOrEqual(0.024);
  });
});
