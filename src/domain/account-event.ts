/** What happens to accounts, as their sources report it. Plain data: what the journal keeps is the same, as JSON. */
import type { Amount } from './money.js';
import type { MmpGroup, OpenOrder, OrderSide, Portfolio } from './portfolio.js';

/** Where an account belongs. */
export interface AccountDetails {
  /** Parent account; empty for a main account. */
  readonly parentAccountId: string;
  /** Who owns it; empty where nobody said. */
  readonly ownerId: string;
  /** Group of owners that limits apply to; empty where nobody said. */
  readonly groupId: string;
  /** Model that margins it; empty for the server's default. */
  readonly model: string;
}

/** A trade of the account. */
export interface Fill {
  readonly tradeId: string;
  /** Order that it filled; empty for none. */
  readonly orderId: string;
  readonly instrument: string;
  readonly side: OrderSide;
  /** Contracts, > 0. */
  readonly quantity: number;
  /** Quote unit of the instrument, >= 0. */
  readonly price: number;
  /** Positive is paid by the account, negative is a rebate. */
  readonly fee?: Amount;
}

export const MMP_CHANGES = ['SET', 'TRIGGERED', 'RESET', 'REMOVED'] as const;
/** What happened to a market-maker protection group; a triggered group's orders are cancelled and it is frozen until reset. */
export type MmpChange = (typeof MMP_CHANGES)[number];

/** Exactly what happened. */
export type AccountChange =
  | { readonly kind: 'FILL'; readonly fill: Fill }
  | { readonly kind: 'ORDER_PLACED'; readonly order: OpenOrder }
  | { readonly kind: 'ORDER_REPLACED'; readonly orderId: string; readonly replacement: OpenOrder }
  | { readonly kind: 'ORDER_CANCELLED'; readonly orderId: string }
  /** Empty fields match everything. */
  | {
      readonly kind: 'MASS_CANCELLED';
      readonly underlying: string;
      readonly instrument: string;
      readonly mmpGroup: string;
    }
  | { readonly kind: 'MMP_CHANGED'; readonly change: MmpChange; readonly group: MmpGroupChange }
  /** The event's account pays; units are positive. */
  | { readonly kind: 'TRANSFER'; readonly toAccountId: string; readonly amount: Amount }
  | { readonly kind: 'DEPOSIT'; readonly amount: Amount }
  /** Units are positive. */
  | { readonly kind: 'WITHDRAWAL'; readonly amount: Amount }
  /** Positive is received by the account. */
  | { readonly kind: 'FUNDING'; readonly instrument: string; readonly amount: Amount }
  /** `cash` positive is received by the account; absent: computed from the price. */
  | {
      readonly kind: 'SETTLEMENT';
      readonly instrument: string;
      readonly settlementPrice: number;
      readonly cash?: Amount;
    }
  /** All fills or none. */
  | { readonly kind: 'BLOCK_TRADE'; readonly blockId: string; readonly fills: readonly Fill[] };

/** A protection group as a change names it: limits are needed to set one only. */
export type MmpGroupChange = Omit<MmpGroup, 'quantityLimit'> & Partial<Pick<MmpGroup, 'quantityLimit'>>;

export interface AccountEvent {
  /** Unique for ever at its source; a repeat changes nothing. */
  readonly eventId: string;
  readonly accountId: string;
  /** Who reports it, e.g. `matching-engine-1`. */
  readonly source: string;
  /** Grows by one per account and source; 0 where the source has none. */
  readonly sourceSequence: number;
  /** When it happened, by the source's clock. */
  readonly timeMs: number;
  readonly change: AccountChange;
}

/** Replaces the whole book of an account. */
export interface AccountReplacement {
  readonly portfolio: Portfolio;
  /** Absent keeps what is known. */
  readonly details?: AccountDetails;
  /** Refuse unless the account has exactly this sequence number; absent is any. */
  readonly ifAccountSeq?: number;
  /** Makes a repeat harmless; empty for none. */
  readonly idempotencyKey: string;
}

export const EVENT_STATUSES = ['ACCEPTED', 'DUPLICATE', 'REFUSED'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];
