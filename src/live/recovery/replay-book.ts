/** The accounts as the journal has them: after a restart, at an entry, at a time. State is a function of the records alone. */
import type { JournalFailure, JournalOutcome, JournalReader } from '../../journal/journal.js';
import { JournalReadError } from '../../journal/journal.js';
import { REPLAYED_PER_TURN } from '../../limits.js';
import type { AccountBook } from '../book/account-book.js';
import { BOOK_RECORD_KIND, decodeRecord } from '../book/book-record.js';
import type { BookRecord } from '../book/book-record.js';
import { readSnapshot, readSnapshotInTurns } from '../book/book-snapshot.js';
import { BookState } from '../book/book-state.js';
import { decodeStateChange, STATE_RECORD_KIND, StandingSteps } from '../state/standing-steps.js';

interface Recovered {
  /** Entry whose snapshot the replay began with; 0 for none. */
  readonly snapshotSequence: number;
  /** Last entry replayed. */
  readonly lastSequence: number;
}

/**
 * Brings a new book to the state of everything durable; what it answers is a copy, for a `SnapshotKeeper`. The book must not have changed
 * before.
 */
export async function recoverBook(journal: Replayable, book: AccountBook): Promise<JournalOutcome<BookAt>> {
  const recovered = await bookAt(journal);
  // Reading and replaying once and copying takes half the time of doing it for each.
  if (recovered.ok) book.restore(recovered.value.state.copy());
  return recovered;
}

export interface BookAt {
  readonly state: BookState;
  /** Where accounts stood on the ladder. */
  readonly steps: StandingSteps;
  /** Last entry that is in the state. */
  readonly sequence: number;
  /** Entry whose snapshot the replay began with; 0 for none. */
  readonly snapshotSequence: number;
}

/** What a replay needs of a journal. */
export type Replayable = Pick<JournalReader, 'read' | 'latestSnapshot'>;

/**
 * A state of its own after an entry, or after the last durable one. `pause` lets others have their turn while a snapshot is read and
 * many records are replayed.
 */
export async function bookAt(
  journal: Replayable,
  sequence = Infinity,
  pause?: () => Promise<void>,
): Promise<JournalOutcome<BookAt>> {
  let state = new BookState();
  let steps = new StandingSteps();
  const recovered = await replayInto(journal, sequence, {
    ...(pause === undefined ? {} : { pause }),
    restore: async (snapshot) => {
      ({ state, steps } =
        pause === undefined ? readSnapshot(snapshot) : await readSnapshotInTurns(snapshot, pause));
    },
    replay: (record) => {
      applyRecord(state, record);
    },
    step: (payload) => {
      steps.apply(decodeStateChange(payload));
    },
  });
  if (!recovered.ok) return recovered;
  const { snapshotSequence, lastSequence } = recovered.value;
  return { ok: true, value: { state, steps, sequence: lastSequence, snapshotSequence } };
}

/** The accounts as they were recorded at a time; `TRUNCATED` for a time before everything that is kept. */
export async function bookAsOf(
  journal: JournalReader,
  timeMs: number,
  pause?: () => Promise<void>,
): Promise<JournalOutcome<BookAt>> {
  const sequence = journal.sequenceAt(timeMs);
  if (!sequence.ok) return sequence;
  return bookAt(journal, sequence.value, pause);
}

/** Applies a record that was accepted once. @throws {Error} when it does not fit: the log is not of this book. */
export function applyRecord(state: BookState, record: BookRecord): void {
  const applied = state.apply(record);
  if (!applied.ok) throw new Error(`a record does not fit the book: ${applied.failure.message}`);
}

interface Target {
  readonly restore: (snapshot: Uint8Array) => Promise<void>;
  readonly replay: (record: BookRecord) => void;
  /** A change of an account's margin state. */
  readonly step: (payload: Uint8Array) => void;
  readonly pause?: () => Promise<void>;
}

async function replayInto(
  journal: Replayable,
  upTo: number,
  { restore, replay, step, pause }: Target,
): Promise<JournalOutcome<Recovered>> {
  const snapshot = await journal.latestSnapshot(upTo);
  if (!snapshot.ok) return snapshot;
  const snapshotSequence = snapshot.value?.sequence ?? 0;
  let lastSequence = snapshotSequence;
  let untilPause = REPLAYED_PER_TURN;
  try {
    if (snapshot.value !== undefined) await restore(snapshot.value.state);
    if (lastSequence >= upTo) return { ok: true, value: { snapshotSequence, lastSequence } };
    for await (const entries of journal.read(snapshotSequence + 1)) {
      for (const { kind, sequence, payload } of entries) {
        if (sequence > upTo) return { ok: true, value: { snapshotSequence, lastSequence } };
        if (kind === BOOK_RECORD_KIND) {
          replay(decodeRecord(payload));
          untilPause -= 1;
        } else if (kind === STATE_RECORD_KIND) step(payload);
        lastSequence = sequence;
        if (pause === undefined || untilPause > 0) continue;
        untilPause = REPLAYED_PER_TURN;
        await pause();
      }
    }
  } catch (error) {
    return { ok: false, failure: failureOf(error, lastSequence) };
  }
  return { ok: true, value: { snapshotSequence, lastSequence } };
}

function failureOf(error: unknown, lastSequence: number): JournalFailure {
  if (error instanceof JournalReadError) return error.failure;
  const cause = error instanceof Error ? error.message : String(error);
  return { reason: 'DAMAGED', message: `After entry ${lastSequence}: ${cause}` };
}
