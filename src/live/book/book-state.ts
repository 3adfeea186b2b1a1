import type { AccountEvent } from '../../domain/account-event.js';
import type { Instrument } from '../../domain/instrument.js';
import { success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import type { Account } from './account.js';
import { copyAccount, newAccount } from './account.js';
import { AccountDraft } from './account-draft.js';
import { draftEvent, unknownAccount } from './apply-event.js';
import type { TermsOf } from './apply-event.js';
import type { BookRecord } from './book-record.js';
import { bookReplacement } from './replace-book.js';

/** Source of the memory of idempotency keys, which no event can have. */
export const REPLACEMENT_SOURCE = '\u0000PutPortfolio';

/**
 * All accounts: a function of the records that were applied, in their order, and of nothing else. It reads no clock and no
 * market, so that a replay gives the same state bit for bit.
 */
export class BookState {
  readonly accounts = new Map<string, Account>();
  /** Terms of every instrument that any record has named. */
  readonly instruments = new Map<string, Instrument>();

  /** Another state with the same accounts, which goes its own way. */
  copy(): BookState {
    const copy = new BookState();
    for (const [name, terms] of this.instruments) copy.instruments.set(name, terms);
    for (const [accountId, account] of this.accounts) copy.accounts.set(accountId, copyAccount(account));
    return copy;
  }

  /** Makes the change of a record, or leaves everything as it was; the accounts that changed. */
  apply(record: BookRecord): Outcome<readonly Account[]> {
    const given = new Map(record.instruments.map((terms) => [terms.name, terms]));
    const termsOf: TermsOf = (name) => given.get(name) ?? this.instruments.get(name);
    const done = this.#apply(record, termsOf);
    if (done.ok) for (const terms of record.instruments) this.instruments.set(terms.name, terms);
    return done;
  }

  #apply(record: BookRecord, termsOf: TermsOf): Outcome<readonly Account[]> {
    switch (record.type) {
      case 'EVENTS':
        return this.#events(record.events, termsOf);
      case 'REPLACED':
        return this.#replace(record, termsOf);
      case 'RESERVED':
        return this.#reserve(record);
    }
  }

  /** One event, or several that stand for one: every draft is made before the first is committed. */
  #events(events: readonly AccountEvent[], termsOf: TermsOf): Outcome<readonly Account[]> {
    const drafted: { event: AccountEvent; drafts: readonly AccountDraft[] }[] = [];
    for (const event of events) {
      const drafts = draftEvent(event, { account: (id) => this.accounts.get(id), termsOf });
      if (!drafts.ok) return drafts;
      drafted.push({ event, drafts: drafts.value });
    }
    const changed: Account[] = [];
    for (const { event, drafts } of drafted) {
      for (const draft of drafts) {
        draft.commit();
        changed.push(draft.account);
      }
      const [own] = drafts;
      own?.account.events.add(event, own.account.seq);
    }
    return success(changed);
  }

  #replace(record: BookRecord & { type: 'REPLACED' }, termsOf: TermsOf): Outcome<readonly Account[]> {
    const { replacement, timeMs } = record;
    const { accountId } = replacement.portfolio;
    const account = this.accounts.get(accountId) ?? newAccount(accountId);
    const draft = new AccountDraft(account);
    const replaced = bookReplacement(draft, replacement, record.openCosts.map(BigInt), termsOf);
    if (!replaced.ok) return replaced;
    draft.commit();
    this.accounts.set(accountId, account);
    if (replacement.idempotencyKey !== '') {
      const key = {
        eventId: replacement.idempotencyKey,
        source: REPLACEMENT_SOURCE,
        sourceSequence: 0,
        timeMs,
      };
      account.events.add(key, account.seq);
    }
    return success([account]);
  }

  /** Holds margin for an order; what has lapsed by the time of the record goes. The sequence number grows like for any change. */
  #reserve(record: BookRecord & { type: 'RESERVED' }): Outcome<readonly Account[]> {
    const { accountId, reservation, timeMs } = record;
    const account = this.accounts.get(accountId);
    if (account === undefined) return unknownAccount('accountId', accountId);
    const draft = new AccountDraft(account);
    for (const [clientOrderId, { expiresAtMs }] of account.reservations)
      if (expiresAtMs <= timeMs) draft.setReservation(clientOrderId, undefined);
    draft.setReservation(reservation.order.orderId, reservation);
    draft.commit();
    return success([account]);
  }
}
