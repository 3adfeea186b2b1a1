import { success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import type { OpenOrder } from '../../domain/portfolio.js';
import type { ResolvedLeg, WhatIfBook } from '../../engine/what-if-book.js';
import type { Market } from '../../market/snapshot/market.js';
import type { MarginNumbers } from '../../domain/simulation.js';
import type { ResolvedModel } from '../../models/resolved-model.js';
import { legOf, marginsWithOrders, resolveAll } from '../gate/margins-with-orders.js';

export interface Simulation {
  readonly before: MarginNumbers;
  readonly after: MarginNumbers;
  /** The state with the smallest initial excess, the first and the last among them. */
  readonly peak: MarginNumbers;
  /** Legs executed at `peak`. */
  readonly peakAfterLegs: number;
}

/** What margins are about: a book with its vectors and what may still fill. */
export interface PendingBook {
  readonly book: WhatIfBook;
  readonly pending: readonly OpenOrder[];
  readonly market: Market;
  readonly model: ResolvedModel;
}

/**
 * Margins before, after and at the worst point of a sequence of trades, by the calculation that the gate enforces: pending orders
 * count in every state. Failures name `legs[i]` or the portfolio's field.
 */
export function simulate(held: PendingBook, legs: readonly ResolvedLeg[]): Outcome<Simulation> {
  const { book, pending, market, model } = held;
  const margins = marginsWithOrders(book, market, model, pending, undefined);
  if (!margins.ok) return margins;
  const states = statesAlong(held, legs);
  if (!states.ok) return states;
  let peak = margins.value.before;
  let peakAfterLegs = 0;
  for (const [index, state] of states.value.entries()) {
    if (state.initialExcess >= peak.initialExcess) continue;
    peak = state;
    peakAfterLegs = index + 1;
  }
  const after = states.value.at(-1) ?? margins.value.before;
  return success({ before: margins.value.before, after, peak, peakAfterLegs });
}

/** Margins after every prefix of the legs, with what is pending. */
function statesAlong(
  { book, pending, market, model }: PendingBook,
  legs: readonly ResolvedLeg[],
): Outcome<MarginNumbers[]> {
  const orders = resolveAll(pending, market);
  if (!orders.ok) return orders;
  if (model.countsOrders) return book.path(legs, orders.value);
  const plain = book.path(legs);
  if (!plain.ok || pending.length === 0) return plain;
  const fills = orders.value.map(legOf);
  const states: MarginNumbers[] = [];
  for (const [index, state] of plain.value.entries()) {
    const filled = book.after([...legs.slice(0, index + 1), ...fills]);
    if (!filled.ok) return filled;
    states.push(filled.value.initialExcess < state.initialExcess ? filled.value : state);
  }
  return success(states);
}
