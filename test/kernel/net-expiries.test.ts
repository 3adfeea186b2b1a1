/** Netting of expiries: every native level against the twin bit for bit, and refusals of what does not fit. */
import { describe, expect, test } from 'vitest';
import { uniformGenerator } from '../../bench/lib/measure.js';
import { scenarioStride } from '../../src/kernel/layout.js';
import type { NettingBooks, NettingResults, NettingTerms } from '../../src/kernel/layout.js';
import { ALL_KERNELS, NATIVE_KERNELS, REFERENCE } from './support.js';

const ACCOUNTS = 40;
const ROWS_EACH = 3;
const POSITIONS_EACH = 2;

function terms(count: number, uniform: () => number): NettingTerms {
  const stride = scenarioStride(count + 2);
  const scenarios = (value: () => number): Float64Array =>
    Float64Array.from({ length: stride }, (_, s) => (s < count ? value() : 0));
  const column = (length: number, value: () => number): Float64Array => Float64Array.from({ length }, value);
  return {
    count,
    stride,
    spotMove: scenarios(() => uniform() - 0.5),
    dampening: scenarios(uniform),
    skewed: scenarios(() => (uniform() < 0.2 ? 1 : 0)),
    instrumentCount: 12,
    unitValue: column(12, () => 1_000 * uniform()),
    volatilityConfidence: column(12, () => (uniform() < 0.05 ? NaN : uniform())),
    usable: Uint8Array.from({ length: 12 }, (_, i) => (i === 11 ? 0 : 1)),
    expiryCount: 5,
    longDiscount: column(5, () => 0.9 + 0.1 * uniform()),
    shortDiscount: column(5, () => 1 + 0.1 * uniform()),
    basisFactor: column(5, uniform),
    expiryConfidence: column(5, uniform),
    confidenceThreshold: 0.55,
    confidenceRate: 0.4,
  };
}

function books({ stride }: NettingTerms, uniform: () => number): NettingBooks {
  const rowCount = ACCOUNTS * ROWS_EACH;
  const positions = rowCount * POSITIONS_EACH;
  const pick = (length: number, below: number): Uint32Array =>
    Uint32Array.from({ length }, () => Math.floor(below * uniform()));
  const column = (length: number, value: () => number): Float64Array => Float64Array.from({ length }, value);
  return {
    accountCount: ACCOUNTS,
    firstRow: Uint32Array.from({ length: ACCOUNTS + 1 }, (_, a) => 7 + a * ROWS_EACH),
    rows: {
      rowCount,
      rowOffsets: Uint32Array.from({ length: rowCount + 1 }, (_, row) => row * POSITIONS_EACH),
      instrument: pick(positions, 11.2),
      quantity: column(positions, () => 20 * (uniform() - 0.5)),
    },
    rowExpiry: pick(rowCount, 5),
    rowGross: column(rowCount, () => 10 * uniform()),
    contracts: column(ACCOUNTS, () => (uniform() < 0.5 ? 0 : uniform() - 0.5)),
    price: column(ACCOUNTS, () => 100_000 * uniform()),
    firstMoving: Uint32Array.from({ length: ACCOUNTS + 1 }, (_, a) => 2 * a),
    movingValue: column(2 * ACCOUNTS, () => 1_000 * uniform()),
    spot: column(ACCOUNTS, () => 100_000 * uniform()),
    confidence: column(ACCOUNTS, uniform),
    vectors: column(rowCount * stride, () => 2_000 * (uniform() - 0.5)),
  };
}

const results = (): NettingResults => ({
  worst: new Float64Array(ACCOUNTS),
  value: new Float64Array(ACCOUNTS).fill(1.5),
  confidenceCharge: new Float64Array(ACCOUNTS).fill(0.25),
  isComplete: new Uint8Array(ACCOUNTS),
});

describe.each(NATIVE_KERNELS)('on $isa', (kernels) => {
  test.each([1, 8, 33, 62, 100])('nets %i scenarios as the twin does, bit for bit', (count) => {
    const uniform = uniformGenerator(count);
    const given = terms(count, uniform);
    const held = books(given, uniform);
    const native = results();
    const twin = results();
    kernels.netExpiries(given, held, native);
    REFERENCE.netExpiries(given, held, twin);
    expect(native.isComplete).toEqual(twin.isComplete);
    expect(native.isComplete.filter((one) => one === 1).length).toBeGreaterThan(5);
    for (let account = 0; account < ACCOUNTS; account += 1) {
      if (twin.isComplete[account] !== 1) continue;
      for (const name of ['worst', 'value', 'confidenceCharge'] as const)
        expect(native[name][account]).toBe(twin[name][account]);
    }
  });

  test('refuses offsets, instruments and expiries outside their columns', () => {
    const given = terms(33, uniformGenerator(1));
    const held = books(given, uniformGenerator(2));
    const wrong: readonly [Partial<NettingBooks>, string][] = [
      [{ firstRow: held.firstRow.map((row, at) => (at === 3 ? 0 : row)) }, 'books.firstRow[3]'],
      [{ rowExpiry: held.rowExpiry.map(() => 5) }, 'books.rowExpiry[0]'],
      [{ rows: { ...held.rows, instrument: held.rows.instrument.map(() => 12) } }, 'instrument[0]'],
      [{ rows: { ...held.rows, rowCount: 5 } }, 'books.rows.rowCount'],
      [{ vectors: new Float64Array(64) }, 'books.vectors'],
    ];
    for (const [change, named] of wrong)
      expect(() => {
        kernels.netExpiries(given, { ...held, ...change }, results());
      }).toThrow(named);
  });
});

test.each(ALL_KERNELS)('what is not finite makes its own account incomplete on $isa', (kernels) => {
  const uniform = uniformGenerator(5);
  const given = {
    ...terms(33, uniform),
    volatilityConfidence: new Float64Array(12).fill(1),
    usable: new Uint8Array(12).fill(1),
  };
  const held = books(given, uniform);
  held.vectors[0] = Infinity;
  const written = results();
  kernels.netExpiries(given, held, written);
  expect([...written.isComplete]).toEqual(
    Array.from({ length: ACCOUNTS }, (_, account) => (account === 0 ? 0 : 1)),
  );
});
