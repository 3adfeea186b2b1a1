import type { AccountDetails } from '../../domain/account-event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { OpenOrder } from '../../domain/portfolio.js';
import type { Account, CashFlows, LedgerPosition, ProtectionGroup, Reservation } from './account.js';
import { NO_FLOWS } from './account.js';
import { isPaidUpFront } from './ledger.js';

/**
 * One change of an account before it is certain. Reads see the change, the account does not: it is committed as a whole or
 * dropped, so that what fails half-way leaves nothing behind.
 */
export class AccountDraft {
  readonly #positions = new Map<string, LedgerPosition | undefined>();
  readonly #balances = new Map<string, bigint>();
  readonly #flows = new Map<string, CashFlows>();
  readonly #orders = new Map<string, OpenOrder | undefined>();
  readonly #groups = new Map<string, ProtectionGroup | undefined>();
  readonly #reservations = new Map<string, Reservation | undefined>();
  #details: AccountDetails | undefined;

  constructor(readonly account: Account) {}

  position(instrument: string): LedgerPosition | undefined {
    return this.#positions.has(instrument)
      ? this.#positions.get(instrument)
      : this.account.positions.get(instrument);
  }

  /** Absent, or of zero contracts with nothing owed: the position is gone. */
  setPosition(instrument: string, position: LedgerPosition | undefined): void {
    this.#positions.set(instrument, position);
  }

  balance(asset: string): bigint {
    return this.#balances.get(asset) ?? this.account.balances.get(asset) ?? 0n;
  }

  addBalance(asset: string, units: bigint): void {
    if (units !== 0n) this.#balances.set(asset, this.balance(asset) + units);
  }

  /** Adds to what has flowed in one currency; it does not touch the balance. */
  addFlows(currency: string, change: Partial<CashFlows>): void {
    const before = this.#flows.get(currency) ?? this.account.flows.get(currency) ?? NO_FLOWS;
    this.#flows.set(currency, {
      netDeposits: before.netDeposits + (change.netDeposits ?? 0n),
      realisedPnl: before.realisedPnl + (change.realisedPnl ?? 0n),
      feesPaid: before.feesPaid + (change.feesPaid ?? 0n),
      fundingReceived: before.fundingReceived + (change.fundingReceived ?? 0n),
    });
  }

  order(orderId: string): OpenOrder | undefined {
    return this.#orders.has(orderId) ? this.#orders.get(orderId) : this.account.orders.get(orderId);
  }

  setOrder(orderId: string, order: OpenOrder | undefined): void {
    this.#orders.set(orderId, order);
  }

  /** How many orders there are with the change. */
  get orderCount(): number {
    let count = this.account.orders.size;
    for (const [orderId, order] of this.#orders)
      count += (order === undefined ? 0 : 1) - (this.account.orders.has(orderId) ? 1 : 0);
    return count;
  }

  removeOrders(shouldGo: (order: OpenOrder) => boolean): void {
    for (const order of this.account.orders.values())
      if (this.order(order.orderId) !== undefined && shouldGo(order))
        this.#orders.set(order.orderId, undefined);
  }

  group(name: string): ProtectionGroup | undefined {
    return this.#groups.has(name) ? this.#groups.get(name) : this.account.groups.get(name);
  }

  setGroup(name: string, group: ProtectionGroup | undefined): void {
    this.#groups.set(name, group);
  }

  reservation(clientOrderId: string): Reservation | undefined {
    return this.#reservations.has(clientOrderId)
      ? this.#reservations.get(clientOrderId)
      : this.account.reservations.get(clientOrderId);
  }

  setReservation(clientOrderId: string, reservation: Reservation | undefined): void {
    if (reservation !== undefined || this.reservation(clientOrderId) !== undefined)
      this.#reservations.set(clientOrderId, reservation);
  }

  setDetails(details: AccountDetails): void {
    this.#details = details;
  }

  /** Empties the account of everything that a replacement of its book states anew. */
  clear(): void {
    for (const name of this.account.positions.keys()) this.#positions.set(name, undefined);
    for (const asset of this.account.balances.keys()) this.#balances.set(asset, 0n);
    for (const orderId of this.account.orders.keys()) this.#orders.set(orderId, undefined);
    for (const name of this.account.groups.keys()) this.#groups.set(name, undefined);
    for (const id of this.account.reservations.keys()) this.#reservations.set(id, undefined);
  }

  /** Counts the book as it stands as what was deposited: cash, and what its options cost. */
  restartFlows(): void {
    for (const currency of this.account.flows.keys()) this.#flows.set(currency, NO_FLOWS);
    for (const [asset, units] of this.#balances) if (units !== 0n) this.#restart(asset, units);
    for (const position of this.#positions.values())
      if (position !== undefined && isPaidUpFront(position.terms))
        this.addFlows(position.terms.settlementCurrency, { netDeposits: position.ledger.openCost });
  }

  #restart(currency: string, netDeposits: bigint): void {
    this.#flows.set(currency, { ...NO_FLOWS, netDeposits });
  }

  /** Terms of an instrument that the account holds, in the change or before it. */
  termsOf(instrument: string): Instrument | undefined {
    return this.position(instrument)?.terms ?? this.account.positions.get(instrument)?.terms;
  }

  /** Makes the change and gives the account its next sequence number. */
  commit(): void {
    const { account } = this;
    if (this.#details !== undefined) account.details = this.#details;
    write(account.positions, this.#positions);
    for (const [asset, units] of this.#balances) {
      if (units === 0n) account.balances.delete(asset);
      else account.balances.set(asset, units);
    }
    for (const [currency, flows] of this.#flows) account.flows.set(currency, flows);
    write(account.orders, this.#orders);
    write(account.groups, this.#groups);
    write(account.reservations, this.#reservations);
    account.seq += 1;
  }
}

function write<Value>(into: Map<string, Value>, changes: ReadonlyMap<string, Value | undefined>): void {
  for (const [key, value] of changes) {
    if (value === undefined) into.delete(key);
    else into.set(key, value);
  }
}
