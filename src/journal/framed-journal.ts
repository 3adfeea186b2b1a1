/** The journal over any storage: opening with a check of everything since the latest snapshot, appending, fencing, forgetting. */
import { expected } from '../domain/outcome.js';
import { JOURNAL_FRAMES_REMOVED_PER_COMMIT } from '../limits.js';
import { checkRecords } from './check-records.js';
import { advanceCheckpoint } from './checkpoint.js';
import type { Checkpoint } from './checkpoint.js';
import { failed, refused } from './failed.js';
import { GroupCommit } from './group-commit.js';
import type { LogEnd } from './group-commit.js';
import { JournalReadError } from './journal.js';
import type {
  Appended,
  Journal,
  JournalEntry,
  JournalEnvironment,
  JournalFailure,
  JournalOutcome,
  JournalRecord,
  JournalWriter,
  Snapshot,
} from './journal.js';
import { encodeMeta } from './meta.js';
import type { Meta } from './meta.js';
import { encodeSnapshot } from './snapshot-file.js';
import type { SourceSequences } from './source-sequences.js';
import { frameOf, lastRecordedBy, latestIntactSnapshot, readOutcome } from './stored-log.js';
import type { JournalStorage } from './storage.js';

/** What opening found; `open-framed.ts` establishes it. */
export interface OpenedLog {
  readonly meta: Meta;
  readonly end: LogEnd;
  /** Source sequences at the end. */
  readonly sources: SourceSequences;
  /** What the latest intact snapshot covers. */
  readonly checkpoint: Checkpoint;
}

export class FramedJournal implements Journal {
  readonly #storage: JournalStorage;
  readonly #environment: JournalEnvironment;
  readonly #commits: GroupCommit;
  readonly #sources: SourceSequences;
  #checkpoint: Checkpoint;
  #meta: Meta;
  /** Meta records and truncation, one after the other. */
  #upkeep: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(storage: JournalStorage, environment: JournalEnvironment, log: OpenedLog) {
    this.#storage = storage;
    this.#environment = environment;
    this.#meta = log.meta;
    this.#sources = log.sources;
    this.#checkpoint = log.checkpoint;
    this.#commits = new GroupCommit(storage, environment, log.end);
  }

  get firstSequence(): number {
    return this.#meta.firstSequence;
  }

  get lastSequence(): number {
    return this.#commits.durable.lastSequence;
  }

  get generation(): number {
    return this.#meta.generation;
  }

  get stopped(): JournalFailure | undefined {
    return this.#commits.stopped;
  }

  async *read(fromSequence: number): AsyncGenerator<readonly JournalEntry[]> {
    let next = fromSequence;
    for (;;) {
      const refusal = this.#readRefusal(next);
      if (refusal !== undefined) throw new JournalReadError(refusal);
      const frame = frameOf(this.#storage, next);
      if (frame === undefined || frame.firstSequence > this.lastSequence) return;
      const skip = next - frame.firstSequence;
      yield skip === 0 ? frame.entries : frame.entries.slice(skip);
      next = frame.lastSequence + 1;
      await this.#environment.pause();
    }
  }

  sequenceAt(timeMs: number): JournalOutcome<number> {
    if (this.#isClosed) return CLOSED;
    const found = readOutcome(() =>
      lastRecordedBy(this.#storage, timeMs, this.firstSequence, this.lastSequence),
    );
    return found.ok && found.value < this.firstSequence ? { ok: true, value: 0 } : found;
  }

  async latestSnapshot(atOrBefore = Infinity): Promise<JournalOutcome<Snapshot | undefined>> {
    if (this.#isClosed) return CLOSED;
    const { snapshot, damaged } = await latestIntactSnapshot(this.#storage, atOrBefore);
    // Without an intact one a state follows from the entries alone, as long as none of them has been forgotten.
    if (snapshot === undefined && damaged > 0 && this.firstSequence > 1)
      return refused('DAMAGED', `None of ${damaged} snapshots is intact`);
    return { ok: true, value: snapshot };
  }

  async fence(generation: number): Promise<JournalOutcome<JournalWriter>> {
    if (this.#isClosed) return CLOSED;
    if (!Number.isSafeInteger(generation) || generation < 1)
      return refused('INVALID_RECORD', expected('an integer >= 1', 'generation', generation));
    if (generation <= this.generation)
      return refused('FENCED', `Generation ${this.generation} was fenced before generation ${generation}`);
    this.#meta = { ...this.#meta, generation };
    await this.#commits.settled();
    const stored = await this.#storeMeta();
    if (!stored.ok) return stored;
    return { ok: true, value: this.#writer(generation) };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#commits.settled();
    await this.#upkeep;
    await this.#storage.close();
  }

  #writer(generation: number): JournalWriter {
    return {
      generation,
      append: (records) => this.#append(records, generation),
      lastSourceSequence: (accountId, source) => this.#sources.last(accountId, source),
      snapshot: (sequence, state) => this.#snapshot(sequence, state, generation),
      truncate: (firstSequence) => this.#truncate(firstSequence, generation),
    };
  }

  #readRefusal(sequence: number): JournalFailure | undefined {
    if (this.#isClosed) return CLOSED.failure;
    if (sequence >= this.firstSequence) return undefined;
    const message = `Entries before ${this.firstSequence} were removed; ${sequence} was asked for`;
    return { reason: 'TRUNCATED', message };
  }

  /** Why a writer may not write now. */
  #refusal(generation: number): JournalFailure | undefined {
    if (this.#isClosed) return CLOSED.failure;
    if (this.stopped !== undefined) return this.stopped;
    if (generation === this.generation) return undefined;
    const message = `Generation ${this.generation} writes now; the writer of generation ${generation} is fenced`;
    return { reason: 'FENCED', message };
  }

  #append(records: readonly JournalRecord[], generation: number): Promise<JournalOutcome<Appended>> {
    const refusal = this.#refusal(generation) ?? checkRecords(records) ?? this.#queueRefusal(records);
    if (refusal !== undefined) return Promise.resolve(failed(refusal));
    const repeatOrGap = this.#sources.accept(records);
    if (repeatOrGap !== undefined) return Promise.resolve(failed(repeatOrGap));
    return this.#commits.append(records, generation);
  }

  #queueRefusal(records: readonly JournalRecord[]): JournalFailure | undefined {
    if (this.#commits.hasRoom(records)) return undefined;
    return { reason: 'QUEUE_FULL', message: 'Too many bytes wait to become durable; try again later' };
  }

  async #snapshot(sequence: number, state: Uint8Array, generation: number): Promise<JournalOutcome<void>> {
    const refusal = this.#refusal(generation);
    if (refusal !== undefined) return failed(refusal);
    const from = this.#checkpoint.sequence;
    if (!Number.isSafeInteger(sequence) || sequence < from || sequence > this.lastSequence)
      return refused('INVALID_RECORD', expected(`${from} to ${this.lastSequence}`, 'sequence', sequence));
    try {
      const checkpoint = await advanceCheckpoint(this.#checkpoint, sequence, (first) => this.read(first));
      await this.#storage.putSnapshot(sequence, encodeSnapshot({ ...checkpoint, generation, state }));
      if (sequence > this.#checkpoint.sequence) this.#checkpoint = checkpoint;
      return { ok: true, value: undefined };
    } catch (error) {
      // A snapshot that was not written loses nothing: the log still has what it would have covered.
      if (error instanceof JournalReadError) return failed(error.failure);
      return refused('UNAVAILABLE', `The snapshot was not written: ${messageOf(error)}`);
    }
  }

  async #truncate(firstSequence: number, generation: number): Promise<JournalOutcome<void>> {
    const refusal = this.#refusal(generation);
    if (refusal !== undefined) return failed(refusal);
    const highest = this.#checkpoint.sequence + 1;
    if (!Number.isSafeInteger(firstSequence) || firstSequence < 1 || firstSequence > highest)
      return refused('INVALID_RECORD', expected(`1 to ${highest}`, 'firstSequence', firstSequence));
    if (firstSequence <= this.firstSequence) return { ok: true, value: undefined };
    this.#meta = { ...this.#meta, firstSequence };
    const stored = await this.#storeMeta();
    if (!stored.ok) return stored;
    return this.#write(() => this.#forgetBefore(firstSequence));
  }

  async #forgetBefore(firstSequence: number): Promise<void> {
    for (const sequence of await this.#storage.snapshots()) {
      if (sequence < firstSequence - 1) await this.#storage.removeSnapshot(sequence);
    }
    // The frame that holds the first kept entry stays, also where it begins before it.
    const kept = this.#storage.frameAtOrBefore(firstSequence)?.firstSequence ?? firstSequence;
    let removed = Infinity;
    while (removed > 0 && !this.#isClosed) {
      removed = await this.#storage.removeFramesBefore(kept, JOURNAL_FRAMES_REMOVED_PER_COMMIT);
    }
  }

  #storeMeta(): Promise<JournalOutcome<void>> {
    return this.#write(() => this.#storage.putMeta(encodeMeta(this.#meta)));
  }

  /** A write beside the commits, after those before it; a failed one stops the journal as a failed commit does. */
  #write(write: () => Promise<void>): Promise<JournalOutcome<void>> {
    const done = this.#upkeep.then(async (): Promise<JournalOutcome<void>> => {
      if (this.stopped !== undefined) return failed(this.stopped);
      try {
        await write();
        return { ok: true, value: undefined };
      } catch (error) {
        return failed(this.#commits.stop(error));
      }
    });
    this.#upkeep = done;
    return done;
  }
}

const CLOSED = refused('CLOSED', 'The journal is closed');

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
