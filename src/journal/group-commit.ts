/**
 * One commit at a time; what is appended meanwhile gathers in the next one. After the first commit that fails nothing is
 * written any more: what a failed sync left on the disk is unknown, and a later sync that succeeds says nothing about it.
 */
import { JOURNAL_FRAME_BYTES, JOURNAL_QUEUE_BYTES_MAX } from '../limits.js';
import { failed } from './failed.js';
import { FrameBuilder, encodedBytesMax } from './frame.js';
import type {
  Appended,
  JournalEnvironment,
  JournalFailure,
  JournalOutcome,
  JournalRecord,
} from './journal.js';
import type { JournalStorage } from './storage.js';

interface Waiting {
  readonly firstSequence: number;
  readonly lastSequence: number;
  readonly resolve: (outcome: JournalOutcome<Appended>) => void;
}

interface OpenFrame {
  readonly builder: FrameBuilder;
  readonly firstSequence: number;
  readonly generation: number;
  readonly waiting: Waiting[];
}

export interface LogEnd {
  readonly lastSequence: number;
  readonly recordedAtMs: number;
}

export class GroupCommit {
  readonly #storage: JournalStorage;
  readonly #environment: JournalEnvironment;
  /** Frames that wait; the last one still takes records. */
  readonly #queue: OpenFrame[] = [];
  #queuedBytes = 0;
  #nextSequence: number;
  #durable: LogEnd;
  #stopped: JournalFailure | undefined;
  #committing: Promise<void> | undefined;

  constructor(storage: JournalStorage, environment: JournalEnvironment, end: LogEnd) {
    this.#storage = storage;
    this.#environment = environment;
    this.#durable = end;
    this.#nextSequence = end.lastSequence + 1;
  }

  /** End of what is durable. */
  get durable(): LogEnd {
    return this.#durable;
  }

  get stopped(): JournalFailure | undefined {
    return this.#stopped;
  }

  /** Whether the queue takes these records now. */
  hasRoom(records: readonly JournalRecord[]): boolean {
    const bytes = records.reduce((sum, record) => sum + encodedBytesMax(record), 0);
    return this.#queue.length === 0 || this.#queuedBytes + bytes <= JOURNAL_QUEUE_BYTES_MAX;
  }

  append(records: readonly JournalRecord[], generation: number): Promise<JournalOutcome<Appended>> {
    if (this.#stopped !== undefined) return Promise.resolve(failed(this.#stopped));
    const frame = this.#openFrame(generation);
    const before = frame.builder.bytes;
    for (const record of records) frame.builder.add(record);
    this.#queuedBytes += frame.builder.bytes - before;
    const firstSequence = this.#nextSequence;
    this.#nextSequence += records.length;
    this.#committing ??= this.#commitAll();
    return new Promise((resolve) => {
      frame.waiting.push({ firstSequence, lastSequence: this.#nextSequence - 1, resolve });
    });
  }

  /** Resolves when nothing waits any more, durable or failed. */
  async settled(): Promise<void> {
    while (this.#committing !== undefined) await this.#committing;
  }

  /** Acknowledges nothing from now on. The first cause is kept. */
  stop(cause: unknown): JournalFailure {
    const message = cause instanceof Error ? cause.message : String(cause);
    this.#stopped ??= {
      reason: 'STOPPED',
      message: `A write failed and nothing is acknowledged any more: ${message}`,
    };
    return this.#stopped;
  }

  #openFrame(generation: number): OpenFrame {
    const last = this.#queue.at(-1);
    if (last?.generation === generation && last.builder.bytes < JOURNAL_FRAME_BYTES) return last;
    const frame = {
      builder: new FrameBuilder(),
      firstSequence: this.#nextSequence,
      generation,
      waiting: [],
    };
    this.#queue.push(frame);
    return frame;
  }

  async #commitAll(): Promise<void> {
    await this.#environment.pause();
    for (let frame = this.#queue.shift(); frame !== undefined; frame = this.#queue.shift()) {
      await this.#commit(frame);
    }
    this.#committing = undefined;
  }

  async #commit(frame: OpenFrame): Promise<void> {
    const { firstSequence, generation } = frame;
    const recordedAtMs = Math.max(this.#environment.clock(), this.#durable.recordedAtMs);
    const bytes = frame.builder.seal({ firstSequence, recordedAtMs, generation });
    if (this.#stopped === undefined) {
      try {
        await this.#storage.putFrame(firstSequence, bytes);
        this.#durable = { lastSequence: firstSequence + frame.builder.count - 1, recordedAtMs };
      } catch (error) {
        this.stop(error);
      }
    }
    this.#queuedBytes = this.#queue.length === 0 ? 0 : this.#queuedBytes - bytes.byteLength;
    for (const { resolve, firstSequence: first, lastSequence } of frame.waiting) {
      resolve(
        this.#stopped === undefined
          ? { ok: true, value: { firstSequence: first, lastSequence, recordedAtMs } }
          : failed(this.#stopped),
      );
    }
  }
}
