/** The published vectors of the oracles: every file, every key, every case. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { cappedIndex } from '../../../src/market/oracles/capped-index.js';
import {
  confidenceWeightedAverage,
  EMPTY_CONFIDENCE_EMA,
  updateConfidenceEma,
} from '../../../src/market/oracles/confidence-ema.js';
import { EMPTY_INTEGER_EMA, updateIntegerEma } from '../../../src/market/oracles/integer-ema.js';
import { integerPercentile } from '../../../src/market/oracles/integer-percentile.js';
import { priceStatus } from '../../../src/market/oracles/price-status.js';
import type { PriceStatus } from '../../../src/market/oracles/price-status.js';
import {
  EMPTY_SAMPLE_TIME_EMA,
  sampleTimeAverage,
  updateSampleTimeEma,
} from '../../../src/market/oracles/sample-time-ema.js';
import { startStablePrice, updateStablePrice } from '../../../src/market/oracles/stable-price.js';
import type { StablePriceState } from '../../../src/market/oracles/stable-price.js';
import { lowerWeightedMedian } from '../../../src/market/oracles/weighted-median.js';
import { vectorsFolder } from '../../support/folders.js';

const vectors = vectorsFolder() ?? '';
const counts: Record<string, number> = {};

function read(file: string): unknown {
  return JSON.parse(readFileSync(path.join(vectors, 'oracles', file), 'utf8'));
}

function ran(key: string): void {
  counts[key] = (counts[key] ?? 0) + 1;
}

function expectRelative(value: number | undefined, wanted: number): void {
  expect(Math.abs(value! / wanted - 1)).toBeLessThanOrEqual(1e-12);
}

interface Aggregation {
  cases: {
    id: number;
    quotes: { price: string; conf: string; status: number; slot_diff: number }[];
    numValid: number;
    expect: { status: string; price: string; conf: string };
  }[];
}

/** Slots from the publication of slot 1000 + difference to the current slot 1001. */
const slotAge = (difference: number): number => 1 - difference;

interface Ema {
  series: { name: string; rows: [number, number, number, number, number, number][] }[];
}

interface Guards {
  capped_index: {
    name: string;
    sources: { mid: number; weight: number }[];
    cap: number;
    median: number;
    capped: number[];
    index: number;
  }[];
  weighted_median: { values: { price: number; weight: number }[]; weightedMedianLower: number }[];
  ema: { tauSec: number; trace: { dt: number; sample: number; ema: number }[] };
  stable_price: {
    tenX: Record<'start' | 'oracle' | 'after1h_60sSteps' | 'after2h_10sSteps' | 'after25h_300sSteps', number>;
    jumpResponse10sSteps: {
      jumpTo: number;
      catchUpSeconds: number | null;
      at1h: number;
      at24h: number;
    }[];
  };
  validity_ladder: {
    params: Record<'staleTradingSec' | 'staleMarginSec' | 'confMax' | 'tooVolatileRatio', number>;
    cases: {
      price: number;
      twap: number;
      conf: number;
      ageSec: number;
      enoughPublishers: boolean;
      expect: PriceStatus;
    }[];
  };
}

describe.runIf(vectors)('published vectors', () => {
  afterAll(() => {
    process.stdout.write(`oracle vectors: ${JSON.stringify(counts)}\n`);
  });

  it('pyth_aggregation.json: exact', () => {
    for (const { quotes, numValid, expect: wanted } of (read('pyth_aggregation.json') as Aggregation).cases) {
      const result = integerPercentile(
        quotes.map(({ price, conf, status, slot_diff }) => ({
          price: BigInt(price),
          confidence: BigInt(conf),
          isTrading: status === 1,
          slotAge: slotAge(slot_diff),
        })),
      );
      expect(result).toEqual({
        status: wanted.status === 'trading' ? 'TRADING' : 'UNKNOWN',
        price: BigInt(wanted.price),
        confidence: BigInt(wanted.conf),
        publishers: numValid,
      });
      ran('pyth_aggregation');
    }
    expect(counts.pyth_aggregation).toBeGreaterThan(0);
  });

  it('pyth_ema.json: exact in integers', () => {
    for (const { rows } of (read('pyth_ema.json') as Ema).series) {
      let state = EMPTY_INTEGER_EMA;
      for (const [price, conf, exponent, slots, ema, emaConf] of rows) {
        state = updateIntegerEma(state, BigInt(price), BigInt(conf), exponent, slots);
        expect([state.price.value, state.confidence.value]).toEqual([BigInt(ema), BigInt(emaConf)]);
        ran('pyth_ema');
      }
    }
    expect(counts.pyth_ema).toBeGreaterThan(0);
  });

  it('pyth_ema.json: the average in doubles within the tolerance of the file', () => {
    for (const { rows } of (read('pyth_ema.json') as Ema).series) {
      let state = EMPTY_CONFIDENCE_EMA;
      for (const [price, conf, , slots, ema] of rows) {
        // 2^(-slots / 5921) instead of its first order: the same to 1e-8 for the few slots of the series.
        state = updateConfidenceEma(state, price, conf, slots, 5_921, 4_145);
        const error = Math.abs(confidenceWeightedAverage(state)! - ema);
        expect(error).toBeLessThanOrEqual(1 + 7.9e-7 * Math.abs(ema));
        ran('pyth_ema in doubles');
      }
    }
  });

  it('index_guards.json: capped index', () => {
    for (const { sources, cap, median, capped, index } of (read('index_guards.json') as Guards)
      .capped_index) {
      const mids = sources.map(({ mid }) => mid);
      const weights = sources.map(({ weight }) => weight);
      const result = cappedIndex(mids, weights, cap);
      expectRelative(result.median, median);
      expectRelative(result.index, index);
      expect(result.capped).toHaveLength(capped.length);
      for (const [row, price] of result.capped.entries()) expectRelative(price, capped[row]!);
      ran('capped_index');
    }
    expect(counts.capped_index).toBeGreaterThan(0);
  });

  it('index_guards.json: weighted median', () => {
    for (const { values, weightedMedianLower } of (read('index_guards.json') as Guards).weighted_median) {
      const prices = values.map(({ price }) => price);
      const weights = values.map(({ weight }) => weight);
      expect(lowerWeightedMedian(prices, weights)).toBe(weightedMedianLower);
      ran('weighted_median');
    }
    expect(counts.weighted_median).toBeGreaterThan(0);
  });

  it('index_guards.json: average by time', () => {
    const { tauSec, trace } = (read('index_guards.json') as Guards).ema;
    let state = EMPTY_SAMPLE_TIME_EMA;
    for (const { dt, sample, ema } of trace) {
      state = updateSampleTimeEma(state, sample, dt, tauSec);
      expectRelative(sampleTimeAverage(state), ema);
      ran('ema');
    }
    expect(counts.ema).toBeGreaterThan(0);
  });

  it('index_guards.json: stable price, ten times the price', () => {
    const { tenX } = (read('index_guards.json') as Guards).stable_price;
    let state = startStablePrice(0, tenX.start);
    const run = (untilSeconds: number, stepSeconds: number): number => {
      for (let now = state.lastSeconds + stepSeconds; now <= untilSeconds; now += stepSeconds)
        state = updateStablePrice(state, now, tenX.oracle);
      ran('stable_price');
      return state.stable;
    };
    expectRelative(run(3_600, 60), tenX.after1h_60sSteps);
    expectRelative(run(7_200, 10), tenX.after2h_10sSteps);
    expectRelative(run(90_000, 300), tenX.after25h_300sSteps);
  });

  it('index_guards.json: stable price, jumps', () => {
    const { jumpResponse10sSteps } = (read('index_guards.json') as Guards).stable_price;
    for (const { jumpTo, catchUpSeconds, at1h, at24h } of jumpResponse10sSteps) {
      let state: StablePriceState = startStablePrice(0, 100);
      let caughtUp: number | null = null;
      for (let now = 10; now <= 86_400; now += 10) {
        state = updateStablePrice(state, now, jumpTo);
        if (caughtUp === null && Math.abs(state.stable / jumpTo - 1) < 1e-9) caughtUp = now;
        if (now === 3_600) expectRelative(state.stable, at1h);
      }
      expectRelative(state.stable, at24h);
      expect(caughtUp).toBe(catchUpSeconds);
      ran('stable_price');
    }
  });

  it('index_guards.json: validity ladder', () => {
    const { params, cases } = (read('index_guards.json') as Guards).validity_ladder;
    const limits = {
      staleForTradingSeconds: params.staleTradingSec,
      staleForMarginSeconds: params.staleMarginSec,
      confidenceMax: params.confMax,
      volatileRatioMax: params.tooVolatileRatio,
    };
    for (const { price, twap, conf, ageSec, enoughPublishers, expect: wanted } of cases) {
      const evidence = { price, average: twap, confidence: conf, ageSeconds: ageSec };
      expect(priceStatus({ ...evidence, hasEnoughPublishers: enoughPublishers }, limits)).toBe(wanted);
      // The house's defaults are those of the file.
      expect(priceStatus({ ...evidence, hasEnoughPublishers: enoughPublishers })).toBe(wanted);
      ran('validity_ladder');
    }
    expect(counts.validity_ladder).toBeGreaterThan(0);
  });
});
