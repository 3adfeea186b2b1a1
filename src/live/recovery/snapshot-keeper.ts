/**
 * Snapshots beside the running book: a second state follows the durable entries, so that a snapshot is exactly the state after
 * an entry and the book never waits for one.
 */
import type { JournalOutcome, JournalReader, JournalWriter } from '../../journal/journal.js';
import { JournalReadError } from '../../journal/journal.js';
import { BOOK_RECORD_KIND, decodeRecord } from '../book/book-record.js';
import { snapshotParts } from '../book/book-snapshot.js';
import { decodeStateChange, STATE_RECORD_KIND } from '../state/standing-steps.js';
import { applyRecord } from './replay-book.js';
import type { BookAt } from './replay-book.js';

export interface SnapshotPolicy {
  /** Durable entries after which a new snapshot is due. */
  readonly everyEntries: number;
  /** Milliseconds that entries are kept for questions about the past; those since the snapshot before the last one always are. */
  readonly keepMs: number;
  /** Entries that are kept at most, snapshots apart, however young they are. */
  readonly keepEntries: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called after each snapshot: what a reader of the entries after it needs besides the book is recorded again. */
  readonly onSnapshot?: () => void;
  /** Lets others have their turn while a snapshot is made. */
  readonly pause: () => Promise<void>;
}

export class SnapshotKeeper {
  readonly #journal: JournalReader;
  readonly #writer: JournalWriter;
  readonly #policy: SnapshotPolicy;
  /** State after the last entry that was read here. */
  #shadow: BookAt;
  #lastSnapshot: number;
  /** Snapshots that entries are still kept from, oldest first, the last one left out. */
  readonly #earlier: { readonly sequence: number; readonly takenAtMs: number }[] = [];
  #lastTakenAtMs: number;
  #running: Promise<JournalOutcome<boolean>> | undefined;

  /** `from` is a state of its own that nobody else changes, see `recoverBook`. */
  constructor(journal: JournalReader, writer: JournalWriter, from: BookAt, policy: SnapshotPolicy) {
    this.#journal = journal;
    this.#writer = writer;
    this.#policy = policy;
    this.#shadow = from;
    this.#lastSnapshot = from.snapshotSequence;
    this.#lastTakenAtMs = policy.now();
  }

  /** Takes a snapshot when one is due; whether it did. Calls meet in one that is under way. */
  takeIfDue(): Promise<JournalOutcome<boolean>> {
    if (this.#running !== undefined) return this.#running;
    if (this.#journal.lastSequence < this.#lastSnapshot + this.#policy.everyEntries)
      return Promise.resolve({ ok: true, value: false });
    this.#running = this.#take().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #take(): Promise<JournalOutcome<boolean>> {
    try {
      await this.#follow();
    } catch (error) {
      if (error instanceof JournalReadError) return { ok: false, failure: error.failure };
      throw error;
    }
    const { state, steps, sequence } = this.#shadow;
    const parts: Uint8Array[] = [];
    for (const part of snapshotParts(state, steps)) {
      parts.push(part);
      await this.#policy.pause();
    }
    const kept = await this.#writer.snapshot(sequence, Buffer.concat(parts));
    if (!kept.ok) return kept;
    this.#earlier.push({ sequence: this.#lastSnapshot, takenAtMs: this.#lastTakenAtMs });
    this.#lastSnapshot = sequence;
    this.#lastTakenAtMs = this.#policy.now();
    this.#policy.onSnapshot?.();
    const forgotten = await this.#forget();
    return forgotten.ok ? { ok: true, value: true } : forgotten;
  }

  /** Forgets what is before the youngest snapshot that is old enough, or that enough entries have followed. */
  async #forget(): Promise<JournalOutcome<void>> {
    const { keepMs, keepEntries, now } = this.#policy;
    const keptFromMs = now() - keepMs;
    const keptFrom = this.#journal.lastSequence - keepEntries;
    const from = this.#earlier.findLast(
      ({ sequence, takenAtMs }) => takenAtMs <= keptFromMs || sequence <= keptFrom,
    );
    if (from === undefined) return { ok: true, value: undefined };
    this.#earlier.splice(0, this.#earlier.indexOf(from));
    return this.#writer.truncate(from.sequence + 1);
  }

  async #follow(): Promise<void> {
    const { state, steps } = this.#shadow;
    for await (const entries of this.#journal.read(this.#shadow.sequence + 1)) {
      for (const { kind, sequence, payload } of entries) {
        if (kind === BOOK_RECORD_KIND) applyRecord(state, decodeRecord(payload));
        else if (kind === STATE_RECORD_KIND) steps.apply(decodeStateChange(payload));
        this.#shadow = { ...this.#shadow, sequence };
      }
    }
  }
}
