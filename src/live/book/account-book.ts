import type { AccountEvent, AccountReplacement, EventStatus } from '../../domain/account-event.js';
import type { Instrument } from '../../domain/instrument.js';
import { expected, failure, failureUnder, success } from '../../domain/outcome.js';
import type { Failure, Outcome } from '../../domain/outcome.js';
import { ACCOUNTS_MAX, EVENT_AHEAD_MS_MAX, RECORDS_WAITING_MAX } from '../../limits.js';
import type { Account, AccountView, Reservation } from './account.js';
import { unknownAccount, checkEnvelope } from './apply-event.js';
import type { TermsOf } from './apply-event.js';
import { BOOK_RECORD_KIND, encodeRecord } from './book-record.js';
import type { BookRecord } from './book-record.js';
import { BookState, REPLACEMENT_SOURCE } from './book-state.js';
import { encodeSnapshot } from './book-snapshot.js';
import { DurableQueue } from './durable-queue.js';
import type { EventLog } from './durable-queue.js';
import { InstrumentsMet } from './instruments-met.js';
import { checkName } from './names.js';
import { openCosts } from './replace-book.js';
import type { MarkOf } from './replace-book.js';
import { SequenceWaiters } from './sequence-waiters.js';
import { unitsOf } from './event-units.js';

/** What the book asks of the world when it decides; a replay asks nothing. */
export interface BookWorld {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Terms in the current market. */
  readonly termsOf: TermsOf;
  /** Mark in the current market, quote unit; NaN for none. */
  readonly markOf: MarkOf;
  /** Why an event that takes money away or trades in a block must not happen; undefined where it may. */
  readonly refusal: (event: AccountEvent) => Failure | undefined;
}

export interface Acknowledgement {
  readonly eventId: string;
  readonly status: EventStatus;
  /** Sequence number of the account after the event; of the account now for one that was refused. */
  readonly accountSeq: number;
  readonly failure?: Failure;
}

/**
 * The accounts of one process and their only writer. A change is decided and made at once, in the order of the calls, and
 * acknowledged when the log has it: whoever reads `durably` never sees what a crash could undo.
 */
export class AccountBook {
  #state = new BookState();
  readonly #queue: DurableQueue;
  readonly #waiters = new SequenceWaiters();
  readonly #listeners = new Set<(account: AccountView) => void>();
  readonly #met: InstrumentsMet;
  #sortedIds: readonly string[] = [];

  constructor(
    private readonly world: BookWorld,
    log: EventLog,
  ) {
    this.#queue = new DurableQueue(log);
    this.#met = new InstrumentsMet(world.termsOf);
  }

  get(accountId: string): AccountView | undefined {
    return this.#state.accounts.get(accountId);
  }

  /** In the order of their making. */
  accounts(): IterableIterator<AccountView> {
    return this.#state.accounts.values();
  }

  /** Ids of all accounts in their order. */
  sortedIds(): readonly string[] {
    if (this.#sortedIds.length !== this.size) this.#sortedIds = [...this.#state.accounts.keys()].sort();
    return this.#sortedIds;
  }

  get size(): number {
    return this.#state.accounts.size;
  }

  /** Terms of an instrument that some record has named, or that the market knows now. */
  termsOf(instrument: string): Instrument | undefined {
    return this.world.termsOf(instrument) ?? this.#state.instruments.get(instrument);
  }

  /** Mark in the current market, quote unit; NaN for none. */
  markOf(instrument: string): number {
    return this.world.markOf(instrument);
  }

  /** Called after every change, before it is durable. Returns how to stop. */
  onChange(listener: (account: AccountView) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when everything that the caller could have read is durable; rejects with `LogStoppedError`. */
  durable(): Promise<void> {
    return this.#queue.durable();
  }

  /** Why nothing is acknowledged any more; undefined while it is. */
  get stopped(): { readonly reason: string; readonly message: string } | undefined {
    return this.#queue.failure;
  }

  /** The account once it has at least this sequence number; undefined when the signal comes first. */
  async atSequence(
    accountId: string,
    accountSeq: number,
    signal?: AbortSignal,
  ): Promise<AccountView | undefined> {
    if ((this.get(accountId)?.seq ?? 0) < accountSeq) {
      const isReached = await this.#waiters.wait(accountId, accountSeq, signal);
      if (!isReached) return undefined;
    }
    await this.durable();
    return this.get(accountId);
  }

  /** Decides and applies events in their order; one acknowledgement each, once all of them are durable. */
  async record(events: readonly AccountEvent[]): Promise<Acknowledgement[]> {
    const acknowledgements: Acknowledgement[] = [];
    for (const unit of unitsOf(events)) acknowledgements.push(...this.#recordUnit(unit));
    await this.durable();
    return acknowledgements;
  }

  /** Puts a whole book in the place of an account's; its new sequence number, once durable. */
  async replace(replacement: AccountReplacement): Promise<Outcome<number>> {
    const decided = this.#replaceNow(replacement);
    if (decided.ok) await this.durable();
    return decided;
  }

  /** Holds margin for an order that the caller has found to fit, at once; durable when `durable()` resolves. */
  reserve(accountId: string, reservation: Reservation): Outcome<number> {
    const record: BookRecord = {
      type: 'RESERVED',
      instruments: [],
      timeMs: this.world.now(),
      accountId,
      reservation,
    };
    const applied = this.#write(record, accountId, '');
    return applied.ok ? success(this.#seqOf(accountId)) : applied;
  }

  /** The whole state as bytes; equal states have equal bytes. */
  snapshot(): Uint8Array {
    return encodeSnapshot(this.#state);
  }

  /** Takes a state in the place of the present one; it belongs to the book from now on. */
  restore(state: BookState): void {
    this.#state = state;
    this.#sortedIds = [];
  }

  #recordUnit(unit: readonly AccountEvent[]): Acknowledgement[] {
    const repeats: (number | undefined)[] = [];
    for (const event of unit) {
      const judged = this.#judge(event);
      if (!judged.ok) return unit.map((one) => this.#refused(one, judged.failure));
      repeats.push(judged.value);
    }
    const events = unit.filter((_, at) => repeats[at] === undefined);
    const [first] = events;
    if (first !== undefined) {
      const record: BookRecord = {
        type: 'EVENTS',
        events,
        instruments: this.#met.namedIn(events, this.#state),
      };
      const applied = this.#write(record, first.accountId, first.source);
      if (!applied.ok) return unit.map((event) => this.#refused(event, applied.failure));
    }
    return unit.map(({ eventId, accountId }, at) => {
      const now = this.#seqOf(accountId);
      const before = repeats[at];
      if (before === undefined) return { eventId, status: 'ACCEPTED', accountSeq: now };
      // A repeat whose id is forgotten is known by its source's sequence only.
      return { eventId, status: 'DUPLICATE', accountSeq: before > 0 ? before : now };
    });
  }

  /** The account's sequence number at the first coming of a repeat; undefined for an event that is new and may happen. */
  #judge(event: AccountEvent): Outcome<number | undefined> {
    const checked = checkEnvelope(event);
    if (!checked.ok) return checked;
    const account = this.#state.accounts.get(event.accountId);
    if (account === undefined) return unknownAccount('accountId', event.accountId);
    const novelty = account.events.judge(event);
    if (!novelty.ok) return novelty;
    if (!novelty.value.isNew) return success(novelty.value.accountSeq);
    const latest = this.world.now() + EVENT_AHEAD_MS_MAX;
    if (event.timeMs > latest) {
      const wanted = `a time up to ${new Date(latest).toISOString()}`;
      return failure('INVALID_VALUE', 'time', expected(wanted, 'time', new Date(event.timeMs).toISOString()));
    }
    const refusal = this.world.refusal(event);
    return refusal === undefined ? success(undefined) : { ok: false, failure: refusal };
  }

  #refused({ eventId, accountId }: AccountEvent, reason: Failure): Acknowledgement {
    return { eventId, status: 'REFUSED', accountSeq: this.#seqOf(accountId), failure: reason };
  }

  #replaceNow(replacement: AccountReplacement): Outcome<number> {
    const { portfolio, ifAccountSeq, idempotencyKey } = replacement;
    const account = this.#state.accounts.get(portfolio.accountId);
    if (account === undefined && this.#state.accounts.size >= ACCOUNTS_MAX) {
      const most = `at most ${String(ACCOUNTS_MAX)} accounts`;
      return failure('LIMIT_EXCEEDED', 'portfolio.accountId', expected(most, 'accounts', ACCOUNTS_MAX + 1));
    }
    const named = checkName(idempotencyKey, 'idempotencyKey', true);
    if (!named.ok) return named;
    const timeMs = this.world.now();
    if (idempotencyKey !== '' && account !== undefined) {
      const key = { eventId: idempotencyKey, source: REPLACEMENT_SOURCE, sourceSequence: 0, timeMs };
      const novelty = account.events.judge(key);
      if (novelty.ok && !novelty.value.isNew) return success(novelty.value.accountSeq);
    }
    const seq = account?.seq ?? 0;
    if (ifAccountSeq !== undefined && ifAccountSeq !== seq) {
      const wanted = `${String(seq)}, the account's sequence number,`;
      return failure('SEQUENCE_CONFLICT', 'ifAccountSeq', expected(wanted, 'ifAccountSeq', ifAccountSeq));
    }
    const termsOf: TermsOf = (name) => this.termsOf(name);
    const costs = openCosts(portfolio, termsOf, this.world.markOf);
    if (!costs.ok) return failureUnder('portfolio', costs.failure);
    const record: BookRecord = {
      type: 'REPLACED',
      timeMs,
      replacement,
      openCosts: costs.value.map(String),
      instruments: this.#met.named([...portfolio.positions, ...portfolio.openOrders], this.#state),
    };
    const applied = this.#write(record, portfolio.accountId, '');
    if (!applied.ok) return failureUnder('portfolio', applied.failure);
    return success(this.#seqOf(portfolio.accountId));
  }

  /** Applies a record and hands it to the log; nothing happens when it does not fit or when the log takes no more. */
  #write(record: BookRecord, accountId: string, source: string): Outcome<readonly Account[]> {
    const stopped = this.#queue.failure;
    if (stopped !== undefined)
      return failure(
        'SEQUENCE_CONFLICT',
        '',
        `The journal acknowledges nothing any more: ${stopped.message}`,
      );
    if (this.#queue.length >= RECORDS_WAITING_MAX) {
      const most = `at most ${String(RECORDS_WAITING_MAX)} changes that wait for the journal`;
      return failure('LIMIT_EXCEEDED', '', expected(most, 'changes', this.#queue.length));
    }
    const applied = this.#state.apply(record);
    if (!applied.ok) return applied;
    this.#queue.push({
      kind: BOOK_RECORD_KIND,
      accountId,
      source,
      sourceSequence: 0,
      payload: encodeRecord(record),
    });
    for (const account of applied.value) {
      this.#waiters.reached(account.accountId, account.seq);
      for (const listener of this.#listeners) listener(account);
    }
    return applied;
  }

  #seqOf(accountId: string): number {
    return this.#state.accounts.get(accountId)?.seq ?? 0;
  }
}
