import type { AccountDetails } from '../../domain/account-event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { MmpGroup, OpenOrder } from '../../domain/portfolio.js';
import type { FuturePosition } from '../../market/marks/future-position.js';
import { EventMemory } from './event-memory.js';

/** An open position as an exact ledger. Its terms stay with it, so that a book needs no market to be replayed. */
export interface LedgerPosition {
  readonly terms: Instrument;
  /** `openCost` and the rest in `LEDGER_DECIMALS` of the settlement currency. */
  readonly ledger: FuturePosition;
  /** Funding accrued and not yet paid, ledger units; positive is owed to the account. */
  readonly unsettledFunding: bigint;
}

/** A protection group; while it is frozen no order of it may be placed. */
export interface ProtectionGroup extends MmpGroup {
  readonly isFrozen: boolean;
}

/** Margin held for an order that passed the gate and has not arrived yet. */
export interface Reservation {
  /** Hash of account, client order id and the sequence number that it rests on, hex. */
  readonly id: string;
  /** `orderId` is the client's: the order that arrives under it takes the reservation over. */
  readonly order: OpenOrder;
  /** Order that will go away when this one arrives; empty for none. */
  readonly replacesOrderId: string;
  readonly isReduceOnly: boolean;
  readonly expiresAtMs: number;
}

/** What has flowed through an account in one currency, ledger units: balance = deposits + realised - fees + funding - cost of what is held. */
export interface CashFlows {
  /** Deposits and transfers in, less withdrawals and transfers out. */
  readonly netDeposits: bigint;
  /** P&L of everything closed or settled, fees apart. */
  readonly realisedPnl: bigint;
  readonly feesPaid: bigint;
  readonly fundingReceived: bigint;
}

export const NO_FLOWS: CashFlows = { netDeposits: 0n, realisedPnl: 0n, feesPaid: 0n, fundingReceived: 0n };

export const NO_DETAILS: AccountDetails = { parentAccountId: '', ownerId: '', groupId: '', model: '' };

/**
 * One account. Changed in place, by its single writer (`AccountBook`) and only as a whole event at a time (`AccountDraft`);
 * everybody else reads. Ledger units are 10^-LEDGER_DECIMALS of the asset.
 */
export interface Account {
  readonly accountId: string;
  details: AccountDetails;
  /** Grows by one per change; 0 before the first. */
  seq: number;
  readonly positions: Map<string, LedgerPosition>;
  /** By asset; what is 0 is left out. */
  readonly balances: Map<string, bigint>;
  readonly flows: Map<string, CashFlows>;
  readonly orders: Map<string, OpenOrder>;
  readonly groups: Map<string, ProtectionGroup>;
  /** By client order id. */
  readonly reservations: Map<string, Reservation>;
  readonly events: EventMemory;
}

/** What may be read of an account by those who are not its writer. */
export type AccountView = Readonly<
  Omit<Account, 'positions' | 'balances' | 'flows' | 'orders' | 'groups' | 'reservations' | 'events'>
> & {
  readonly positions: ReadonlyMap<string, LedgerPosition>;
  readonly balances: ReadonlyMap<string, bigint>;
  readonly flows: ReadonlyMap<string, CashFlows>;
  readonly orders: ReadonlyMap<string, OpenOrder>;
  readonly groups: ReadonlyMap<string, ProtectionGroup>;
  readonly reservations: ReadonlyMap<string, Reservation>;
};

/** Another account with the same state, which goes its own way. Values are replaced and never changed, so that both share them. */
export function copyAccount(account: Account): Account {
  return {
    ...account,
    positions: new Map(account.positions),
    balances: new Map(account.balances),
    flows: new Map(account.flows),
    orders: new Map(account.orders),
    groups: new Map(account.groups),
    reservations: new Map(account.reservations),
    events: account.events.copy(),
  };
}

export function newAccount(accountId: string): Account {
  return {
    accountId,
    details: NO_DETAILS,
    seq: 0,
    positions: new Map(),
    balances: new Map(),
    flows: new Map(),
    orders: new Map(),
    groups: new Map(),
    reservations: new Map(),
    events: new EventMemory(),
  };
}
