/** The settlement average: what counts, what does not, and what stands in. */
import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import type { SettlementAverage } from '../../../src/market/oracles/settlement-average.js';
import {
  addSettlementSample,
  settlementProgress,
  startSettlementAverage,
} from '../../../src/market/oracles/settlement-average.js';
import { settlementPrice } from '../../../src/market/oracles/settlement-price.js';

const EXPIRY = Date.UTC(2026, 0, 30, 8);
const START = EXPIRY - 1_800_000;

/** A sample every four seconds while `isOn`; price by seconds into the window. */
function averaged(
  priceAt: (second: number) => number,
  isOn: (second: number) => boolean = () => true,
): SettlementAverage {
  let state = startSettlementAverage(EXPIRY);
  for (let second = 0; second < 1_800; second += 4)
    if (isOn(second)) state = addSettlementSample(state, START + second * 1_000, priceAt(second), 5);
  return state;
}

describe('the average', () => {
  it('of a full window is the mean by time', () => {
    const progress = settlementProgress(
      averaged((second) => (second < 900 ? 100 : 200)),
      EXPIRY,
    );
    expect(progress).toEqual({ average: 150, confidence: 5, averagedSeconds: 1_800, cover: 1 });
  });

  it('counts a price until the next one, not by number of samples', () => {
    let state = startSettlementAverage(EXPIRY);
    state = addSettlementSample(state, START, 100, 1);
    for (let at = 1_000; at < 2_000; at += 100) state = addSettlementSample(state, START + at, 300, 1);
    // 1 s of 100, then 1 s of 300 in ten samples.
    expect(settlementProgress(state, START + 2_000)).toMatchObject({ average: 200, averagedSeconds: 2 });
  });

  it('leaves out what nobody quoted, instead of holding the last price over a gap', () => {
    const state = averaged(
      (second) => (second < 600 ? 100 : 200),
      (second) => second < 600 || second >= 1_200,
    );
    const { average, averagedSeconds, cover } = settlementProgress(state, EXPIRY);
    // The sample at 596 s holds for five seconds.
    expect(averagedSeconds).toBe(601 + 600);
    expect(average).toBeCloseTo((601 * 100 + 600 * 200) / 1_201, 10);
    expect(cover).toBeCloseTo(1_201 / 1_800, 12);
  });

  it('is frozen after the end, and null before the first sample', () => {
    const state = averaged(() => 100);
    expect(settlementProgress(state, EXPIRY + 3_600_000)).toEqual(settlementProgress(state, EXPIRY));
    expect(settlementProgress(startSettlementAverage(EXPIRY), EXPIRY)).toMatchObject({
      average: null,
      cover: 0,
    });
  });

  it('refuses bad samples and counts them, without changing a sum', () => {
    const state = addSettlementSample(startSettlementAverage(EXPIRY), START + 10_000, 100, 1);
    const bad = [
      [START + 9_999, 100, 1, 'CLOCK_WENT_BACK'],
      [EXPIRY, 100, 1, 'OUTSIDE_WINDOW'],
      [START + 11_000, NaN, 1, 'NOT_POSITIVE'],
      [START + 11_000, -0, 1, 'NOT_POSITIVE'],
      [START + 11_000, 100, Infinity, 'NOT_POSITIVE'],
      [NaN, 100, 1, 'INVALID_TIME'],
    ] as const;
    for (const [timeMs, price, confidence, reason] of bad)
      expect(addSettlementSample(state, timeMs, price, confidence)).toEqual({
        ...state,
        rejections: { [reason]: 1 },
      });
    const early = addSettlementSample(startSettlementAverage(EXPIRY), START - 1, 100, 1);
    expect(early.rejections).toEqual({ OUTSIDE_WINDOW: 1 });
  });

  const samples = fc.array(
    fc.tuple(fc.integer({ min: -5_000, max: 20_000 }), fc.double({ min: 1, max: 1e6, noNaN: true })),
    { maxLength: 150 },
  );
  test.prop([samples, fc.nat({ max: 149 })], { seed: 11, numRuns: 300 })(
    'lies among its prices, never covers more than passed, and goes on from JSON with the same bits',
    (all, cut) => {
      let state = startSettlementAverage(EXPIRY);
      let other = startSettlementAverage(EXPIRY);
      let nowMs = START;
      const prices: number[] = [];
      for (const [row, [waitMs, price]] of all.entries()) {
        nowMs += waitMs;
        const before = state.last;
        state = addSettlementSample(state, nowMs, price, 1);
        if (state.last !== before) prices.push(price);
        other = addSettlementSample(other, nowMs, price, 1);
        if (row === cut) other = JSON.parse(JSON.stringify(other)) as SettlementAverage;
      }
      expect(other).toEqual(state);
      const { average, averagedSeconds, cover } = settlementProgress(state, EXPIRY);
      expect(cover).toBeGreaterThanOrEqual(0);
      expect(cover).toBeLessThanOrEqual(1);
      expect(averagedSeconds).toBeLessThanOrEqual(5 * prices.length);
      if (average === null) return;
      expect(average).toBeGreaterThanOrEqual(Math.min(...prices) * (1 - 1e-12));
      expect(average).toBeLessThanOrEqual(Math.max(...prices) * (1 + 1e-12));
    },
  );
});

describe('the price paid out', () => {
  const full = (price: number): SettlementAverage => averaged(() => price);
  const short = averaged(
    () => 1,
    (second) => second < 1_400,
  );
  const committee = {
    price: 400,
    confidence: 4,
    decidedAtMs: EXPIRY + 60_000,
    approvedBy: ['ann', 'ben'] as const,
  };

  it('is the index where it covers 80 %, else second index, mark, committee', () => {
    const all = { index: full(100), secondIndex: full(200), mark: full(300), committee };
    const value = (sources: Parameters<typeof settlementPrice>[0]): unknown => {
      const settled = settlementPrice(sources, EXPIRY);
      return settled.ok ? [settled.value.status, settled.value.value] : settled.failure.reason;
    };
    expect(value(all)).toEqual(['INDEX', 100]);
    expect(value({ ...all, index: short })).toEqual(['SECOND_INDEX', 200]);
    expect(value({ ...all, index: short, secondIndex: short })).toEqual(['MARK', 300]);
    expect(value({ index: short, mark: short, committee })).toEqual(['COMMITTEE', 400]);
    expect(value({ index: short })).toBe('MISSING_MARKET_DATA');
    expect(value(all)).toEqual(value(all));
  });

  it('needs exactly 80 % of the window', () => {
    const until = (seconds: number): SettlementAverage => {
      let state = startSettlementAverage(EXPIRY);
      for (let second = 0; second <= seconds - 5; second += 1)
        state = addSettlementSample(state, START + second * 1_000, 100, 1);
      return state;
    };
    expect(settlementPrice({ index: until(1_440) }, EXPIRY)).toMatchObject({
      ok: true,
      value: { cover: 0.8 },
    });
    expect(settlementPrice({ index: until(1_439) }, EXPIRY).ok).toBe(false);
  });

  it('is refused before the end, from other windows, and from one person', () => {
    const field = (sources: Parameters<typeof settlementPrice>[0], nowMs = EXPIRY): unknown => {
      const settled = settlementPrice(sources, nowMs);
      return settled.ok ? undefined : settled.failure.field;
    };
    expect(field({ index: full(100) }, EXPIRY - 1)).toBe('nowMs');
    expect(field({ index: full(100) }, NaN)).toBe('nowMs');
    expect(field({ index: full(100), mark: startSettlementAverage(EXPIRY + 1) })).toBe('mark');
    for (const approvedBy of [
      ['ann', 'ann'],
      ['ann', ' ann '],
      ['ann', ''],
    ] as const)
      expect(field({ index: short, committee: { ...committee, approvedBy } })).toBe('committee.approvedBy');
    expect(field({ index: short, committee: { ...committee, price: NaN } })).toBe('committee.price');
  });

  it('carries what was refused on the way', () => {
    const index = addSettlementSample(short, START, 1, 1);
    const settled = settlementPrice({ index, mark: full(300) }, EXPIRY);
    expect(settled).toMatchObject({ ok: true, value: { rejections: { CLOCK_WENT_BACK: 1 }, confidence: 5 } });
  });
});
