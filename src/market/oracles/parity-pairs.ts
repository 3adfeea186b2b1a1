/** What the options of one expiry say about its forward, strike by strike. */
import type { Settlement } from '../../domain/instrument.js';

/** Best quotes of the call and the put of one strike: coins for inverse options, quote currency for linear ones. */
export interface OptionPairQuote {
  readonly strike: number;
  readonly callBid?: number;
  readonly callAsk?: number;
  readonly putBid?: number;
  readonly putAsk?: number;
}

export const PAIR_REFUSALS = [
  /** The strike is not a positive number. */
  'INVALID_STRIKE',
  /** The strike stands in an earlier pair. */
  'DUPLICATE_STRIKE',
  /** A bid or an ask is missing, 0 or no finite number. */
  'NOT_TWO_SIDED',
  /** A bid is above its ask. */
  'CROSSED',
  /** A call and a put that no forward explains. */
  'NO_FORWARD',
  /** Farther from the median of the pairs than scatter explains. */
  'OUTLIER',
] as const;
export type PairRefusal = (typeof PAIR_REFUSALS)[number];
export type PairRefusalCounts = Readonly<Partial<Record<PairRefusal, number>>>;

export interface ParityPair {
  readonly strike: number;
  readonly forward: number;
  /** Half-width of the forwards between the bids and asks, quote currency, > 0. */
  readonly halfWidth: number;
}

/**
 * Put-call parity on mids: F = K / (1 - (C - P)) for inverse options, whose prices are C/F and P/F, and F = K + (C - P) for
 * linear ones (undiscounted prices). The half-width is that of the quotes carried through the formula.
 */
export function parityPair(quote: OptionPairQuote, settlement: Settlement): ParityPair | PairRefusal {
  const { strike, callBid, callAsk, putBid, putAsk } = quote;
  if (!isPrice(strike)) return 'INVALID_STRIKE';
  if (!isPrice(callBid) || !isPrice(callAsk) || !isPrice(putBid) || !isPrice(putAsk)) return 'NOT_TWO_SIDED';
  if (callBid > callAsk || putBid > putAsk) return 'CROSSED';
  const difference = (callBid + callAsk) / 2 - (putBid + putAsk) / 2;
  const halfDifference = (callAsk - callBid + (putAsk - putBid)) / 2;
  const isInverse = settlement === 'INVERSE';
  const forward = isInverse ? strike / (1 - difference) : strike + difference;
  if (!(forward > 0 && forward < Infinity)) return 'NO_FORWARD';
  const slope = isInverse ? (forward * forward) / strike : 1;
  // A locked quote still has the rounding of its tick; a width of 0 would outweigh every other pair.
  const halfWidth = Math.max(halfDifference * slope, forward * LOCKED_HALF_WIDTH);
  const pair: ParityPair = { strike, forward, halfWidth };
  return pair;
}

/** Half a basis point: the floor of every confidence of the oracles (market-and-risk.md 1.2 step 3). */
const LOCKED_HALF_WIDTH = 0.00005;

function isPrice(value: number | undefined): value is number {
  return typeof value === 'number' && value > 0 && value < Infinity;
}
