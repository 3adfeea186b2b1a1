import type { AccountChange, AccountEvent } from '../../domain/account-event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { TermsOf } from './apply-event.js';
import type { BookState } from './book-state.js';

/** Finds the terms that a record must carry: those that the book has not met yet, or that have changed since. */
export class InstrumentsMet {
  /** Terms that were compared and found the same, by reference: a market keeps its records from epoch to epoch. */
  readonly #same = new WeakSet<Instrument>();

  constructor(private readonly market: TermsOf) {}

  namedIn(events: readonly AccountEvent[], state: BookState): Instrument[] {
    return this.named(
      events.flatMap(({ change }) => namesOf(change)),
      state,
    );
  }

  named(holders: readonly { readonly instrument: string }[], state: BookState): Instrument[] {
    const found = new Map<string, Instrument>();
    for (const { instrument } of holders) {
      const terms = this.market(instrument);
      if (terms === undefined || this.#same.has(terms) || found.has(instrument)) continue;
      const known = state.instruments.get(instrument);
      if (known !== undefined && areSame(known, terms)) this.#same.add(terms);
      else found.set(instrument, terms);
    }
    return [...found.values()];
  }
}

function namesOf(change: AccountChange): readonly { readonly instrument: string }[] {
  switch (change.kind) {
    case 'FILL':
      return [change.fill];
    case 'ORDER_PLACED':
      return [change.order];
    case 'ORDER_REPLACED':
      return [change.replacement];
    case 'FUNDING':
    case 'SETTLEMENT':
      return [change];
    case 'BLOCK_TRADE':
      return change.fills;
    default:
      return [];
  }
}

function areSame(a: Instrument, b: Instrument): boolean {
  const keys = Object.keys(b) as (keyof Instrument)[];
  return Object.keys(a).length === keys.length && keys.every((key) => a[key] === b[key]);
}
