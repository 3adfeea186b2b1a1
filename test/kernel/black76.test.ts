import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Kernels } from '../../src/kernel/kernels.js';
import { vectorsFolder } from '../support/folders.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE, at, black76Inputs, black76Outputs } from './support.js';
import type { OptionRow } from './support.js';

const GREEKS = ['price', 'delta', 'gamma', 'vega', 'theta', 'vanna', 'volga'] as const;
type Greek = (typeof GREEKS)[number];
type Expected = OptionRow & Partial<Record<Greek, number>>;

const RELATIVE_BOUND = 1e-12;

/** Largest relative error over everything that the rows state, with the row where it occurs. */
function worstError(kernels: Kernels, rows: readonly Expected[]): { error: number; where: string } {
  const outputs = black76Outputs(rows.length);
  kernels.black76(black76Inputs(rows), outputs);
  const price = new Float64Array(rows.length);
  kernels.black76Price(black76Inputs(rows), price);
  expect([...price]).toEqual([...outputs.price]);
  let worst = { error: 0, where: '' };
  rows.forEach((row, index) => {
    for (const greek of GREEKS) {
      const expected = row[greek];
      if (expected === undefined) continue;
      const difference = Math.abs(at(outputs[greek], index) - expected);
      const error = difference === 0 ? 0 : difference / Math.abs(expected);
      if (!(error <= worst.error)) worst = { error, where: `${greek} of ${JSON.stringify(row)}` };
    }
  });
  return worst;
}

type PublishedRow = Readonly<Record<string, unknown>>;

function number(row: PublishedRow, ...names: readonly string[]): number {
  for (const name of names) {
    const value = row[name];
    if (typeof value === 'number') return value;
  }
  throw new Error(`none of ${names.join(', ')} in ${JSON.stringify(row)}`);
}

function option(row: PublishedRow): OptionRow {
  return {
    isCall: row.type === 'call' || row.type === 'C',
    forward: number(row, 'F'),
    strike: number(row, 'K'),
    volatility: number(row, 'vol', 'sigma'),
    timeToExpiryYears: number(row, 'T'),
  };
}

const folder = vectorsFolder();

function readVectors(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(folder ?? '', name), 'utf8')) as Record<string, unknown>;
}

describe.skipIf(folder === undefined).each(ALL_KERNELS.map((kernels) => ({ isa: kernels.isa, kernels })))(
  'published Black-76 numbers, $isa',
  ({ kernels }) => {
    test('black76.json: prices', () => {
      const file = readVectors('pricing/black76.json') as { strata: { rows: PublishedRow[] } };
      const rows = file.strata.rows.map((row) => ({ ...option(row), price: number(row, 'price_mp') }));
      expect(rows.length).toBeGreaterThan(60);
      expect(worstError(kernels, rows).error).toBeLessThan(RELATIVE_BOUND);
    });

    test('black76.json: Greeks and the far tail', () => {
      const file = readVectors('pricing/black76.json') as Record<
        'greeks' | 'far_out_of_the_money',
        PublishedRow[]
      >;
      const rows: Expected[] = file.greeks.map((row) => ({
        ...option(row),
        price: number(row, 'price'),
        delta: number(row, 'delta'),
        gamma: number(row, 'gamma'),
        vega: number(row, 'vega_per1'),
        theta: number(row, 'theta_perYear'),
        vanna: number(row, 'vanna'),
        volga: number(row, 'volga'),
      }));
      for (const row of file.far_out_of_the_money)
        rows.push({ ...option(row), price: number(row, 'price_mp') });
      expect(worstError(kernels, rows).error).toBeLessThan(RELATIVE_BOUND);
    });

    test('black76.json: degenerate limits', () => {
      const file = readVectors('pricing/black76.json') as { degenerate_limits: PublishedRow[] };
      for (const row of file.degenerate_limits) {
        const base = {
          forward: number(row, 'F'),
          strike: number(row, 'K'),
          volatility: number(row, 'vol'),
          timeToExpiryYears: number(row, 'sec') / (365 * 86400),
        };
        const outputs = black76Outputs(2);
        kernels.black76(
          black76Inputs([
            { ...base, isCall: true },
            { ...base, isCall: false },
          ]),
          outputs,
        );
        const discount = number(row, 'df');
        const tolerance = 1e-12 * Math.max(base.forward, base.strike);
        expect(Math.abs(discount * at(outputs.price, 0) - number(row, 'call'))).toBeLessThan(tolerance);
        expect(Math.abs(discount * at(outputs.price, 1) - number(row, 'put'))).toBeLessThan(tolerance);
        expect(Math.abs(at(outputs.delta, 0) - number(row, 'delta'))).toBeLessThan(1e-12);
      }
    });

    test('crypto_range.json: price and Greeks', () => {
      const file = readVectors('pricing/crypto_range.json') as { rows: PublishedRow[] };
      const rows = file.rows.map((row): Expected => {
        const expected: Partial<Record<Greek, number>> = {};
        for (const greek of GREEKS) expected[greek] = number(row, `mp_${greek}`);
        return { ...option(row), ...expected };
      });
      expect(rows.length).toBeGreaterThan(300);
      // The floor of the file, for numbers that vanish.
      const visible = rows.map((row): Expected => {
        const kept: Expected = { ...row };
        for (const greek of GREEKS)
          if (Math.abs(row[greek] ?? 0) < 1e-290) Reflect.deleteProperty(kept, greek);
        return kept;
      });
      const worst = worstError(kernels, visible);
      expect(worst.error, worst.where).toBeLessThan(RELATIVE_BOUND);
    });

    test('bsm_haug.json: prices of the forward, undiscounted', () => {
      const file = readVectors('pricing/bsm_haug.json') as { prices: PublishedRow[] };
      const rows = file.prices.map((row) => {
        const t = number(row, 't');
        const growth = Math.exp((number(row, 'r') - number(row, 'q')) * t);
        return {
          isCall: row.type === 'call',
          forward: number(row, 'S') * growth,
          strike: number(row, 'K'),
          volatility: number(row, 'vol'),
          timeToExpiryYears: t,
          price: number(row, 'price_mp') * Math.exp(number(row, 'r') * t),
        };
      });
      const worst = worstError(kernels, rows);
      expect(worst.error, worst.where).toBeLessThan(RELATIVE_BOUND);
    });

    test('lbr_1000.json: random prices', () => {
      const file = readVectors('implied-vol/lbr_1000.json') as { rows: PublishedRow[] };
      const rows = file.rows.map((row) => ({ ...option(row), price: number(row, 'black_mp') }));
      const worst = worstError(kernels, rows);
      expect(worst.error, worst.where).toBeLessThan(RELATIVE_BOUND);
    });

    test('iv_extreme.json: at-the-money prices down to a total volatility of 1e-6', () => {
      const file = readVectors('implied-vol/iv_extreme.json') as { rows: PublishedRow[] };
      const rows = file.rows
        .filter((row) => row.x === 0)
        .map((row) => ({
          isCall: true,
          forward: 1,
          strike: 1,
          volatility: number(row, 's_true'),
          timeToExpiryYears: 1,
          price: number(row, 'normalised_price'),
        }));
      expect(rows.length).toBeGreaterThan(5);
      expect(worstError(kernels, rows).error).toBeLessThan(RELATIVE_BOUND);
    });
  },
);

const edge = fc.constantFrom(0, 1e-60, 1e-12, 1, 24, 1e3);
const arbitraryOption = fc.record({
  isCall: fc.boolean(),
  forward: fc.oneof(fc.constantFrom(0, 1e-60, 1e60), fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
  strike: fc.oneof(fc.constantFrom(0, 1e-60, 1e60), fc.double({ min: 1e-6, max: 1e6, noNaN: true })),
  volatility: fc.oneof(edge, fc.double({ min: 0, max: 10, noNaN: true })),
  timeToExpiryYears: fc.oneof(edge, fc.double({ min: 0, max: 5, noNaN: true })),
});

describe('properties of Black-76', () => {
  test('every level agrees with the twin, and no output is ever anything but a finite number', () => {
    fc.assert(
      fc.property(fc.array(arbitraryOption, { minLength: 1, maxLength: 40 }), (rows) => {
        const expected = black76Outputs(rows.length);
        REFERENCE.black76(black76Inputs(rows), expected);
        for (const kernels of NATIVE_KERNELS) {
          const actual = black76Outputs(rows.length);
          kernels.black76(black76Inputs(rows), actual);
          for (const greek of GREEKS) {
            actual[greek].forEach((value, index) => {
              const twin = at(expected[greek], index);
              expect(Number.isFinite(value) && Number.isFinite(twin)).toBe(true);
              // Near a zero of d1 or d2 vanna and volga are differences; the scale of what was subtracted counts there.
              const scale = Math.max(Math.abs(twin), greek === 'vanna' || greek === 'volga' ? 1e-300 : 0);
              expect(Math.abs(value - twin)).toBeLessThanOrEqual(
                4e-13 * scale + 1e-15 * nearZero(greek, expected, index),
              );
            });
          }
        }
      }),
      { numRuns: 200 },
    );
  });

  test('put-call parity', () => {
    fc.assert(
      fc.property(arbitraryOption, (row) => {
        for (const kernels of ALL_KERNELS) {
          const price = new Float64Array(2);
          kernels.black76Price(
            black76Inputs([
              { ...row, isCall: true },
              { ...row, isCall: false },
            ]),
            price,
          );
          const gap = at(price, 0) - at(price, 1) - (row.forward - row.strike);
          expect(Math.abs(gap)).toBeLessThanOrEqual(1e-15 * Math.max(row.forward, row.strike));
        }
      }),
    );
  });
});

/** What d1 and d2 subtract in vanna and volga. */
function nearZero(greek: Greek, outputs: ReturnType<typeof black76Outputs>, index: number): number {
  if (greek === 'vanna') return 1e3 * Math.abs(at(outputs.delta, index));
  if (greek === 'volga') return 1e3 * Math.abs(at(outputs.vega, index));
  return 0;
}
