import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IMPLIED_VOLATILITY_STATUS as STATUS } from '../../src/kernel/implied-volatility.js';
import {
  ATTAINABLE_MULTIPLE,
  EPSILON,
  attainable,
  conditionOf,
  entryOf,
  invert,
  quotes,
} from './implied-volatility-support.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE, at, black76Inputs, black76Outputs } from './support.js';

const anyNumber = fc.oneof(
  fc.double(),
  fc.constantFrom(
    0,
    -0,
    NaN,
    Infinity,
    -Infinity,
    5e-324,
    -5e-324,
    1e-308,
    1e60,
    1e-60,
    1e61,
    1e-61,
    1.8e308,
    -1,
  ),
);
const arbitraryQuote = fc.record({
  isCall: fc.boolean(),
  forward: fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: 0.5, max: 2, noNaN: true }) },
    { weight: 1, arbitrary: anyNumber },
  ),
  strike: fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: 0.5, max: 2, noNaN: true }) },
    { weight: 1, arbitrary: anyNumber },
  ),
  price: fc.oneof(
    { weight: 2, arbitrary: fc.double({ min: 0, max: 2, noNaN: true }) },
    { weight: 2, arbitrary: fc.double({ min: -700, max: 0, noNaN: true }).map(Math.exp) },
    { weight: 1, arbitrary: anyNumber },
  ),
  timeToExpiryYears: fc.oneof(
    { weight: 4, arbitrary: fc.double({ min: 1e-8, max: 3, noNaN: true }) },
    { weight: 1, arbitrary: anyNumber },
  ),
});

/** Options with the volatility that priced them. */
const arbitraryOption = fc
  .record({
    isCall: fc.boolean(),
    logStrike: fc.double({ min: -3, max: 3, noNaN: true }),
    timeToExpiryYears: fc.double({ min: 1e-4, max: 2, noNaN: true }),
    volatility: fc.double({ min: 0.01, max: 4, noNaN: true }),
  })
  .map(({ logStrike, ...option }) => ({ ...option, forward: 100, strike: 100 * Math.exp(logStrike) }));

describe('properties of implied volatilities', () => {
  test('any numbers get a status and a finite volatility, the same status and nearly the same volatility everywhere', () => {
    fc.assert(
      fc.property(fc.array(arbitraryQuote, { minLength: 1, maxLength: 70 }), (rows) => {
        const expected = invert(REFERENCE, rows);
        for (const kernels of NATIVE_KERNELS) {
          const { volatility, status } = invert(kernels, rows);
          expect(status).toEqual(expected.status);
          rows.forEach((row, index) => {
            const sigma = at(volatility, index);
            expect(sigma > 0, JSON.stringify(row)).toBe(at(status, index) === STATUS.OK);
            expect(Number.isFinite(sigma)).toBe(true);
            if (sigma === 0) return;
            const twin = at(expected.volatility, index);
            expect(Math.abs(sigma / twin - 1), JSON.stringify(row)).toBeLessThanOrEqual(
              ATTAINABLE_MULTIPLE * conditionOf(row, twin) * EPSILON,
            );
          });
        }
      }),
      { numRuns: 300, seed: 76 },
    );
  });

  test("a row's bits depend on nothing but the row", () => {
    fc.assert(
      fc.property(fc.array(arbitraryQuote, { minLength: 2, maxLength: 150 }), fc.nat(), (rows, shift) => {
        const turned = rows.map((_, index) => entryOf(rows, (index + shift) % rows.length));
        for (const kernels of NATIVE_KERNELS) {
          const straight = invert(kernels, rows).volatility;
          const rotated = invert(kernels, turned).volatility;
          rotated.forEach((value, index) => {
            expect(value).toBe(at(straight, (index + shift) % rows.length));
          });
        }
      }),
      { numRuns: 100, seed: 77 },
    );
  });

  test('what black76 prices comes back, within what the price can tell', () => {
    fc.assert(
      fc.property(fc.array(arbitraryOption, { minLength: 1, maxLength: 30 }), (options) => {
        for (const kernels of ALL_KERNELS) {
          const greeks = black76Outputs(options.length);
          kernels.black76(black76Inputs(options), greeks);
          const rows = options.map((option, index) => ({ ...option, price: at(greeks.price, index) }));
          const { volatility, status } = invert(kernels, rows);
          rows.forEach((row, index) => {
            const bound = attainable(row.price, row.volatility, at(greeks.vega, index));
            if (!(bound < 1e-3) || row.price < 1e-290) return;
            expect(at(status, index)).toBe(STATUS.OK);
            // The price itself is good to 1e-14 or so.
            expect(Math.abs(at(volatility, index) / row.volatility - 1)).toBeLessThan(100 * bound);
          });
        }
      }),
      { numRuns: 100, seed: 78 },
    );
  });

  test('a higher price never has a lower volatility', () => {
    const market = fc.record({
      isCall: fc.boolean(),
      strike: fc.double({ min: 20, max: 500, noNaN: true }),
      levels: fc.array(fc.double({ min: 1e-9, max: 0.999, noNaN: true }), { minLength: 2, maxLength: 40 }),
    });
    fc.assert(
      fc.property(market, ({ isCall, strike, levels }) => {
        const intrinsic = Math.max(isCall ? 100 - strike : strike - 100, 0);
        const rows = [...levels]
          .sort((a, b) => a - b)
          .map((level) => ({
            isCall,
            forward: 100,
            strike,
            price: intrinsic + level * Math.min(100, strike),
            timeToExpiryYears: 0.5,
          }));
        for (const kernels of ALL_KERNELS) {
          const { volatility } = invert(kernels, rows);
          rows.forEach((row, index) => {
            const higher = rows[index + 1];
            if (higher === undefined) return;
            const rounding = 2 * ATTAINABLE_MULTIPLE * conditionOf(row, at(volatility, index)) * EPSILON;
            expect(at(volatility, index + 1) / at(volatility, index)).toBeGreaterThanOrEqual(1 - rounding);
          });
        }
      }),
      { numRuns: 100, seed: 79 },
    );
  });

  test('a call and the put with forward and strike exchanged agree, and so do both in another unit', () => {
    fc.assert(
      fc.property(arbitraryOption, fc.integer({ min: -60, max: 60 }), (option, power) => {
        for (const kernels of ALL_KERNELS) {
          const price = new Float64Array(1);
          kernels.black76Price(black76Inputs([option]), price);
          const { forward, strike } = option;
          const unit = 2 ** power;
          const row = { ...option, price: at(price, 0) };
          const mirrored = { ...row, isCall: !row.isCall, forward: strike, strike: forward };
          const scaled = { ...row, forward: unit * forward, strike: unit * strike, price: unit * row.price };
          const { volatility, status } = invert(kernels, [row, mirrored, scaled]);
          expect(at(volatility, 1)).toBe(at(volatility, 0));
          expect(at(status, 1)).toBe(at(status, 0));
          const tiny = row.price < 1e-280;
          if (!tiny) expect(at(volatility, 2)).toBe(at(volatility, 0));
        }
      }),
      { numRuns: 200, seed: 80 },
    );
  });

  test('the volatility that priced an option one second before expiry comes back', () => {
    const option = { isCall: true, forward: 60_000, strike: 60_001, timeToExpiryYears: 1 / (365 * 86_400) };
    for (const kernels of ALL_KERNELS) {
      const price = new Float64Array(1);
      kernels.black76Price(black76Inputs([{ ...option, volatility: 0.8 }]), price);
      const { volatility } = invert(kernels, [{ ...option, price: at(price, 0) }]);
      expect(Math.abs(at(volatility, 0) / 0.8 - 1)).toBeLessThan(1e-12);
    }
  });

  test('a row that is neither call nor put is told apart', () => {
    for (const kernels of ALL_KERNELS) {
      const inputs = quotes([{ isCall: true, forward: 1, strike: 1, price: 0.1, timeToExpiryYears: 1 }]);
      inputs.isCall[0] = 2;
      const status = new Uint8Array(1);
      kernels.impliedVolatility(inputs, new Float64Array(1), status);
      expect([...status]).toEqual([STATUS.OUT_OF_DOMAIN]);
    }
  });
});
