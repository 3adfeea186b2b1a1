import type { MmpChange, MmpGroupChange } from '../../domain/account-event.js';
import type { Instrument } from '../../domain/instrument.js';
import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import type { OpenOrder } from '../../domain/portfolio.js';
import {
  MMP_GROUPS_PER_ACCOUNT_MAX,
  NAME_LENGTH_MAX,
  ORDERS_PER_PORTFOLIO_MAX,
  PRICE_MAX,
  QUANTITY_MAX,
} from '../../limits.js';
import type { AccountDraft } from './account-draft.js';
import { checkQuantity } from './ledger.js';

/** Underlying of an instrument by name, where anybody knows it. */
export type UnderlyingOf = (instrument: string) => string | undefined;

/** A resting order as the venue reports it. Its reservation has done its work. Failures name the field below the order. */
export function bookOrder(draft: AccountDraft, order: OpenOrder): Outcome<undefined> {
  const checked = checkOrder(order);
  if (!checked.ok) return checked;
  if (draft.order(order.orderId) !== undefined) {
    return failure('DUPLICATE', 'orderId', `Expected a new order but ${order.orderId} is open`);
  }
  if (draft.orderCount >= ORDERS_PER_PORTFOLIO_MAX) {
    const most = `at most ${String(ORDERS_PER_PORTFOLIO_MAX)} open orders`;
    return failure('LIMIT_EXCEEDED', 'orderId', expected(most, 'orderId', order.orderId));
  }
  if (order.mmpGroup !== undefined && draft.group(order.mmpGroup)?.isFrozen === true) {
    const wanted = `Expected an order outside the frozen group ${order.mmpGroup}`;
    return failure('SEQUENCE_CONFLICT', 'mmpGroup', wanted);
  }
  draft.setOrder(order.orderId, order);
  draft.setReservation(order.orderId, undefined);
  return success(undefined);
}

export function checkOrder({ orderId, quantity, limitPrice }: OpenOrder): Outcome<undefined> {
  if (orderId === '') return failure('MISSING_FIELD', 'orderId', expected('an order id', 'orderId', ''));
  if (orderId.length > NAME_LENGTH_MAX) {
    const most = `at most ${String(NAME_LENGTH_MAX)} characters`;
    return failure('LIMIT_EXCEEDED', 'orderId', expected(most, 'orderId', orderId));
  }
  if (!(quantity > 0 && quantity <= QUANTITY_MAX)) {
    const range = `a number > 0 and <= ${String(QUANTITY_MAX)}`;
    return failure('INVALID_VALUE', 'quantity', expected(range, 'quantity', quantity));
  }
  if (limitPrice !== undefined && !(limitPrice >= 0 && limitPrice <= PRICE_MAX)) {
    const range = `a number from 0 to ${String(PRICE_MAX)}`;
    return failure('INVALID_VALUE', 'limitPrice', expected(range, 'limitPrice', limitPrice));
  }
  const fits = checkQuantity(quantity, 'quantity');
  return fits.ok ? success(undefined) : fits;
}

/** The old order may be gone already, filled or cancelled: then the new one stands for itself. */
export function replaceOrder(
  draft: AccountDraft,
  orderId: string,
  replacement: OpenOrder,
): Outcome<undefined> {
  if (orderId === '') return failure('MISSING_FIELD', 'orderId', expected('an order id', 'orderId', ''));
  draft.setOrder(orderId, undefined);
  return bookOrder(draft, replacement);
}

/** An order that is not there is no error: it was filled while the cancellation was on its way. */
export function cancelOrder(draft: AccountDraft, orderId: string): Outcome<undefined> {
  if (orderId === '') return failure('MISSING_FIELD', 'orderId', expected('an order id', 'orderId', ''));
  draft.setOrder(orderId, undefined);
  draft.setReservation(orderId, undefined);
  return success(undefined);
}

interface CancelledOrders {
  readonly underlying: string;
  readonly instrument: string;
  readonly mmpGroup: string;
}

/** An order whose underlying nobody knows any more is not kept for it: cancelling is what was asked for. */
export function cancelMany(draft: AccountDraft, matching: CancelledOrders, underlyingOf: UnderlyingOf): void {
  const { underlying, instrument, mmpGroup } = matching;
  draft.removeOrders(
    (order) =>
      (instrument === '' || order.instrument === instrument) &&
      (mmpGroup === '' || order.mmpGroup === mmpGroup) &&
      (underlying === '' || (underlyingOf(order.instrument) ?? underlying) === underlying),
  );
}

/** Failures name the field below the change. */
export function changeGroup(
  draft: AccountDraft,
  change: MmpChange,
  group: MmpGroupChange,
): Outcome<undefined> {
  const { name, underlying, quantityLimit } = group;
  if (name === '') return failure('MISSING_FIELD', 'group.name', expected('a name', 'group.name', ''));
  const known = draft.group(name);
  if (change === 'SET') {
    if (quantityLimit === undefined || !(quantityLimit > 0 && quantityLimit <= QUANTITY_MAX)) {
      const field = 'group.quantityLimit';
      return failure('INVALID_VALUE', field, expected('a number > 0', field, quantityLimit));
    }
    if (known === undefined && draft.account.groups.size >= MMP_GROUPS_PER_ACCOUNT_MAX) {
      const most = `at most ${String(MMP_GROUPS_PER_ACCOUNT_MAX)} groups`;
      return failure('LIMIT_EXCEEDED', 'group.name', expected(most, 'group.name', name));
    }
    draft.setGroup(name, { name, underlying, quantityLimit, isFrozen: known?.isFrozen ?? false });
    return success(undefined);
  }
  if (known === undefined) {
    return failure('SEQUENCE_CONFLICT', 'group.name', expected('a group that was set', 'group.name', name));
  }
  if (change === 'REMOVED') draft.setGroup(name, undefined);
  else draft.setGroup(name, { ...known, isFrozen: change === 'TRIGGERED' });
  if (change === 'TRIGGERED') draft.removeOrders((order) => order.mmpGroup === name);
  return success(undefined);
}

/** Terms of an instrument as the underlying that mass cancellations ask for. */
export function underlyingFrom(terms: (instrument: string) => Instrument | undefined): UnderlyingOf {
  return (instrument) => terms(instrument)?.underlying;
}
