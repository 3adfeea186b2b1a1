/** Calibration of every recorded chain, judged by other code than its own. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { black76Price } from '../../../../src/kernel/reference/black76.js';
import { importDeribitFiles } from '../../../../src/market/venues/deribit/import-files.js';
import {
  BUTTERFLY_TOLERANCE,
  CALENDAR_TOLERANCE,
  logMoneynessGrid,
  minimumButterflyMeasure,
  minimumCalendarGap,
} from '../../../../src/market/volatility/arbitrage.js';
import { calibrateSurface } from '../../../../src/market/volatility/calibration/calibrate-surface.js';
import type {
  Calibration,
  CalibrationRequest,
} from '../../../../src/market/volatility/calibration/calibration-types.js';
import { impliedQuotes } from '../../../../src/market/volatility/calibration/implied-quotes.js';
import { requestFromSnapshot } from '../../../../src/market/volatility/calibration/snapshot-request.js';
import {
  allocateAnswers,
  resolveSurface,
  surfaceForward,
} from '../../../../src/market/volatility/surface.js';
import { INTERPOLATION } from '../../../../src/kernel/surface-query.js';
import { unwrap } from '../../../../src/domain/outcome.js';
import { checkSurface } from '../../../../src/market/volatility/check-surface.js';
import { dataFolder } from '../../../support/folders.js';
import { expectFinite } from '../../venues/imported.js';
import { KERNELS } from './sample-quotes.js';

const data = dataFolder() ?? '';
const folder = path.join(data, 'deribit-chains');
const files = data === '' ? [] : readdirSync(folder).filter((file) => /^\d{8}T/.test(file));
/** Days of the fall of February 2026, with the evening before it. */
const isCrash = (file: string): boolean => file >= '20260131' && file < '20260208';

function requestOf(file: string, coin: string): CalibrationRequest {
  const imported = importDeribitFiles([path.join(folder, file)]);
  if (!imported.ok) throw new Error(imported.failure.message);
  const request = requestFromSnapshot(imported.value.snapshot, coin);
  if (request === undefined) throw new Error(`${file} has no ${coin}`);
  return request;
}

/** No slice has a negative density and no two cross, between the points of the calibration's own grid too. */
function expectArbitrageFree({ surface }: Calibration): void {
  const { slices } = surface;
  const reach = Math.max(
    1.5,
    ...slices.flatMap((slice) => [-slice.quotedLogMoneynessMin, slice.quotedLogMoneynessMax]),
  );
  const grid = logMoneynessGrid(-reach, reach, 4001);
  slices.forEach(({ parameters }, i) => {
    expect(minimumButterflyMeasure(parameters, grid).value).toBeGreaterThanOrEqual(-BUTTERFLY_TOLERANCE);
    const before = slices[i - 1];
    if (before === undefined) return;
    const gap = minimumCalendarGap(before.parameters, parameters, grid).value;
    expect(gap).toBeGreaterThanOrEqual(-CALENDAR_TOLERANCE);
  });
}

/** Times between two expiries. */
const TIMES_BETWEEN = 10;

/** Nor has the surface anything of the kind at ten times between each pair of expiries; counts the pairs that mix prices. */
function expectArbitrageFreeBetween({ surface }: Calibration): number {
  const resolved = unwrap(resolveSurface(surface));
  const { columns } = resolved;
  for (let i = 0; i + 1 < columns.sliceCount; i += 1) {
    const reach = Math.max(
      1.5,
      ...[i, i + 1].flatMap((j) => [-columns.quotedMin[j]!, columns.quotedMax[j]!]),
    );
    const grid = logMoneynessGrid(-reach, reach, 1501);
    const [from, to] = [columns.timeToExpiryYears[i]!, columns.timeToExpiryYears[i + 1]!];
    let before: Float64Array = new Float64Array(grid.length);
    for (let step = 0; step <= TIMES_BETWEEN + 1; step += 1) {
      const years = step === 0 ? from : from + ((to - from) * step) / (TIMES_BETWEEN + 1);
      const forward = surfaceForward(resolved, years);
      const answers = allocateAnswers(grid.length);
      const queries = {
        count: grid.length,
        strike: grid.map((k) => forward * Math.exp(k)),
        timeToExpiryYears: new Float64Array(grid.length).fill(years),
      };
      KERNELS.surfaceQuery(columns, queries, answers);
      expect(Math.min(...answers.butterflyMeasure)).toBeGreaterThanOrEqual(-BUTTERFLY_TOLERANCE);
      const rise = answers.totalVariance.map((w, j) => w - before[j]!);
      expect(Math.min(...rise)).toBeGreaterThanOrEqual(-CALENDAR_TOLERANCE);
      before = answers.totalVariance;
    }
  }
  return columns.interpolation.filter((code) => code === INTERPOLATION.PRICE).length;
}

/** The volatilities that were fitted give the quoted prices back. */
function expectRepriced(request: CalibrationRequest): number {
  let repriced = 0;
  for (const quotes of impliedQuotes(KERNELS, request)) {
    const { forward = NaN, quotes: rows } = quotes.expiry;
    for (let i = 0; i < quotes.count; i += 1) {
      const strike = forward * Math.exp(quotes.logMoneyness[i]!);
      const isCall = strike >= forward;
      const row = rows.find(
        (quote) => Math.abs(quote.strike / strike - 1) < 1e-9 && (quote.optionType === 'CALL') === isCall,
      );
      const priceOf = (volatility: number): number =>
        black76Price(isCall, forward, row!.strike, volatility, quotes.pricingYears) / forward;
      const { bidPrice = NaN, askPrice = NaN } = row!;
      expect(Math.abs(priceOf(quotes.bidVolatility[i]!) - bidPrice)).toBeLessThan(1e-10);
      expect(Math.abs(priceOf(quotes.midVolatility[i]!) - (bidPrice + askPrice) / 2)).toBeLessThan(1e-10);
      expect(Math.abs(priceOf(quotes.askVolatility[i]!) - askPrice)).toBeLessThan(1e-10);
      repriced += 1;
    }
  }
  return repriced;
}

describe.runIf(data)('the recorded chains', () => {
  it('are there', () => {
    expect(files.length).toBeGreaterThan(0);
    process.stdout.write(`recorded chains: ${files.length}, BTC and ETH each\n`);
  });

  const accepted = new Map<string, { readonly slices: number; readonly accepted: number }>();
  let pairsByPrice = 0;
  const cases = files.flatMap((file) => ['BTC', 'ETH'].map((coin) => ({ file, coin })));

  it.each(cases)('$coin of $file', ({ file, coin }) => {
    const request = requestOf(file, coin);
    const calibration = calibrateSurface(KERNELS, request);
    const { surface, expiries } = calibration;
    expectFinite({ surface, expiries }, coin);
    expect(checkSurface(surface)).toBeUndefined();
    expectArbitrageFree(calibration);
    pairsByPrice += expectArbitrageFreeBetween(calibration);
    expect(expectRepriced(request)).toBeGreaterThan(100);

    const market = isCrash(file) ? 'crash' : 'calm';
    const counts = accepted.get(market) ?? { slices: 0, accepted: 0 };
    accepted.set(market, {
      slices: counts.slices + expiries.length,
      accepted: counts.accepted + expiries.filter(({ status }) => status === 'ACCEPTED').length,
    });

    expect(expiries.length).toBe(request.expiries.length);
    for (const report of expiries) {
      const rows = request.expiries.find(({ expiryMs }) => expiryMs === report.expiryMs)!.quotes.length;
      const refused = Object.values(report.quotesRefused).reduce((sum, count) => sum + count, 0);
      expect(report.quotesUsed + refused).toBe(rows);
      if (report.status === 'ACCEPTED') {
        expect(report.fit!.weightedRmse).toBeLessThanOrEqual(1.1 * report.unconstrained!.weightedRmse);
        expect(report.fit!.insideShare).toBeGreaterThanOrEqual(report.unconstrained!.insideShare - 0.03);
        expect(report.fit!.insideShare).toBeGreaterThanOrEqual(0.85);
      } else expect(report.refusals.length).toBeGreaterThan(0);
    }
    // Usable marks: every expiry with quotes has a slice, and most of its quotes lie inside bid and ask.
    const quoted = expiries.filter(({ quotesUsed }) => quotesUsed > 0);
    for (const report of quoted) expect(report.kind).toBeDefined();
    const used = quoted.reduce((sum, { quotesUsed }) => sum + quotesUsed, 0);
    const inside = quoted.reduce((sum, { quotesUsed, fit }) => sum + quotesUsed * (fit?.insideShare ?? 0), 0);
    expect(inside / used).toBeGreaterThan(0.9);
  });

  it('are accepted in no smaller part than documented', () => {
    process.stdout.write(`pairs of expiries between which prices are mixed: ${pairsByPrice}\n`);
    process.stdout.write(`accepted: ${JSON.stringify(Object.fromEntries(accepted))}\n`);
    for (const { slices, accepted: count } of accepted.values()) expect(count / slices).toBeGreaterThan(0.84);
  });
});
