import { setTimeout as delay } from 'node:timers/promises';

/** One record as a journal takes it. */
export interface LogRecord {
  readonly kind: string;
  readonly accountId: string;
  readonly source: string;
  readonly sourceSequence: number;
  readonly payload: Uint8Array;
}

export interface LogFailure {
  readonly reason: string;
  readonly message: string;
}

/** Whether all records are durable, or why none can be counted on. */
export type Appending = { readonly ok: true } | { readonly ok: false; readonly failure: LogFailure };

/** What the book needs of a journal's writer; `JournalWriter` is one. */
export interface EventLog {
  /** All records or none, durable when it resolves; answers come in the order of the calls. */
  append(records: readonly LogRecord[]): Promise<Appending>;
}

/** Accounts in memory only: nothing survives the process, and everything is acknowledged at once. */
export const NO_LOG: EventLog = { append: () => Promise.resolve({ ok: true }) };

/** Wait before a full journal is asked again: a group commit takes a few milliseconds. */
const FULL_RETRY_MS = 2;

/**
 * Passes records to a log in their order, many at a time: what comes in while the log writes is written next. After the first
 * failure nothing is acknowledged any more.
 */
export class DurableQueue {
  #waiting: LogRecord[] = [];
  /** Resolves when everything pushed so far is durable. */
  #flushing: Promise<void> = Promise.resolve();
  #isScheduled = false;
  #failure: LogFailure | undefined;

  constructor(private readonly log: EventLog) {}

  /** Why nothing is acknowledged any more; undefined while it is. */
  get failure(): LogFailure | undefined {
    return this.#failure;
  }

  /** Records that are not yet with the log. */
  get length(): number {
    return this.#waiting.length;
  }

  push(record: LogRecord): void {
    this.#waiting.push(record);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#flushing = this.#flushing.then(() => this.#flush());
  }

  /** Resolves when everything pushed before the call is durable; rejects with `LogStoppedError` when it never will be. */
  async durable(): Promise<void> {
    await this.#flushing;
    if (this.#failure !== undefined) throw new LogStoppedError(this.#failure);
  }

  async #flush(): Promise<void> {
    this.#isScheduled = false;
    const records = this.#waiting;
    this.#waiting = [];
    while (this.#failure === undefined) {
      const appended = await this.#append(records);
      if (appended.ok) return;
      if (appended.failure.reason === 'QUEUE_FULL') await delay(FULL_RETRY_MS);
      else this.#failure = appended.failure;
    }
  }

  async #append(records: readonly LogRecord[]): Promise<Appending> {
    try {
      return await this.log.append(records);
    } catch (error) {
      return { ok: false, failure: { reason: 'STOPPED', message: String(error) } };
    }
  }
}

/** The log failed: what was accepted may or may not be durable, and nothing is acknowledged any more. */
export class LogStoppedError extends Error {
  override readonly name = 'LogStoppedError';

  constructor(readonly failure: LogFailure) {
    super(`${failure.reason}: ${failure.message}`);
  }
}
