/** How the margin of an account follows from books without pending orders, the same way live and in questions about the past. */
import type { Portfolio } from '../../domain/portfolio.js';

/**
 * The books that are margined for an account: the book with its orders where the model has a rule for them; else the book as it is and
 * the book with all that is pending filled, where it can be filled.
 */
export function booksToMargin(
  countsOrders: boolean,
  pending: Portfolio,
  readFilled: () => Portfolio | undefined,
): readonly [Portfolio, ...Portfolio[]] {
  const isByFills = !countsOrders && pending.openOrders.length > 0;
  const filled = isByFills ? readFilled() : undefined;
  if (filled === undefined) return [pending];
  return [
    { ...pending, openOrders: [] },
    { ...filled, openOrders: [] },
  ];
}

/**
 * The initial margin of an account from the rows of its books, the present one first: the initial excess is the smallest of all of
 * them, as the gate has it. One book keeps its own bits.
 */
export function initialMarginWithOrders(
  equity: ArrayLike<number>,
  initialMargin: ArrayLike<number>,
  first: number,
  count: number,
): number {
  if (count === 1) return initialMargin[first] ?? NaN;
  let initialExcess = Infinity;
  for (let row = first; row < first + count; row += 1)
    initialExcess = Math.min(initialExcess, (equity[row] ?? NaN) - (initialMargin[row] ?? NaN));
  return (equity[first] ?? NaN) - initialExcess;
}
