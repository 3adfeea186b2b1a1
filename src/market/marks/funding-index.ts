/**
 * Cumulative funding: one running sum per perpetual, what a long of size 1 (a coin, or a unit of quote currency for inverse
 * contracts) has paid since it was listed. A position remembers the sum at its last settlement, so that accrual is one
 * product whatever the time between (market-and-risk.md section 4). The sum is an integer: longs and shorts read the same
 * one, and nothing is lost but what is rounded to the ledger's unit, against the account.
 */
import type { Settlement } from '../../domain/instrument.js';
import { numberToAmount } from '../../domain/money.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { MILLISECONDS_PER_SECOND } from '../../domain/time.js';
import { PRICE_MAX, RATE_MAX } from '../../limits.js';
import { FUNDING_INDEX_DECIMALS, FUNDING_INTERVAL_MS_MAX } from './conventions.js';
import { ceilDivide, tenTo } from './decimal.js';
import { FLAT, tradeFuture } from './future-position.js';
import type { FuturePosition, FutureTerms, FutureTrade } from './future-position.js';

export interface FundingIndex {
  /** Paid by a long of size 1 so far, settlement currency, units of 10^-FUNDING_INDEX_DECIMALS. */
  readonly paidPerSize: bigint;
  readonly timeMs: number;
}

export interface FundingInterval {
  /** End of the interval; it began at the index's time. */
  readonly timeMs: number;
  /** Fraction of notional per `periodSeconds` that longs pay. */
  readonly rate: number;
  readonly periodSeconds: number;
  /** Index price in the interval, > 0. */
  readonly indexPrice: number;
}

export interface FundingStep {
  readonly index: FundingIndex;
  /** `CAPPED`: a gap longer than an hour accrued one hour only. `IGNORED`: the clock went back, nothing changed. */
  readonly status: 'ACCRUED' | 'CAPPED' | 'IGNORED';
  /** Milliseconds that accrued, and those of a gap that did not. */
  readonly accruedMs: number;
  readonly skippedMs: number;
}

/** The index after an interval: rate x time / period, over the index price for inverse contracts, times it for linear ones. */
export function advanceFunding(
  settlement: Settlement,
  index: FundingIndex,
  interval: FundingInterval,
): Outcome<FundingStep> {
  const { timeMs, rate, periodSeconds, indexPrice } = interval;
  if (!Number.isSafeInteger(timeMs)) return invalid('timeMs', 'whole milliseconds', timeMs);
  if (!(Math.abs(rate) <= RATE_MAX)) return invalid('rate', `a rate of at most ${RATE_MAX} either way`, rate);
  if (!(periodSeconds > 0 && periodSeconds < Infinity)) {
    return invalid('periodSeconds', 'a number of seconds above 0', periodSeconds);
  }
  if (!(indexPrice > 0 && indexPrice <= PRICE_MAX)) {
    return invalid('indexPrice', `a price above 0 and at most ${PRICE_MAX}`, indexPrice);
  }
  const elapsedMs = timeMs - index.timeMs;
  if (elapsedMs < 0) return success({ index, status: 'IGNORED', accruedMs: 0, skippedMs: 0 });
  const accruedMs = Math.min(elapsedMs, FUNDING_INTERVAL_MS_MAX);
  const share = (rate * accruedMs) / (periodSeconds * MILLISECONDS_PER_SECOND);
  const paid = settlement === 'INVERSE' ? share / indexPrice : share * indexPrice;
  return success({
    index: { paidPerSize: index.paidPerSize + fundingUnits(paid), timeMs },
    status: accruedMs < elapsedMs ? 'CAPPED' : 'ACCRUED',
    accruedMs,
    skippedMs: elapsedMs - accruedMs,
  });
}

export interface PerpetualPosition extends FuturePosition {
  /** The index when funding was last settled. */
  readonly fundingEntry: bigint;
  /** Funding paid so far, ledger units; negative when received. */
  readonly fundingPaid: bigint;
}

/** No position, at an index: what happened before it is not owed. */
export function flatPerpetual(index: FundingIndex): PerpetualPosition {
  return { ...FLAT, fundingEntry: index.paidPerSize, fundingPaid: 0n };
}

/** Funding that the position owes since its last settlement, rounded up; ledger units, negative when it receives. */
export function fundingOwed(terms: FutureTerms, position: PerpetualPosition, index: FundingIndex): bigint {
  const { contractSize, quantityDecimals, ledgerDecimals } = terms;
  const size = position.quantityUnits * contractSize.units;
  const denominator = tenTo(quantityDecimals + contractSize.decimals + FUNDING_INDEX_DECIMALS);
  return ceilDivide(size * (index.paidPerSize - position.fundingEntry) * tenTo(ledgerDecimals), denominator);
}

/** Pays or receives what has accrued. Settling more often costs at most one ledger unit each time. */
export function settleFunding(
  terms: FutureTerms,
  position: PerpetualPosition,
  index: FundingIndex,
): PerpetualPosition {
  return {
    ...position,
    fundingEntry: index.paidPerSize,
    fundingPaid: position.fundingPaid + fundingOwed(terms, position, index),
  };
}

/** Settles the funding of the old quantity, then trades. */
export function tradePerpetual(
  terms: FutureTerms,
  position: PerpetualPosition,
  trade: FutureTrade,
  index: FundingIndex,
): Outcome<PerpetualPosition> {
  const settled = settleFunding(terms, position, index);
  const traded = tradeFuture(terms, settled, trade);
  if (!traded.ok) return traded;
  const { fundingEntry, fundingPaid } = settled;
  return success({ ...traded.value, fundingEntry, fundingPaid });
}

/** Towards zero, so that the same rate paid and received is the same number of units. */
function fundingUnits(paid: number): bigint {
  const units = BigInt(numberToAmount('', Math.abs(paid), FUNDING_INDEX_DECIMALS).units);
  return paid < 0 ? -units : units;
}

function invalid(field: string, what: string, received: number): ReturnType<typeof failure> {
  return failure('INVALID_VALUE', `interval.${field}`, expected(what, field, received));
}
