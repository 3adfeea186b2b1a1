import type { Instrument } from '../../domain/instrument.js';
import type { Portfolio } from '../../domain/portfolio.js';
import type { AccountView } from '../book/account.js';
import { AccountDraft } from '../book/account-draft.js';
import { accountPortfolio } from '../book/account-portfolio.js';
import { EventMemory } from '../book/event-memory.js';
import { bookFill } from '../book/trade.js';
import { pendingOrders } from '../gate/pending-orders.js';

/** What fills are booked with. */
export interface FillWorld {
  readonly termsOf: (instrument: string) => Instrument | undefined;
  /** Mark of an order without a limit, quote unit; NaN for none. */
  readonly markOf: (instrument: string) => number;
}

/** The account with everything that may still fill as its open orders, reservations among them. */
export function pendingPortfolio(account: AccountView, nowMs: number): Portfolio {
  return { ...accountPortfolio(account), openOrders: pendingOrders(account, nowMs) };
}

/**
 * The account once everything pending has filled at its limits, on the ledgers that book real fills; undefined where nothing is
 * pending or a fill cannot be booked.
 */
export function filledPortfolio(
  account: AccountView,
  nowMs: number,
  world: FillWorld,
): Portfolio | undefined {
  const pending = pendingOrders(account, nowMs);
  if (pending.length === 0) return undefined;
  const draft = new AccountDraft({
    ...account,
    positions: new Map(account.positions),
    balances: new Map(account.balances),
    flows: new Map(account.flows),
    orders: new Map(),
    groups: new Map(),
    reservations: new Map(),
    events: new EventMemory(),
  });
  for (const { instrument, side, quantity, limitPrice } of pending) {
    const terms = world.termsOf(instrument);
    if (terms === undefined) return undefined;
    const price = limitPrice ?? world.markOf(instrument);
    const booked = bookFill(draft, { tradeId: '', orderId: '', instrument, side, quantity, price }, terms);
    if (!booked.ok) return undefined;
  }
  draft.commit();
  return accountPortfolio(draft.account);
}

/** When the first reservation lapses that has not yet; Infinity for none. */
export function nextLapseMs(account: AccountView, nowMs: number): number {
  let nextMs = Infinity;
  for (const { expiresAtMs } of account.reservations.values())
    if (expiresAtMs > nowMs) nextMs = Math.min(nextMs, expiresAtMs);
  return nextMs;
}
