import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { IMPLIED_VOLATILITY_STATUS as STATUS } from '../../src/kernel/implied-volatility.js';
import type { Kernels } from '../../src/kernel/kernels.js';
import { vectorsFolder } from '../support/folders.js';
import {
  ATTAINABLE_MULTIPLE,
  attainable,
  entryOf,
  invert,
  pairWithLogRatio,
} from './implied-volatility-support.js';
import type { Quote } from './implied-volatility-support.js';
import { ALL_KERNELS, REFERENCE, at, black76Inputs, black76Outputs } from './support.js';

const folder = vectorsFolder();

function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder ?? '', 'implied-vol', name), 'utf8'));
}

interface RandomRow {
  readonly F: number;
  readonly K: number;
  readonly T: number;
  readonly sigma: number;
  readonly type: 'call' | 'put';
  readonly black_mp: number;
  readonly x: number;
  readonly s: number;
  readonly normalised_black_mp: number;
}

interface ExtremeRow {
  readonly x: number;
  readonly normalised_price: number;
  readonly s_from_rounded_price: number;
  readonly attainable_rel: number;
}

interface Known extends Quote {
  readonly expected: number;
  /** Relative error that no solver in double precision can avoid. */
  readonly attainable: number;
}

/** Largest error in units of the attainable one; rows whose price says nothing about the volatility are only answered. */
function worstError(kernels: Kernels, rows: readonly Known[]): { multiple: number; where: string } {
  const { volatility, status } = invert(kernels, rows);
  let worst = { multiple: 0, where: '' };
  rows.forEach((row, index) => {
    const error = Math.abs(at(volatility, index) / row.expected - 1);
    if (!(row.attainable < 0.01)) {
      expect(Number.isFinite(at(volatility, index))).toBe(true);
      return;
    }
    const multiple = at(status, index) === STATUS.OK ? error / row.attainable : Infinity;
    if (!(multiple <= worst.multiple)) worst = { multiple, where: JSON.stringify(row) };
  });
  return worst;
}

describe.skipIf(folder === undefined).each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'published implied volatilities, $isa',
  ({ kernels }) => {
    test('lbr_1000.json: random options', () => {
      const { rows } = readVectors('lbr_1000.json') as { rows: RandomRow[] };
      const options = rows.map((row) => ({
        isCall: row.type === 'call',
        forward: row.F,
        strike: row.K,
        volatility: row.sigma,
        timeToExpiryYears: row.T,
      }));
      const greeks = black76Outputs(rows.length);
      REFERENCE.black76(black76Inputs(options), greeks);
      const known = rows.map((row, index): Known => ({
        ...entryOf(options, index),
        price: row.black_mp,
        expected: row.sigma,
        attainable: attainable(row.black_mp, row.sigma, at(greeks.vega, index)),
      }));
      expect(known.length).toBe(1000);
      expect(known.filter((row) => row.attainable < 0.01).length).toBeGreaterThan(970);
      const worst = worstError(kernels, known);
      expect(worst.multiple, worst.where).toBeLessThan(ATTAINABLE_MULTIPLE);
    });

    test('lbr_1000.json: random normalised options', () => {
      const { rows } = readVectors('lbr_1000.json') as { rows: RandomRow[] };
      const known = rows.map(({ x, s, type, normalised_black_mp: normalised }): Known => {
        const { forward, strike } = pairWithLogRatio(x);
        const vega = Math.exp(-0.5 * (x / s) ** 2 - 0.125 * s * s) / Math.sqrt(2 * Math.PI);
        return {
          isCall: type === 'call',
          forward,
          strike,
          price: normalised * Math.sqrt(forward) * Math.sqrt(strike),
          timeToExpiryYears: 1,
          expected: s,
          attainable: attainable(normalised, s, vega),
        };
      });
      expect(known.filter((row) => row.attainable < 0.01).length).toBeGreaterThan(900);
      const worst = worstError(kernels, known);
      expect(worst.multiple, worst.where).toBeLessThan(ATTAINABLE_MULTIPLE);
    });

    test('iv_extreme.json: moneyness to -32, total volatility from 1e-6, prices to 1e-141', () => {
      const { rows } = readVectors('iv_extreme.json') as { rows: ExtremeRow[] };
      expect(rows.length).toBe(77);
      for (const isCall of [true, false]) {
        const known = rows.map((row): Known => {
          const { forward, strike } = pairWithLogRatio(isCall ? row.x : -row.x);
          return {
            isCall,
            forward,
            strike,
            price: row.normalised_price * Math.sqrt(forward) * Math.sqrt(strike),
            timeToExpiryYears: 1,
            expected: row.s_from_rounded_price,
            attainable: row.attainable_rel,
          };
        });
        const worst = worstError(kernels, known);
        expect(worst.multiple, worst.where).toBeLessThan(ATTAINABLE_MULTIPLE);
      }
    });

    test('black76_iv.json: round trips', () => {
      const file = readVectors('black76_iv.json') as {
        round_trip: { x_lnKF: number; s: number; otmCallPrice_F1: number }[];
      };
      const rows = file.round_trip.filter((row) => row.otmCallPrice_F1 > 1e-280);
      const { volatility, status } = invert(
        kernels,
        // A strike of exp(x) would be rounded, which for s = 1e-4 is more than the bar.
        rows.map((row) => {
          const pair = pairWithLogRatio(-row.x_lnKF);
          return { ...pair, isCall: true, price: row.otmCallPrice_F1 * pair.forward, timeToExpiryYears: 1 };
        }),
      );
      expect(rows.length).toBe(86);
      rows.forEach((row, index) => {
        expect(at(status, index), JSON.stringify(row)).toBe(STATUS.OK);
        // The exact root for the stated price of the row s = 10 is 1.5e-12 away from 10: the price has no more digits.
        const vega = Math.exp(-0.5 * (row.s / 2 - row.x_lnKF / row.s) ** 2) / Math.sqrt(2 * Math.PI);
        const bound = Math.max(1e-12, attainable(row.otmCallPrice_F1, row.s, vega));
        expect(Math.abs(at(volatility, index) / row.s - 1), JSON.stringify(row)).toBeLessThan(bound);
      });
    });

    test('black76_iv.json: inputs without an implied volatility', () => {
      const file = readVectors('black76_iv.json') as {
        rejects: { F: number; K: number; type: string; price: number | null; why: string }[];
      };
      const expected: Readonly<Record<string, number>> = {
        'equal intrinsic': STATUS.AT_INTRINSIC,
        'below intrinsic': STATUS.BELOW_INTRINSIC,
        'at upper bound F': STATUS.ABOVE_MAXIMUM,
        'above F': STATUS.ABOVE_MAXIMUM,
        'at upper bound K for put': STATUS.ABOVE_MAXIMUM,
        zero: STATUS.AT_INTRINSIC,
        negative: STATUS.BELOW_INTRINSIC,
        'F=0': STATUS.OUT_OF_DOMAIN,
        'null/NaN': STATUS.NOT_FINITE,
      };
      const { volatility, status } = invert(
        kernels,
        file.rejects.map(({ F, K, type, price }) => ({
          isCall: type === 'C',
          forward: F,
          strike: K,
          price: price ?? NaN,
          timeToExpiryYears: 1,
        })),
      );
      expect(file.rejects.length).toBe(9);
      expect([...status]).toEqual(file.rejects.map(({ why }) => expected[why]));
      expect([...volatility]).toEqual(file.rejects.map(() => 0));
    });

    test('black76_iv.json: tickers of Deribit, volatilities and Greeks', () => {
      interface Ticker {
        readonly instrument: string;
        readonly timestampMs: number;
        readonly expiryMs: number;
        readonly underlyingPrice: number;
        readonly strike: number;
        readonly mark_price: number;
        readonly best_bid_price: number;
        readonly best_ask_price: number;
        readonly deribit: Readonly<
          Record<'mark_iv' | 'bid_iv' | 'ask_iv' | 'delta' | 'vega' | 'theta', number>
        >;
        readonly recomputed: Readonly<Record<'mark_iv' | 'bid_iv' | 'ask_iv', number>>;
      }
      const { deribit_tickers: tickers } = readVectors('black76_iv.json') as { deribit_tickers: Ticker[] };
      expect(tickers.length).toBe(2);
      for (const ticker of tickers) {
        const option = {
          isCall: ticker.instrument.endsWith('-C'),
          forward: ticker.underlyingPrice,
          strike: ticker.strike,
          timeToExpiryYears: (ticker.expiryMs - ticker.timestampMs) / (365 * 86_400_000),
        };
        const prices = [ticker.mark_price, ticker.best_bid_price, ticker.best_ask_price];
        const { volatility } = invert(
          kernels,
          prices.map((price) => ({ ...option, price: price * option.forward })),
        );
        (['mark_iv', 'bid_iv', 'ask_iv'] as const).forEach((name, index) => {
          const percent = 100 * at(volatility, index);
          expect(Math.abs(percent - ticker.deribit[name])).toBeLessThan(0.02);
          expect(Math.abs(percent - ticker.recomputed[name])).toBeLessThan(1e-9);
        });
        const greeks = black76Outputs(1);
        kernels.black76(black76Inputs([{ ...option, volatility: ticker.deribit.mark_iv / 100 }]), greeks);
        expect(Math.abs(at(greeks.delta, 0) - ticker.deribit.delta)).toBeLessThan(5e-5);
        expect(Math.abs(at(greeks.vega, 0) / 100 - ticker.deribit.vega)).toBeLessThan(0.01);
        expect(Math.abs(at(greeks.theta, 0) / 365 - ticker.deribit.theta)).toBeLessThan(0.01);
      }
    });
  },
);
