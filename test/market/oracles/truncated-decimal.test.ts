/** The decimal arithmetic behind the exact averages, where the published series do not reach. */
import { describe, expect, it } from 'vitest';
import {
  add,
  divide,
  multiply,
  stored,
  truncatedDecimal,
  unitsOf,
} from '../../../src/market/oracles/truncated-decimal.js';

describe('a truncated decimal', () => {
  it('keeps a mantissa below 2^28, both signs cut towards zero', () => {
    expect(truncatedDecimal(2n ** 28n - 1n, 3)).toEqual({ mantissa: 268_435_455n, exponent: 3 });
    expect(truncatedDecimal(2n ** 28n, 3)).toEqual({ mantissa: 26_843_545n, exponent: 4 });
    expect(truncatedDecimal(-12_345_678_999n, 0)).toEqual({ mantissa: -123_456_789n, exponent: 2 });
  });

  it('loses the digits below 10^-16 at rest, and is refused when it is too large', () => {
    expect(stored({ mantissa: 123_456_789n, exponent: -18 })).toEqual({
      mantissa: 1_234_567n,
      exponent: -16,
    });
    expect(stored({ mantissa: -123_456_789n, exponent: -18 })).toEqual({
      mantissa: -1_234_567n,
      exponent: -16,
    });
    expect(stored({ mantissa: 5n, exponent: 17 })).toEqual({ mantissa: 500n, exponent: 15 });
    expect(stored({ mantissa: 5n, exponent: 34 })).toBeUndefined();
  });

  it('adds over any distance, divides to nine digits more, multiplies', () => {
    const one = truncatedDecimal(1n, 0);
    const sum = add(one, truncatedDecimal(1n, -8));
    expect(sum).toEqual({ mantissa: 100_000_001n, exponent: -8 });
    expect(add(truncatedDecimal(1n, -8), one)).toEqual(sum);
    expect(unitsOf(add(one, truncatedDecimal(9n, -30)), -8)).toBe(100_000_000n);
    expect(divide(one, truncatedDecimal(3n, 0))).toEqual({ mantissa: 33_333_333n, exponent: -8 });
    expect(unitsOf(divide(truncatedDecimal(-2n, 0), truncatedDecimal(3n, 0)), -4)).toBe(-6_666n);
    expect(unitsOf(multiply(truncatedDecimal(-12n, 1), truncatedDecimal(5n, -1)), 0)).toBe(-60n);
  });
});
