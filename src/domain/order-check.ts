/** The pre-trade gate: what is asked, and what is decided. */
import type { Failure } from './outcome.js';
import type { OrderSide } from './portfolio.js';
import type { MarginNumbers } from './simulation.js';

/** Why the gate refused. */
export const REJECT_CODES = [
  'INSUFFICIENT_IM',
  'REDUCE_ONLY',
  'STALE_MARKET',
  'POSITION_LIMIT',
  'PRICE_BAND',
  'MMP_FROZEN',
  'SEQ_GAP',
  'UNKNOWN_INSTRUMENT',
  'INVALID_ORDER',
] as const;
export type RejectCode = (typeof REJECT_CODES)[number];

export const CHECK_MODES = ['CHECK', 'RESERVE'] as const;
/** Answer only, or hold the margin. */
export type CheckMode = (typeof CHECK_MODES)[number];

/** One order before it is sent to the venue (`CheckOrdersRequest`). */
export interface OrderCheck {
  readonly clientOrderId: string;
  readonly accountId: string;
  readonly instrument: string;
  readonly side: OrderSide;
  /** Contracts, > 0. */
  readonly quantity: number;
  /** Quote unit; absent for a market order. */
  readonly limitPrice?: number;
  readonly mmpGroup?: string;
  readonly replacesOrderId?: string;
  readonly isReduceOnly: boolean;
  /** 0 is any. */
  readonly ifAccountSeqAtLeast: number;
  /** Milliseconds; 0 is the server's default. */
  readonly maxEpochAgeMs: number;
  readonly mode: CheckMode;
  /** Milliseconds; 0 is the server's default. */
  readonly reservationTtlMs: number;
}

export interface OrderDecision {
  /** Absent where the order fits. */
  readonly rejectCode?: RejectCode;
  /** Details of an invalid order. */
  readonly failure?: Failure;
  readonly accountSeq: number;
  /** 0 where there is no market. */
  readonly epoch: number;
  readonly before?: MarginNumbers;
  readonly after?: MarginNumbers;
  readonly reservationId?: string;
  readonly reservationExpiresAtMs?: number;
}
