import { expected, failure, success } from '../../../domain/outcome.js';
import type { Outcome } from '../../../domain/outcome.js';

export interface CvaInput {
  /** Dates in years, increasing, > 0. */
  readonly timesYears: ArrayLike<number>;
  /** Expected exposure at each date (`exposure-profile.ts`). */
  readonly expectedExposure: ArrayLike<number>;
  /** Discount factor of each date; absent: 1. */
  readonly discountFactor?: ArrayLike<number>;
  /** Credit spread, fraction per year, and recovery in [0, 1). */
  readonly spread: number;
  readonly recovery: number;
}

export interface Cva {
  readonly hazardRate: number;
  /** Probability of default between each date and the one before it. */
  readonly marginalDefaultProbability: Float64Array;
  readonly contributions: Float64Array;
  readonly value: number;
}

/**
 * Unilateral credit valuation adjustment: (1 - R) sum of D EE (S(before) - S(date)), S = exp(-h t), h = spread / (1 - R)
 * (market-and-risk.md 5.8).
 */
export function creditValuationAdjustment(input: CvaInput): Outcome<Cva> {
  const { timesYears, expectedExposure, discountFactor, spread, recovery } = input;
  if (!(recovery >= 0 && recovery < 1)) return invalid('recovery', 'a share from 0 to below 1', recovery);
  if (!(spread >= 0 && spread < Infinity)) return invalid('spread', 'a finite number of at least 0', spread);
  const hazardRate = spread / (1 - recovery);
  const marginalDefaultProbability = new Float64Array(timesYears.length);
  const contributions = new Float64Array(timesYears.length);
  let before = 0;
  let value = 0;
  for (let i = 0; i < timesYears.length; i += 1) {
    const time = timesYears[i]!;
    if (!(time > before && time < Infinity))
      return invalid(`timesYears[${i}]`, `a time after ${before}`, time);
    const exposure = expectedExposure[i] ?? NaN;
    if (!(exposure >= 0 && exposure < Infinity)) {
      return invalid(`expectedExposure[${i}]`, 'a finite number of at least 0', exposure);
    }
    const discount = discountFactor === undefined ? 1 : (discountFactor[i] ?? NaN);
    if (!(discount > 0 && discount < Infinity)) {
      return invalid(`discountFactor[${i}]`, 'a finite number above 0', discount);
    }
    // S(before) - S(time) without the difference of two numbers near 1.
    const probability = -Math.exp(-hazardRate * before) * Math.expm1(-hazardRate * (time - before));
    marginalDefaultProbability[i] = probability;
    contributions[i] = (1 - recovery) * discount * exposure * probability;
    value += contributions[i]!;
    before = time;
  }
  return success({ hazardRate, marginalDefaultProbability, contributions, value });
}

function invalid(field: string, what: string, received: number): Outcome<never> {
  return failure('INVALID_PARAMETER', field, expected(what, field, received));
}
