/**
 * The value that initial margin and withdrawals may count on: never above the mark, and not one that the account's own quotes
 * can raise. Maintenance margin and settlement use the mark (market-and-risk.md section 4).
 *
 * Every leg is valued three times: at the mark, and at a slow volatility less and plus two confidences of it. An expiry that
 * independent parties quote takes the worst of the three for its net legs; otherwise, and for groups that hold much of the
 * open interest, every leg takes its own worst. What a long leg or an unrealised profit may count is capped by what could be
 * sold of it; losses never are.
 */
import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import {
  CREDIT_DEPTH_WITHIN,
  CREDIT_VOLUME_SHARE,
  GUARDED_BAND_CONFIDENCES,
  GUARDED_OPEN_INTEREST_SHARE,
  INDEPENDENT_QUOTERS_MIN,
} from './conventions.js';

/**
 * A volatility of an expiry as the slow tracker has it: the whole slice scaled by tracked over current at-the-money volatility,
 * so that a quote moves no strike faster than the tracker moves (`oracles/stable-price.ts` on w / T at the money).
 */
export function stableVolatility(
  volatility: number,
  atTheMoneyVolatility: number,
  trackedVolatility: number,
): number {
  return volatility * (trackedVolatility / atTheMoneyVolatility);
}

/** Volatilities at which an expiry is revalued: the slow tracker's less and plus two confidences, not below 0. */
export function guardedBand(
  stable: number,
  confidence: number,
): { readonly low: number; readonly high: number } {
  const width = GUARDED_BAND_CONFIDENCES * confidence;
  return { low: Math.max(0, stable - width), high: stable + width };
}

export interface ExpiryEvidence {
  /** At least two unaffiliated groups quote it besides the account's own. */
  readonly isIndependent: boolean;
  /** Confidence of its volatility, a distance in volatility; wider when it is not independent. */
  readonly volatilityConfidence: number;
}

/**
 * What an account may believe of an expiry. `quoterGroups` are the affiliated groups behind its quotes; the account's own
 * does not count. Without independence the confidence is twice the widest of the neighbouring expiries', and at least its own.
 */
export function expiryEvidence(
  quoterGroups: readonly string[],
  ownGroup: string,
  volatilityConfidence: number,
  neighbourConfidences: readonly number[],
): ExpiryEvidence {
  const others = new Set(quoterGroups.filter((group) => group !== ownGroup));
  if (others.size >= INDEPENDENT_QUOTERS_MIN) return { isIndependent: true, volatilityConfidence };
  const widened = 2 * Math.max(volatilityConfidence, ...neighbourConfidences);
  return { isIndependent: false, volatilityConfidence: widened };
}

/** One option position of an expiry. Values of the whole position, signed, settlement currency. */
export interface GuardedLeg {
  readonly markValue: number;
  readonly lowVolatilityValue: number;
  readonly highVolatilityValue: number;
  /** Largest credit of a long leg (`creditCap`), >= 0. */
  readonly creditCap: number;
}

/** Guarded value of the option legs of one expiry, signed, at most their sum at marks. */
export function guardedExpiryValue(
  legs: readonly GuardedLeg[],
  isIndependent: boolean,
  openInterestShare: number,
): Outcome<number> {
  const wrong = legs.findIndex((leg) => !isSound(leg));
  if (wrong >= 0) {
    const field = `legs[${wrong}]`;
    return failure('INVALID_VALUE', field, `Expected finite values and a cap of at least 0 for ${field}`);
  }
  if (!(openInterestShare >= 0 && openInterestShare <= 1)) {
    const field = 'openInterestShare';
    return failure('INVALID_VALUE', field, expected('a share from 0 to 1', field, openInterestShare));
  }
  const isNetted = isIndependent && openInterestShare <= GUARDED_OPEN_INTEREST_SHARE;
  return success(isNetted ? worstOfNet(legs) : sumOfWorst(legs));
}

function worstOfNet(legs: readonly GuardedLeg[]): number {
  let mark = 0;
  let low = 0;
  let high = 0;
  for (const { markValue, lowVolatilityValue, highVolatilityValue, creditCap } of legs) {
    mark += Math.min(markValue, creditCap);
    low += Math.min(lowVolatilityValue, creditCap);
    high += Math.min(highVolatilityValue, creditCap);
  }
  return Math.min(mark, low, high);
}

function sumOfWorst(legs: readonly GuardedLeg[]): number {
  let sum = 0;
  for (const { markValue, lowVolatilityValue, highVolatilityValue, creditCap } of legs) {
    sum += Math.min(markValue, lowVolatilityValue, highVolatilityValue, creditCap);
  }
  return sum;
}

/** Unrealised P&L of a future or perpetual as it may be counted: profits up to the cap, losses in full. */
export function guardedProfit(unrealisedPnl: number, cap: number): number {
  return Math.min(unrealisedPnl, cap);
}

/** What could be sold of an instrument; the bids of the account's own group are left out by the caller. */
export interface CreditEvidence {
  /** Prices and sizes of bids, best first; price times size is settlement currency. */
  readonly bidPrices: ArrayLike<number>;
  readonly bidSizes: ArrayLike<number>;
  readonly markPrice: number;
  /** Value traded in 24 hours, settlement currency. */
  readonly tradedValueDay: number;
  /** Share of the instrument's open interest that the account's affiliated group holds. */
  readonly openInterestShare: number;
}

/**
 * Largest value that longs and profits in an instrument count: what bids within 5 % of the mark pay, plus a tenth of the
 * day's volume, scaled down when the group holds more than a tenth of the open interest. Evidence that is not a number is
 * no evidence. Settlement currency, >= 0.
 */
export function creditCap(evidence: CreditEvidence): number {
  const { bidPrices, bidSizes, markPrice, tradedValueDay, openInterestShare } = evidence;
  const lowest = markPrice * (1 - CREDIT_DEPTH_WITHIN);
  let pays = 0;
  for (let level = 0; level < bidPrices.length; level += 1) {
    const paid = bidPrices[level]! * bidSizes[level]!;
    if (bidPrices[level]! >= lowest && paid > 0) pays += paid;
  }
  const traded = tradedValueDay > 0 ? CREDIT_VOLUME_SHARE * tradedValueDay : 0;
  const share = openInterestShare >= 0 ? openInterestShare : 1;
  const cap = (pays + traded) * Math.min(1, GUARDED_OPEN_INTEREST_SHARE / share);
  return cap < Infinity ? cap : 0;
}

function isSound({
  markValue,
  lowVolatilityValue,
  highVolatilityValue,
  creditCap: cap,
}: GuardedLeg): boolean {
  return (
    Number.isFinite(markValue) &&
    Number.isFinite(lowVolatilityValue) &&
    Number.isFinite(highVolatilityValue) &&
    cap >= 0
  );
}
