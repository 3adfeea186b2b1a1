import { expected, failure, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import type { OpenOrder } from '../../domain/portfolio.js';
import type { ResolvedLeg } from '../../engine/what-if-book.js';
import type { Market } from '../../market/snapshot/market.js';
import type { MarginNumbers } from '../../domain/simulation.js';
import type { ResolvedOrder } from '../../models/model.js';
import type { ResolvedModel } from '../../models/resolved-model.js';

/** Margins of a book as it is, and as it would be; a `WhatIfBook` has them. Failures name `legs[i]`. */
export interface BookMargins {
  /** Without orders. */
  readonly before: MarginNumbers;
  after(legs: readonly ResolvedLeg[], orders?: readonly ResolvedOrder[]): Outcome<MarginNumbers>;
  numbersAfter(legs: readonly ResolvedLeg[]): Outcome<MarginNumbers>;
  withOrders(orders: readonly ResolvedOrder[]): Outcome<MarginNumbers>;
}

export interface MarginsWithOrders {
  /** With everything that is pending. */
  readonly before: MarginNumbers;
  /** With the order as well; `before` where there is none. */
  readonly after: MarginNumbers;
  /** With the order filled, and the rest pending. */
  readonly filled: MarginNumbers;
}

/**
 * Margins of a book with its pending orders and with one more. A model that has a rule for orders counts them by it, at their
 * worst side in every scenario. For one that has none the worst of these states counts: nothing fills, all that is pending
 * fills, the new order fills alone, all of it fills.
 */
export function marginsWithOrders(
  book: BookMargins,
  market: Market,
  model: ResolvedModel,
  pending: readonly OpenOrder[],
  order: OpenOrder | undefined,
): Outcome<MarginsWithOrders> {
  const resolved = resolveAll(pending, market);
  if (!resolved.ok) return resolved;
  const added = order === undefined ? success([]) : resolveAll([order], market);
  if (!added.ok) return added;
  return model.countsOrders
    ? byRule(book, resolved.value, added.value)
    : asFilled(book, resolved.value.map(legOf), added.value.map(legOf));
}

function byRule(
  book: BookMargins,
  pending: readonly ResolvedOrder[],
  added: readonly ResolvedOrder[],
): Outcome<MarginsWithOrders> {
  const before = pending.length === 0 ? success(book.before) : book.withOrders(pending);
  if (!before.ok || added.length === 0) return before.ok ? success(same(before.value)) : before;
  const after = book.withOrders([...pending, ...added]);
  if (!after.ok) return after;
  if (after.value.initialExcess >= 0)
    return success({ before: before.value, after: after.value, filled: after.value });
  const filled = book.after(added.map(legOf), pending);
  return filled.ok ? success({ before: before.value, after: after.value, filled: filled.value }) : filled;
}

function asFilled(
  book: BookMargins,
  pending: readonly ResolvedLeg[],
  added: readonly ResolvedLeg[],
): Outcome<MarginsWithOrders> {
  const before = worstOfStates(book, [pending]);
  if (!before.ok || added.length === 0) return before.ok ? success(same(before.value)) : before;
  const filled = worstOfStates(book, [added], false);
  if (!filled.ok) return filled;
  const all = pending.length === 0 ? filled : worstOfStates(book, [[...pending, ...added]], false);
  if (!all.ok) return all;
  const states = [before.value, filled.value, all.value];
  const after = states.reduce((worst, state) => (state.initialExcess < worst.initialExcess ? state : worst));
  const better = filled.value.initialExcess < all.value.initialExcess ? filled.value : all.value;
  return success({ before: before.value, after, filled: better });
}

/** The state with the smallest initial excess, the book as it is among them. */
function worstOfStates(
  book: BookMargins,
  states: readonly (readonly ResolvedLeg[])[],
  withPresent = true,
): Outcome<MarginNumbers> {
  let worst: MarginNumbers | undefined = withPresent ? book.before : undefined;
  for (const legs of states) {
    if (legs.length === 0) continue;
    const state = book.numbersAfter(legs);
    if (!state.ok) return state;
    if (worst === undefined || state.value.initialExcess < worst.initialExcess) worst = state.value;
  }
  return success(worst ?? book.before);
}

function same(result: MarginNumbers): MarginsWithOrders {
  return { before: result, after: result, filled: result };
}

/** Orders with their rows in the market; a failure names the order. */
export function resolveAll(orders: readonly OpenOrder[], market: Market): Outcome<ResolvedOrder[]> {
  const resolved: ResolvedOrder[] = [];
  for (const [requestIndex, order] of orders.entries()) {
    const instrument = market.table.instrumentIndex.get(order.instrument);
    if (instrument === undefined) {
      const wanted = expected('an instrument of the market', 'instrument', order.instrument);
      return failure('UNKNOWN_INSTRUMENT', `openOrders[${String(requestIndex)}].instrument`, wanted);
    }
    resolved.push({ requestIndex, instrument, order });
  }
  return success(resolved);
}

/** The order as the trade that it becomes when it fills at its limit. */
export function legOf({ instrument, order }: ResolvedOrder): ResolvedLeg {
  const { side, quantity, limitPrice } = order;
  return {
    instrument,
    quantity: side === 'BUY' ? quantity : -quantity,
    ...(limitPrice === undefined ? {} : { price: limitPrice }),
  };
}
