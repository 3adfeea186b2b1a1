/** Pyth's average of prices and of confidences, weighted by 1 / confidence, digit by digit. */
import { add, divide, multiply, stored, truncatedDecimal, unitsOf } from './truncated-decimal.js';
import type { TruncatedDecimal } from './truncated-decimal.js';

/** Slots without a price after which the average starts anew. */
const GAP_SLOTS_MAX = 4145;
/** 1e9 x ln 2 / 5921: the weight of the past halves in 5,921 slots, to first order in the gap. */
const DECAY_PER_SLOT = truncatedDecimal(-117_065n, -9);
const ONE = truncatedDecimal(100_000_000n, -8);
const ZERO = truncatedDecimal(0n, 0);

export interface IntegerAverage {
  /** Whole units of 10^exponent. */
  readonly value: bigint;
  readonly numerator: TruncatedDecimal;
  readonly denominator: TruncatedDecimal;
}

export interface IntegerEma {
  readonly price: IntegerAverage;
  readonly confidence: IntegerAverage;
}

const EMPTY: IntegerAverage = { value: 0n, numerator: ZERO, denominator: ZERO };

/** Before the first price. */
export const EMPTY_INTEGER_EMA: IntegerEma = { price: EMPTY, confidence: EMPTY };

/**
 * The average after an aggregate price of `slots` slots after the one before. w = 1 / confidence (1 for a confidence of 0);
 * k = 1 - slots x ln 2 / 5921; numerator = numerator x k + value x w, denominator = denominator x k + w; above 4,145 slots
 * both start with the new value. Source: Pyth; market-and-risk.md 1.1.
 */
export function updateIntegerEma(
  before: IntegerEma,
  price: bigint,
  confidence: bigint,
  exponent: number,
  slots: number,
): IntegerEma {
  const width = truncatedDecimal(confidence, exponent);
  const weight = width.mantissa === 0n ? ONE : divide(ONE, width);
  return {
    price: updateAverage(before.price, truncatedDecimal(price, exponent), weight, exponent, slots),
    confidence: updateAverage(before.confidence, width, weight, exponent, slots),
  };
}

function updateAverage(
  before: IntegerAverage,
  value: TruncatedDecimal,
  weight: TruncatedDecimal,
  exponent: number,
  slots: number,
): IntegerAverage {
  const weighted = multiply(value, weight);
  if (slots > GAP_SLOTS_MAX) return average(before, value, weighted, weight, exponent);
  const decay = add(multiply(DECAY_PER_SLOT, truncatedDecimal(BigInt(slots), 0)), ONE);
  const numerator = add(multiply(before.numerator, decay), weighted);
  const denominator = add(multiply(before.denominator, decay), weight);
  return average(before, divide(numerator, denominator), numerator, denominator, exponent);
}

function average(
  before: IntegerAverage,
  value: TruncatedDecimal,
  numerator: TruncatedDecimal,
  denominator: TruncatedDecimal,
  exponent: number,
): IntegerAverage {
  const keptNumerator = stored(numerator);
  const keptDenominator = stored(denominator);
  const kept =
    keptNumerator === undefined || keptDenominator === undefined
      ? { numerator: before.numerator, denominator: before.denominator }
      : { numerator: keptNumerator, denominator: keptDenominator };
  return { value: unitsOf(value, exponent), ...kept };
}
