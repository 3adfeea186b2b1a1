import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PAYOFF, cubeIndex } from '../../src/kernel/layout.js';
import type { Payoff } from '../../src/kernel/layout.js';
import {
  ALL_KERNELS,
  NATIVE_KERNELS,
  REFERENCE,
  at,
  bits,
  cubeOf,
  instrumentColumns,
  scenarioColumns,
} from './support.js';
import type { InstrumentRow, ScenarioRows } from './support.js';

interface GoldenRow {
  readonly isCall: boolean;
  readonly inverse: boolean;
  readonly forward: number;
  readonly fixedForward: number;
  readonly strike: number;
  readonly volatility: number;
  readonly timeToExpiryYears: number;
  readonly spotFactor: number;
  readonly volShock: number;
  readonly pnl: number;
}

function optionPayoff(isCall: boolean, inverse: boolean): Payoff {
  if (inverse) return isCall ? PAYOFF.INVERSE_CALL : PAYOFF.INVERSE_PUT;
  return isCall ? PAYOFF.LINEAR_CALL : PAYOFF.LINEAR_PUT;
}

/** The bound of one price: 1e-15 x forward; in coins, 1e-15 x max(1, strike / forward). */
const PRICE_BOUND = 1e-15;

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'error bound, $isa',
  ({ isa, kernels }) => {
    const file = path.join(import.meta.dirname, 'golden/scenario_pnl.json');
    const { rows } = JSON.parse(readFileSync(file, 'utf8')) as { rows: GoldenRow[] };

    test('both prices of a P&L are within 1e-15 of the forward, by 50-digit numbers', () => {
      expect(rows.length).toBeGreaterThan(300);
      for (const row of rows) {
        const instruments = instrumentColumns([{ ...row, payoff: optionPayoff(row.isCall, row.inverse) }]);
        const scenarios = scenarioColumns({
          count: 1,
          spotFactor: [[row.spotFactor]],
          volShock: [[row.volShock]],
        });
        const before = row.fixedForward + row.forward;
        const after = row.fixedForward + row.forward * row.spotFactor;
        // The twin subtracts prices of deep puts as they are, so the strike limits it as well.
        const inTheMoney = isa === 'reference' ? row.strike : 0;
        const size = row.inverse
          ? Math.max(1, row.strike / before) + Math.max(1, row.strike / after)
          : Math.max(before, inTheMoney) + Math.max(after, inTheMoney);
        const error = Math.abs(at(cubeOf(kernels, instruments, scenarios), 0) - row.pnl);
        expect(error / size, JSON.stringify(row)).toBeLessThanOrEqual(PRICE_BOUND);
      }
    });
  },
);

const COUNT = 45;

/** Any number of the domain that a market could show, and the edges. */
const arbitraryInstrument: fc.Arbitrary<InstrumentRow> = fc.record({
  payoff: fc.constantFrom(...Object.values(PAYOFF)),
  forward: fc.double({ min: 1, max: 1e6, noNaN: true }),
  fixedForward: fc.oneof(
    { weight: 3, arbitrary: fc.constant(0) },
    fc.double({ min: 1, max: 1e6, noNaN: true }),
  ),
  strike: fc.double({ min: 1e-3, max: 1e9, noNaN: true }),
  volatility: fc.oneof(fc.constantFrom(0, 1e-12, 10), fc.double({ min: 0, max: 4, noNaN: true })),
  timeToExpiryYears: fc.oneof(fc.constantFrom(0, 1e-12, 100), fc.double({ min: 0, max: 2, noNaN: true })),
  scale: fc.constantFrom(1, -1, 0.01, 1000, 0),
  spotRow: fc.nat(1),
  volRow: fc.nat(1),
  termFactor: fc.double({ min: 0, max: 3, noNaN: true }),
  skewFactor: fc.oneof(fc.constant(0), fc.double({ min: -1, max: 1, noNaN: true })),
  smileFactor: fc.oneof(fc.constant(0), fc.double({ min: -1, max: 1, noNaN: true })),
});

function matrix(value: fc.Arbitrary<number>): fc.Arbitrary<number[][]> {
  return fc.array(fc.array(value, { minLength: COUNT, maxLength: COUNT }), { minLength: 2, maxLength: 2 });
}

const shock = fc.oneof(fc.constant(0), fc.double({ min: -2, max: 5, noNaN: true }));

const arbitraryScenarios: fc.Arbitrary<ScenarioRows> = fc.record({
  count: fc.integer({ min: 1, max: COUNT }),
  spotFactor: matrix(fc.oneof(fc.constantFrom(1e-3, 1, 1e3), fc.double({ min: 0.5, max: 2, noNaN: true }))),
  volShock: matrix(shock),
  skewShock: matrix(shock),
  smileShock: matrix(shock),
  volFloor: matrix(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1, noNaN: true }))),
});

describe('levels and twin', () => {
  test('agree within the bounds of their prices, everywhere, with finite numbers only', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryInstrument, { minLength: 1, maxLength: 12 }),
        arbitraryScenarios,
        (rows, shocks) => {
          const instruments = instrumentColumns(rows);
          const scenarios = scenarioColumns(shocks);
          const expected = cubeOf(REFERENCE, instruments, scenarios);
          for (const kernels of NATIVE_KERNELS) {
            const actual = cubeOf(kernels, instruments, scenarios);
            for (let i = 0; i < rows.length; i += 1) {
              for (let s = 0; s < scenarios.count; s += 1) {
                const cell = cubeIndex(i, s, rows.length);
                const factor = at(scenarios.spotFactor, at(instruments.spotRow, i) * scenarios.stride + s);
                const bound = cellBound(instruments, i, factor);
                const error = Math.abs(at(actual, cell) - at(expected, cell));
                expect(
                  error / bound,
                  `${kernels.isa} row ${String(i)} scenario ${String(s)}`,
                ).toBeLessThanOrEqual(1);
              }
            }
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('shocked volatilities are the same to the last bit', () => {
    fc.assert(
      fc.property(
        fc.array(arbitraryInstrument, { minLength: 1, maxLength: 5 }),
        arbitraryScenarios,
        (rows, shocks) => {
          const instruments = instrumentColumns(rows);
          const scenarios = scenarioColumns(shocks);
          const [expected, ...others] = ALL_KERNELS.map((kernels) => {
            const volatility = new Float64Array(rows.length * scenarios.stride).fill(NaN);
            kernels.shockedVolatility(instruments, scenarios, volatility);
            return bits(volatility);
          });
          for (const other of others) expect(other).toEqual(expected);
        },
      ),
      { numRuns: 100 },
    );
  });
});

/** Four prices (two of each kernel), each within its bound; the twin's also within 1e-15 of the strike. */
function cellBound(instruments: ReturnType<typeof instrumentColumns>, i: number, factor: number): number {
  const scale = Math.abs(at(instruments.scale, i));
  const before = at(instruments.fixedForward, i) + at(instruments.forward, i);
  const after = at(instruments.fixedForward, i) + at(instruments.forward, i) * factor;
  const strike = at(instruments.strike, i);
  const payoff = at(instruments.payoff, i);
  const smallest = Number.MIN_VALUE;
  if (payoff === PAYOFF.LINEAR_DELTA_ONE || payoff === PAYOFF.INVERSE_DELTA_ONE) return smallest;
  if (payoff === PAYOFF.LINEAR_CALL || payoff === PAYOFF.LINEAR_PUT) {
    return smallest + 2 * PRICE_BOUND * scale * (Math.max(before, strike) + Math.max(after, strike));
  }
  return smallest + 2 * PRICE_BOUND * scale * (Math.max(1, strike / before) + Math.max(1, strike / after));
}

describe.each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'properties of the cube, $isa',
  ({ kernels }) => {
    test('a scenario that moves nothing gives exactly 0, in every place of a block', () => {
      fc.assert(
        fc.property(
          fc.array(arbitraryInstrument, { minLength: 1, maxLength: 6 }),
          fc.nat(COUNT - 1),
          (rows, quiet) => {
            const spotFactor = Array.from({ length: COUNT }, (_, s) => (s === quiet ? 1 : 1 + s / 50));
            const volShock = spotFactor.map((factor) => 1 - factor);
            const scenarios = scenarioColumns({
              count: COUNT,
              spotFactor: [spotFactor, spotFactor],
              volShock: [volShock, volShock],
            });
            const cube = cubeOf(kernels, instrumentColumns(rows), scenarios);
            rows.forEach((_, i) => {
              expect(Math.abs(at(cube, cubeIndex(i, quiet, rows.length)))).toBe(0);
            });
          },
        ),
      );
    });

    test('the bits of a row depend on no other row and not on its place', () => {
      fc.assert(
        fc.property(
          fc.array(arbitraryInstrument, { minLength: 2, maxLength: 8 }),
          arbitraryScenarios,
          (rows, shocks) => {
            const scenarios = scenarioColumns(shocks);
            const together = cubeOf(kernels, instrumentColumns([...rows].reverse()), scenarios);
            rows.forEach((row, i) => {
              const alone = cubeOf(kernels, instrumentColumns([row]), scenarios);
              const place = rows.length - 1 - i;
              for (let s = 0; s < scenarios.stride; s += 1) {
                const same = Object.is(
                  at(alone, cubeIndex(0, s, 1)),
                  at(together, cubeIndex(place, s, rows.length)),
                );
                expect(same).toBe(true);
              }
            });
          },
        ),
        { numRuns: 50 },
      );
    });

    test('a call and a put of one strike share their work, not their bits', () => {
      fc.assert(
        fc.property(
          fc.array(arbitraryInstrument, { minLength: 1, maxLength: 4 }),
          arbitraryScenarios,
          fc.boolean(),
          (rows, shocks, inverse) => {
            const scenarios = scenarioColumns(shocks);
            const pairs = rows.flatMap((row) => [
              { ...row, payoff: optionPayoff(true, inverse) },
              { ...row, payoff: optionPayoff(false, inverse), scale: 2 },
            ]);
            const together = cubeOf(kernels, instrumentColumns(pairs), scenarios);
            pairs.forEach((row, i) => {
              const alone = cubeOf(kernels, instrumentColumns([row]), scenarios);
              for (let s = 0; s < scenarios.stride; s += 1) {
                const cell = at(together, cubeIndex(i, s, pairs.length));
                expect(Object.is(at(alone, cubeIndex(0, s, 1)), cell)).toBe(true);
              }
            });
          },
        ),
        { numRuns: 50 },
      );
    });

    test('the bits of a scenario do not depend on how many follow', () => {
      const spotFactor = Array.from({ length: 200 }, (_, s) => 0.6 + s / 250);
      const instruments = instrumentColumns([
        {},
        { payoff: PAYOFF.INVERSE_PUT, strike: 120 },
        { fixedForward: 30 },
      ]);
      const whole = cubeOf(kernels, instruments, scenarioColumns({ count: 200, spotFactor: [spotFactor] }));
      for (const count of [1, 7, 8, 33, 64, 65, 130]) {
        const part = cubeOf(kernels, instruments, scenarioColumns({ count, spotFactor: [spotFactor] }));
        for (let i = 0; i < 3; i += 1) {
          for (let s = 0; s < count; s += 1) {
            expect(at(part, cubeIndex(i, s, 3))).toBe(at(whole, cubeIndex(i, s, 3)));
          }
        }
        // Padding is 0 whatever stood there before.
        const last = Math.ceil(count / 64) * 64;
        for (let s = count; s < last; s += 1) expect(at(part, cubeIndex(1, s, 3))).toBe(0);
      }
    });

    test('what stands in the padding of the scenarios has no influence', () => {
      const clean = scenarioColumns({ count: 5, spotFactor: [[0.8, 0.9, 1, 1.1, 1.2]] });
      const dirty = {
        ...clean,
        spotFactor: clean.spotFactor.slice().fill(NaN, 5),
        volFloor: clean.volFloor.slice().fill(-1, 5),
      };
      const instruments = instrumentColumns([{}, { payoff: PAYOFF.LINEAR_DELTA_ONE }, { fixedForward: 10 }]);
      expect(bits(cubeOf(kernels, instruments, dirty))).toEqual(bits(cubeOf(kernels, instruments, clean)));
    });

    test('delta-one rows follow their formulas to the last bit', () => {
      const factors = [0.5, 0.93, 1, 1.07, 3];
      const scenarios = scenarioColumns({ count: factors.length, spotFactor: [factors] });
      const cube = cubeOf(
        kernels,
        instrumentColumns([
          { payoff: PAYOFF.LINEAR_DELTA_ONE, forward: 61234.5, scale: 0.001 },
          { payoff: PAYOFF.INVERSE_DELTA_ONE, forward: 61234.5, scale: 10 },
        ]),
        scenarios,
      );
      factors.forEach((factor, s) => {
        expect(at(cube, cubeIndex(0, s, 2))).toBe((61234.5 * factor - 61234.5) * 0.001);
        expect(at(cube, cubeIndex(1, s, 2))).toBe((-1 / (61234.5 * factor) - -1 / 61234.5) * 10);
      });
    });

    test('limits: no volatility, no time, saturation and far strikes give intrinsic value or the forward', () => {
      const scenarios = scenarioColumns({ count: 1, spotFactor: [[1.5]] });
      const pnl = (row: InstrumentRow): number => at(cubeOf(kernels, instrumentColumns([row]), scenarios), 0);
      expect(pnl({ strike: 120, volatility: 0 })).toBe(30);
      expect(pnl({ strike: 120, timeToExpiryYears: 0 })).toBe(30);
      expect(pnl({ strike: 100, volatility: 0 })).toBeCloseTo(50, 12);
      expect(pnl({ payoff: PAYOFF.LINEAR_PUT, strike: 120, volatility: 0 })).toBe(-20);
      expect(pnl({ strike: 1e9 })).toBe(0);
      expect(pnl({ strike: 1e-9 })).toBeCloseTo(50, 12);
      expect(pnl({ volatility: 60, timeToExpiryYears: 1 })).toBeCloseTo(50, 12);
      expect(pnl({ payoff: PAYOFF.INVERSE_CALL, strike: 120, volatility: 0 })).toBeCloseTo(30 / 150, 15);
    });

    test('no scenarios and no instruments are no work', () => {
      expect(cubeOf(kernels, instrumentColumns([]), scenarioColumns({ count: 3 }))).toHaveLength(0);
      expect(cubeOf(kernels, instrumentColumns([{}]), scenarioColumns({ count: 0 }))).toHaveLength(0);
    });
  },
);
