/** What the margin of an account rested on at a moment of the past: the book, the market and the rules, from the journal alone. */
import type { JournalFailure, JournalOutcome, JournalReader } from '../../journal/journal.js';
import { JournalReadError } from '../../journal/journal.js';
import type { Account } from '../book/account.js';
import { bookAt } from '../recovery/replay-book.js';
import { EPOCH_RECORD_KIND, isWhole, rebuildEpoch } from './epoch-record.js';
import type { RecordedEpoch } from './epoch-record.js';

/** Entries that are read first to find the epoch of a moment; four times as many when there is no whole one among them. */
const FIRST_WINDOW_ENTRIES = 4_096;
const WINDOW_GROWTH = 4;

export interface Moment extends RecordedEpoch {
  /** Undefined for an account that was not there. */
  readonly account: Account | undefined;
}

/** A moment that is found, or from when on moments are kept; `oldestMs` is undefined where nothing is. */
export type MomentFound = { readonly moment: Moment } | { readonly oldestMs: number | undefined };

/** Answers one question after the other: each holds a whole book while it is answered. */
export class MarginHistory {
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly journal: JournalReader,
    /** Lets others have their turn. */
    private readonly pause: () => Promise<void>,
  ) {}

  /** The state after the last entry that was recorded at or before a time, milliseconds since 1970. */
  at(timeMs: number, accountId: string): Promise<JournalOutcome<MomentFound>> {
    const answer = this.#last.then(() => this.#find(timeMs, accountId));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #find(timeMs: number, accountId: string): Promise<JournalOutcome<MomentFound>> {
    try {
      const sequence = this.journal.sequenceAt(timeMs);
      if (!sequence.ok) return sequence;
      const epoch = await this.#epochAt(sequence.value);
      if (epoch === undefined) return { ok: true, value: { oldestMs: await this.#oldestMs() } };
      const book = await bookAt(this.journal, sequence.value, this.pause);
      if (!book.ok) return book;
      const account = book.value.state.accounts.get(accountId);
      return { ok: true, value: { moment: { ...epoch, account } } };
    } catch (error) {
      return { ok: false, failure: failureOf(error) };
    }
  }

  /** The last epoch at or before an entry; undefined when it is no longer kept. */
  async #epochAt(sequence: number): Promise<RecordedEpoch | undefined> {
    const { journal } = this;
    for (let window = FIRST_WINDOW_ENTRIES; ; window *= WINDOW_GROWTH) {
      const from = Math.max(journal.firstSequence, sequence - window + 1);
      const records = await this.#epochRecords(from, sequence);
      if (records.length > 0) return rebuildEpoch(records);
      if (from <= journal.firstSequence) return undefined;
    }
  }

  /** The last whole epoch between two entries and the changes after it; empty where there is no whole one. */
  async #epochRecords(from: number, to: number): Promise<readonly Uint8Array[]> {
    let records: Uint8Array[] = [];
    for await (const entries of this.journal.read(from)) {
      for (const { kind, sequence, payload } of entries) {
        if (sequence > to) return records;
        if (kind !== EPOCH_RECORD_KIND) continue;
        if (isWhole(payload)) records = [payload];
        else if (records.length > 0) records.push(payload);
      }
    }
    return records;
  }

  async #oldestMs(): Promise<number | undefined> {
    for await (const entries of this.journal.read(this.journal.firstSequence))
      for (const { kind, payload, recordedAtMs } of entries)
        if (kind === EPOCH_RECORD_KIND && isWhole(payload)) return recordedAtMs;
    return undefined;
  }
}

function failureOf(error: unknown): JournalFailure {
  if (error instanceof JournalReadError) return error.failure;
  return { reason: 'DAMAGED', message: error instanceof Error ? error.message : String(error) };
}
