/**
 * The durable log behind everything that is acknowledged. A record is an opaque payload of an account; the log gives it a
 * sequence number and a time, keeps it, and gives it back in the same order with the same bytes. Adapters: a directory on
 * disk (`open-directory.ts`), memory (`open-memory.ts`); one conformance suite holds for all of them.
 */
import type { Outcome } from '../domain/outcome.js';

/** Why the journal refused, stopped or could not be opened. */
export const JOURNAL_FAILURE_REASONS = [
  /** A field of a record or an argument is outside its documented range. */
  'INVALID_RECORD',
  /** The source sequence was recorded before: the record is safe and must not be applied again. */
  'DUPLICATE',
  /** Source sequences before this record are missing; ask the source for them. */
  'SEQUENCE_GAP',
  /** A later generation writes now; this writer never will again. */
  'FENCED',
  /** More bytes wait to become durable than the queue holds; nothing was taken, try again. */
  'QUEUE_FULL',
  /** A commit failed: whether its records are durable is unknown, and nothing is acknowledged any more. Reads go on. */
  'STOPPED',
  /** The journal was closed. */
  'CLOSED',
  /** Another process has the journal open. */
  'LOCKED',
  /** The format, or the version of the storage library, is not one that this program reads. */
  'INCOMPATIBLE',
  /** Stored bytes are not what was written: a checksum, a sequence number or a file is wrong or absent. */
  'DAMAGED',
  /** The entries were removed after a later snapshot. */
  'TRUNCATED',
  /** The directory could not be opened, created or read. */
  'UNAVAILABLE',
] as const;

export type JournalFailureReason = (typeof JOURNAL_FAILURE_REASONS)[number];

export interface JournalFailure {
  readonly reason: JournalFailureReason;
  /** What was wrong and what was expected, in one sentence. */
  readonly message: string;
  /** Which record of the refused batch. */
  readonly recordIndex?: number;
  /** For `DUPLICATE` and `SEQUENCE_GAP`: the last source sequence that the journal has. */
  readonly lastSourceSequence?: number;
}

export type JournalOutcome<T> = Outcome<T, JournalFailure>;

/** A read that cannot go on: damage, or entries that were removed meanwhile. */
export class JournalReadError extends Error {
  override readonly name = 'JournalReadError';
  constructor(readonly failure: JournalFailure) {
    super(`${failure.reason}: ${failure.message}`);
  }
}

export interface JournalRecord {
  /** What the payload is, e.g. `account-event`; 1 to `JOURNAL_KIND_LENGTH_MAX` characters. */
  readonly kind: string;
  /** Whose; empty for what belongs to no account. At most `NAME_LENGTH_MAX` characters. */
  readonly accountId: string;
  /** Who reports it; at most `NAME_LENGTH_MAX` characters. */
  readonly source: string;
  /**
   * Grows by one per account and source, from wherever the source begins; 0 where the source does not count. A repeat is
   * refused as `DUPLICATE`, a jump as `SEQUENCE_GAP`.
   */
  readonly sourceSequence: number;
  /** Copied before `append` returns. At most `JOURNAL_RECORD_BYTES_MAX` bytes. */
  readonly payload: Uint8Array;
}

export interface JournalEntry extends JournalRecord {
  /** Position in the log: 1, 2, 3, ... without a gap. */
  readonly sequence: number;
  /** When it was committed, milliseconds since the epoch; never falls from one entry to the next. */
  readonly recordedAtMs: number;
  /** Generation of the writer. */
  readonly generation: number;
}

/** What an append became. */
export interface Appended {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly recordedAtMs: number;
}

/** The state of whoever reads the log, as of one entry. */
export interface Snapshot {
  /** The state is the one after this entry; 0 is the state before all. */
  readonly sequence: number;
  /** Time of that entry; 0 for none. */
  readonly recordedAtMs: number;
  /** What the writer gave to `snapshot`. */
  readonly state: Uint8Array;
}

export interface JournalReader {
  /** First entry that is still kept; `lastSequence` + 1 when there is none. */
  readonly firstSequence: number;
  /** Last durable entry; 0 for none. */
  readonly lastSequence: number;
  /** Generation of the latest fence; 0 before the first. */
  readonly generation: number;
  /** Why the journal acknowledges nothing any more; undefined while it does. */
  readonly stopped: JournalFailure | undefined;
  /**
   * Durable entries from `fromSequence` on, in groups as they were committed, up to the last one that is durable when the
   * reading gets there.
   *
   * @throws {JournalReadError} `TRUNCATED` or `DAMAGED`, while iterating.
   */
  read(fromSequence: number): AsyncIterable<readonly JournalEntry[]>;
  /** Last entry that was recorded at or before a time; 0 when every kept entry is later. */
  sequenceAt(timeMs: number): JournalOutcome<number>;
  /** Latest intact snapshot, or the latest whose sequence is not above `atOrBefore`; undefined when there is none, or none intact and every entry is kept. */
  latestSnapshot(atOrBefore?: number): Promise<JournalOutcome<Snapshot | undefined>>;
}

/** The right to append, until somebody fences with a higher generation. */
export interface JournalWriter {
  readonly generation: number;
  /**
   * Appends all records or none. Resolves when they are durable: they survive a crash of the process and of the machine.
   * Order of appends is order in the log, and answers come in that order; a caller need not wait for one before the next.
   */
  append(records: readonly JournalRecord[]): Promise<JournalOutcome<Appended>>;
  /** Last source sequence accepted of an account's source, durable or on its way; 0 for none. */
  lastSourceSequence(accountId: string, source: string): number;
  /** Keeps the state after a durable entry. Resolves when it is durable. `state` must not change meanwhile. */
  snapshot(sequence: number, state: Uint8Array): Promise<JournalOutcome<void>>;
  /**
   * Forgets entries below `firstSequence`, in whole groups, and the snapshots before them. Refused unless a snapshot
   * covers what is forgotten.
   */
  truncate(firstSequence: number): Promise<JournalOutcome<void>>;
}

export interface Journal extends JournalReader {
  /**
   * Makes every writer of a lower generation fail from now on, and gives the right to append. What was appended before the
   * call is committed first. `FENCED` unless the generation is above all earlier ones.
   */
  fence(generation: number): Promise<JournalOutcome<JournalWriter>>;
  /** Commits what was appended, then lets go of the storage. */
  close(): Promise<void>;
}

/** What the journal needs from outside, injected so that a simulation can own it. */
export interface JournalEnvironment {
  /** Milliseconds since the epoch. It may go back: recorded times do not. */
  readonly clock: () => number;
  /** Lets other work run; appends of one turn meet in one commit. */
  readonly pause: () => Promise<void>;
}
