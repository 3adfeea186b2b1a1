/** Published prices and Greeks of options on spot: Black-76 on the forward, discounted, differentiated by the chain rule. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Kernels } from '../../src/kernel/kernels.js';
import { vectorsFolder } from '../support/folders.js';
import { invert } from './implied-volatility-support.js';
import { ALL_KERNELS, at, black76Inputs, black76Outputs } from './support.js';
import type { OptionRow } from './support.js';

interface SpotOption {
  readonly isCall: boolean;
  readonly spot: number;
  readonly strike: number;
  readonly rate: number;
  readonly yieldRate: number;
  readonly years: number;
  readonly volatility: number;
}

function greeksOf(kernels: Kernels, row: OptionRow) {
  const out = black76Outputs(1);
  kernels.black76(black76Inputs([row]), out);
  return {
    price: at(out.price, 0),
    delta: at(out.delta, 0),
    gamma: at(out.gamma, 0),
    vega: at(out.vega, 0),
    theta: at(out.theta, 0),
    vanna: at(out.vanna, 0),
    volga: at(out.volga, 0),
  };
}

function spotGreeks(kernels: Kernels, option: SpotOption) {
  const { isCall, spot, strike, rate, yieldRate, years, volatility } = option;
  const growth = Math.exp((rate - yieldRate) * years);
  const discount = Math.exp(-rate * years);
  const forward = spot * growth;
  const undiscounted = greeksOf(kernels, { isCall, forward, strike, volatility, timeToExpiryYears: years });
  const price = discount * undiscounted.price;
  const delta = discount * growth * undiscounted.delta;
  return {
    price,
    delta,
    gamma: discount * growth * growth * undiscounted.gamma,
    vega: discount * undiscounted.vega,
    theta: rate * price - (rate - yieldRate) * spot * delta + discount * undiscounted.theta,
    rho: years * (spot * delta - price),
    dividendRho: -years * spot * delta,
    vanna: discount * growth * undiscounted.vanna,
    volga: discount * undiscounted.volga,
    elasticity: (delta * spot) / price,
    /** What theta and rho subtract: their rounding is relative to this. */
    thetaSize: Math.max(
      rate * price,
      Math.abs((rate - yieldRate) * spot * delta),
      discount * -undiscounted.theta,
    ),
    rhoSize: years * Math.max(Math.abs(spot * delta), price),
  };
}

const folder = vectorsFolder();

function readVectors(name: string): unknown {
  return JSON.parse(readFileSync(path.join(folder ?? '', 'pricing', name), 'utf8'));
}

/** Relative to the expectation, or to what a difference was formed from. */
function expectNear(actual: number, expected: number, what: string, size = 0): void {
  const bound = 1e-12 * Math.max(Math.abs(expected), size);
  expect(Math.abs(actual - expected), what).toBeLessThanOrEqual(bound);
}

type Row = Readonly<Record<string, number>> & { readonly type: 'call' | 'put' };

function haugOption(row: Row): SpotOption {
  return {
    isCall: row.type === 'call',
    spot: row.S ?? NaN,
    strike: row.K ?? NaN,
    rate: row.r ?? NaN,
    yieldRate: row.q ?? NaN,
    years: row.t ?? NaN,
    volatility: row.vol ?? NaN,
  };
}

describe.skipIf(folder === undefined).each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'published options on spot, $isa',
  ({ kernels }) => {
    test('bsm_haug.json: 43 prices with all Greeks', () => {
      const { full_greeks: rows } = readVectors('bsm_haug.json') as { full_greeks: Row[] };
      expect(rows.length).toBe(43);
      for (const row of rows) {
        const actual = spotGreeks(kernels, haugOption(row));
        const what = JSON.stringify(row);
        for (const name of ['price', 'delta', 'gamma', 'vega', 'dividendRho', 'vanna', 'volga'] as const) {
          expectNear(actual[name], row[name] ?? NaN, `${name} of ${what}`);
        }
        expectNear(actual.theta, row.theta ?? NaN, `theta of ${what}`, actual.thetaSize);
        expectNear(actual.rho, row.rho ?? NaN, `rho of ${what}`, actual.rhoSize);
      }
    });

    test('bsm_haug.json: printed Greeks', () => {
      const { greeks: rows } = readVectors('bsm_haug.json') as {
        greeks: (Row & { readonly measure: string; readonly published: number; readonly value_mp: number })[];
      };
      expect(rows.length).toBe(11);
      for (const row of rows) {
        const actual = spotGreeks(kernels, haugOption(row));
        const measures: Readonly<Record<string, number>> = { ...actual, 'theta per day': actual.theta / 365 };
        const value = measures[row.measure] ?? NaN;
        const size = row.measure.startsWith('theta')
          ? actual.thetaSize
          : row.measure === 'rho'
            ? actual.rhoSize
            : 0;
        expectNear(value, row.value_mp, JSON.stringify(row), size);
        expect(Math.abs(value - row.published)).toBeLessThanOrEqual(1e-4);
      }
    });

    test('bsm_py_vollib.json: 101 calls and puts', () => {
      type Columns = Readonly<Record<string, number>>;
      const { rows } = readVectors('bsm_py_vollib.json') as {
        rows: (Columns & { readonly published: Columns; readonly mp: Columns })[];
      };
      expect(rows.length).toBe(101);
      const names = { D: 'delta', G: 'gamma', T: 'theta', V: 'vega', R: 'rho' } as const;
      for (const row of rows) {
        for (const side of ['C', 'P'] as const) {
          const isCall = side === 'C';
          const option = haugOption({ ...row, q: 0, type: isCall ? 'call' : 'put' } as unknown as Row);
          const actual = spotGreeks(kernels, option);
          const priceName = isCall ? 'bs_call' : 'bs_put';
          const expectColumn = (name: string, value: number, size: number, published: number): void => {
            const exact = row.mp[name];
            const what = `${name} of ${JSON.stringify(row)}`;
            // The file's own bar: relative where the value is visible, absolute below.
            if (exact !== undefined) {
              if (Math.abs(exact) > 1e-10) expectNear(value, exact, what, size);
              else
                expect(Math.abs(value - exact), what).toBeLessThanOrEqual(
                  Math.max(1e-20, 1e-12 * Math.abs(exact)),
                );
            }
            expect(Math.abs(value - (row.published[name] ?? NaN)), what).toBeLessThanOrEqual(
              published * Math.max(1, Math.abs(value)),
            );
          };
          expectColumn(priceName, actual.price, 0, 1e-8);
          for (const [letter, greek] of Object.entries(names)) {
            const size = greek === 'theta' ? actual.thetaSize : greek === 'rho' ? actual.rhoSize : 0;
            expectColumn(side + letter, actual[greek], size, 1e-9);
          }
        }
      }
    });

    test('premium_adjusted_delta.json: of spot and forward', () => {
      const { rows } = readVectors('premium_adjusted_delta.json') as {
        rows: (Row & { readonly delta_type: string })[];
      };
      expect(rows.length).toBe(14);
      for (const row of rows) {
        const { spot = NaN, foreign_df: foreign = NaN, domestic_df: domestic = NaN, strike = NaN } = row;
        const forward = (spot * foreign) / domestic;
        const option = { isCall: row.type === 'call', forward, strike, volatility: row.stddev ?? NaN };
        const { delta, price } = greeksOf(kernels, { ...option, timeToExpiryYears: 1 });
        const adjusted = row.delta_type.startsWith('Pa') ? delta - price / forward : delta;
        const value = row.delta_type.endsWith('Spot') ? foreign * adjusted : adjusted;
        const what = JSON.stringify(row);
        expectNear(value, row.delta_mp ?? NaN, what);
        expect(Math.abs(value - (row.published_delta ?? NaN)), what).toBeLessThanOrEqual(2e-3);
      }
    });

    test('crypto_range.json: prices and deltas in coins, implied total volatilities', () => {
      const file = readVectors('crypto_range.json') as { rows: Row[]; implied_std_dev: Row[] };
      expect(file.rows.length).toBe(320);
      for (const row of file.rows) {
        const { F: forward = NaN, K: strike = NaN, T: timeToExpiryYears = NaN, vol: volatility = NaN } = row;
        const option = { isCall: row.type === 'call', forward, strike, volatility, timeToExpiryYears };
        const { delta, price } = greeksOf(kernels, option);
        const what = JSON.stringify(row);
        // Numbers below the file's floor vanish in it.
        const visible = (value: number): boolean => Math.abs(value) > 1e-290;
        const coins = row.mp_price_coin ?? NaN;
        if (visible(coins)) expectNear(price / forward, coins, what);
        expectNear(delta - price / forward, row.mp_pa_delta ?? NaN, what, Math.abs(delta));
      }
      expect(file.implied_std_dev.length).toBe(3);
      for (const row of file.implied_std_dev) {
        const { F: forward = NaN, K: strike = NaN, price = NaN, std_dev: expected = NaN } = row;
        const quote = { isCall: row.type === 'call', forward, strike, price, timeToExpiryYears: 1 };
        // These prices are QuantLib's, up to 2.8e-11 off; the price tells the volatility b / (s b') times better.
        const { vega } = greeksOf(kernels, { ...quote, volatility: expected });
        const bound = Math.max(1e-12, (3e-11 * price) / (expected * vega));
        const error = Math.abs(at(invert(kernels, [quote]).volatility, 0) / expected - 1);
        expect(error, JSON.stringify(row)).toBeLessThan(bound);
      }
    });
  },
);
