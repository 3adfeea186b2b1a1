import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import type { MarginNumbers } from '../../domain/simulation.js';
import { firstAllowances, phasedIn, type AccountAllowance } from '../../recalibration/governance/phase-in.js';
import type { BookMargins } from './margins-with-orders.js';

/** A book under a set of parameters that is being phased out. */
export interface ReplacedBook {
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
  /** What the account is let off; undefined where its first margins under the new parameters are still to come. */
  readonly allowance: AccountAllowance | undefined;
  /** Undefined where the replaced set gives no margin: then nothing is let off. */
  readonly book: BookMargins | undefined;
}

/**
 * The margins that are enforced of a book, and of what it would be after trades and orders, while parameters are phased in: by the
 * rule of live margins, so that what is added pays in full and what is taken away takes its part of the allowance along. Each
 * state costs one more calculation for every set that is being phased out.
 */
export class PhasedBook implements BookMargins {
  readonly before: MarginNumbers;
  readonly #replaced: readonly (ReplacedBook & { readonly allowance: AccountAllowance })[];

  constructor(
    private readonly book: BookMargins,
    replaced: readonly ReplacedBook[],
    private readonly nowMs: number,
  ) {
    this.#replaced = replaced.map((one) => ({
      ...one,
      allowance: one.allowance ?? firstAllowances(book.before, one.book?.before),
    }));
    this.before = this.#enforced(book.before, ({ before }) => success(before));
  }

  after(...call: Parameters<BookMargins['after']>): Outcome<MarginNumbers> {
    return this.#phased((book) => book.after(...call));
  }

  numbersAfter(...call: Parameters<BookMargins['numbersAfter']>): Outcome<MarginNumbers> {
    return this.#phased((book) => book.numbersAfter(...call));
  }

  withOrders(...call: Parameters<BookMargins['withOrders']>): Outcome<MarginNumbers> {
    return this.#phased((book) => book.withOrders(...call));
  }

  #phased(state: (book: BookMargins) => Outcome<MarginNumbers>): Outcome<MarginNumbers> {
    const asked = state(this.book);
    return asked.ok ? success(this.#enforced(asked.value, state)) : asked;
  }

  #enforced(asked: MarginNumbers, state: (book: BookMargins) => Outcome<MarginNumbers>): MarginNumbers {
    const replaced = this.#replaced.map(({ sinceMs, allowance, book }) => {
      const old = book === undefined ? undefined : state(book);
      return { sinceMs, allowance, old: old?.ok === true ? old.value : undefined };
    });
    const { initialMargin, maintenanceMargin } = phasedIn(asked, replaced, this.nowMs).enforced;
    return {
      ...asked,
      initialMargin,
      maintenanceMargin,
      initialExcess: asked.initialExcess + (asked.initialMargin - initialMargin),
      maintenanceExcess: asked.maintenanceExcess + (asked.maintenanceMargin - maintenanceMargin),
    };
  }
}
