import type { OpenOrder } from '../../domain/portfolio.js';
import type { AccountView } from '../book/account.js';
import { quantityOf } from '../book/ledger.js';

/** The order that is asked about, where there is one. */
interface Asked {
  readonly clientOrderId: string;
  readonly replacesOrderId?: string;
}

/**
 * Everything that may still fill: open orders, and orders that margin is held for. An order that is to be replaced counts
 * until its replacement is there, unless the replacement is as large on the same side. The order that is asked about is left
 * out, and with it the one that it replaces.
 */
export function pendingOrders(account: AccountView, nowMs: number, asked?: Asked): OpenOrder[] {
  if (account.orders.size === 0 && account.reservations.size === 0) return [];
  const replaced = new Set<string>();
  if (asked?.replacesOrderId !== undefined) replaced.add(asked.replacesOrderId);
  const reserved: OpenOrder[] = [];
  for (const { order, replacesOrderId, expiresAtMs } of account.reservations.values()) {
    if (expiresAtMs <= nowMs || order.orderId === asked?.clientOrderId) continue;
    reserved.push(order);
    const old = account.orders.get(replacesOrderId);
    if (old !== undefined && covers(order, old)) replaced.add(replacesOrderId);
  }
  const open = [...account.orders.values()].filter(({ orderId }) => !replaced.has(orderId));
  return [...open, ...reserved];
}

/** Whether all that the old order could do, the new one could do as well or worse. */
function covers(order: OpenOrder, old: OpenOrder): boolean {
  if (order.instrument !== old.instrument || order.side !== old.side) return false;
  if (order.quantity < old.quantity || order.mmpGroup !== old.mmpGroup) return false;
  if (order.limitPrice === undefined || old.limitPrice === undefined)
    return order.limitPrice === old.limitPrice;
  return order.side === 'BUY' ? order.limitPrice >= old.limitPrice : order.limitPrice <= old.limitPrice;
}

/** Whether an order, with all that is pending on its side, could open or enlarge a position. */
export function opensOrEnlarges(
  account: AccountView,
  pending: readonly OpenOrder[],
  instrument: string,
  signed: number,
): boolean {
  const position = account.positions.get(instrument);
  const held = position === undefined ? 0 : quantityOf(position.ledger.quantityUnits);
  if (held * signed >= 0) return true;
  const side = signed > 0 ? 'BUY' : 'SELL';
  let size = Math.abs(signed);
  for (const order of pending)
    if (order.instrument === instrument && order.side === side) size += order.quantity;
  return size > Math.abs(held);
}
