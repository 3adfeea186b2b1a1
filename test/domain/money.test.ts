import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AMOUNT_DECIMALS_MAX,
  AMOUNT_DIGITS_MAX,
  amountToNumber,
  isValidAmount,
  numberToAmount,
} from '../../src/domain/money.js';

/** value as a fraction of integers, read from its shortest hexadecimal-free form: mantissa x 2^exponent by halving. */
function fraction(value: number): { numerator: bigint; denominator: bigint } {
  let scaled = value;
  let denominator = 1n;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(scaled), denominator };
}

/** Sign of value - units x 10^-decimals, in integers. */
function compare(value: number, units: bigint, decimals: number): -1 | 0 | 1 {
  const { numerator, denominator } = fraction(value);
  const left = numerator * 10n ** BigInt(decimals);
  const right = units * denominator;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The next double towards plus infinity, by way of the bits. */
function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE;
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigInt64(0);
  bits.setBigInt64(0, value > 0 ? raw + 1n : raw - 1n);
  return bits.getFloat64(0);
}

const decimals = fc.integer({ min: 0, max: AMOUNT_DECIMALS_MAX });
const units = fc.oneof(
  fc.bigInt({ min: -(10n ** 77n), max: 10n ** 77n }),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
  fc.bigInt({ min: -(10n ** 14n), max: 10n ** 15n }),
  fc.bigInt({ min: -100n, max: 100n }),
);

describe('amountToNumber', () => {
  it('is the largest double that is not above the exact amount', () => {
    fc.assert(
      fc.property(units, decimals, (exact, places) => {
        const value = amountToNumber({ asset: 'X', units: exact.toString(), decimals: places });
        expect(compare(value, exact, places)).not.toBe(1);
        expect(compare(nextAbove(value), exact, places)).toBe(1);
      }),
      { numRuns: 6_000, seed: 20_260_115 },
    );
  });

  it.each([
    ['1000000', 6, 1],
    ['-1500000', 6, -1.5],
    ['0', 18, 0],
    // One tenth as a double is above one tenth.
    ['1', 1, 0.09999999999999999],
    ['-1', 1, -0.1],
    ['5000000000000', 6, 5_000_000],
    ['9007199254740993', 0, 9007199254740992],
    ['-9007199254740993', 0, -9007199254740994],
  ])('%s units of %i decimals are %d', (text, places, value) => {
    expect(amountToNumber({ asset: 'X', units: text, decimals: places })).toBe(value);
  });
});

describe('numberToAmount', () => {
  it('is the amount nearest below', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e30, max: 1e30 }), decimals, (value, places) => {
        const amount = numberToAmount('X', value, places);
        expect(compare(value, BigInt(amount.units), places)).not.toBe(-1);
        expect(compare(value, BigInt(amount.units) + 1n, places)).toBe(-1);
      }),
      { numRuns: 1_000, seed: 20_260_116 },
    );
  });

  it('never gains by going there and back', () => {
    fc.assert(
      fc.property(units, decimals, (exact, places) => {
        const there = amountToNumber({ asset: 'X', units: exact.toString(), decimals: places });
        expect(BigInt(numberToAmount('X', there, places).units)).toBeLessThanOrEqual(exact);
      }),
      { numRuns: 1_000, seed: 20_260_117 },
    );
  });
});

describe('isValidAmount', () => {
  const amount = { asset: 'USDC', units: '1', decimals: 6 };

  it.each(['0', '-0', '7', '-12', '9'.repeat(AMOUNT_DIGITS_MAX)])('accepts the units %s', (text) => {
    expect(isValidAmount({ ...amount, units: text })).toBe(true);
  });

  it.each(['', '-', '+1', '1.0', '1e3', ' 1', '1n', '0x10', 'NaN', '9'.repeat(AMOUNT_DIGITS_MAX + 2)])(
    'refuses the units "%s"',
    (text) => {
      expect(isValidAmount({ ...amount, units: text })).toBe(false);
    },
  );

  it.each([-1, 0.5, NaN, AMOUNT_DECIMALS_MAX + 1])('refuses %d decimals', (places) => {
    expect(isValidAmount({ ...amount, decimals: places })).toBe(false);
  });
});
