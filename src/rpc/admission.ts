import type { ServerConfig } from '../config/server-config.js';
import { overloaded } from './errors.js';

/** Gives back what was admitted; further calls do nothing. */
export type Release = () => void;

/**
 * What may be open at once. Nothing waits here: a call is admitted or refused at once, before any work. It is the only
 * guard of the server's memory, since the transport has none.
 */
export class Admission {
  #calls = 0;
  #batches = 0;
  #bytes = 0;
  /** Expected thread time of single calculations that are admitted and not yet answered, milliseconds. */
  #workMs = 0;

  constructor(
    private readonly config: Pick<
      ServerConfig,
      'callsInFlightMax' | 'batchesInFlightMax' | 'admittedBytesMax' | 'queueWaitMaxMs' | 'workers'
    >,
  ) {}

  get callsInFlight(): number {
    return this.#calls;
  }

  get admittedBytes(): number {
    return this.#bytes;
  }

  admitCall(): Release {
    const { callsInFlightMax } = this.config;
    if (this.#calls >= callsInFlightMax)
      throw overloaded('calls', `Expected at most ${String(callsInFlightMax)} calls at once`);
    this.#calls++;
    return once(() => this.#calls--);
  }

  /** A batch waits for its own work between chunks; it is refused at its start, not in its middle. */
  admitBatch(): Release {
    const { batchesInFlightMax, admittedBytesMax } = this.config;
    if (this.#batches >= batchesInFlightMax)
      throw overloaded('batches', `Expected at most ${String(batchesInFlightMax)} batches at once`);
    if (this.#bytes >= admittedBytesMax) throw this.#full();
    this.#batches++;
    return once(() => this.#batches--);
  }

  /**
   * A single calculation on a thread, by its expected cost: refused where it would wait longer than the server lets anybody wait, or
   * than its caller does. `leftMs` is the time until the caller's deadline.
   */
  admitWork(expectedMs: number, leftMs: number): Release {
    const { queueWaitMaxMs, workers } = this.config;
    const waitMs = this.#workMs / workers;
    const isTooLate = waitMs > queueWaitMaxMs || waitMs + expectedMs > leftMs;
    if (this.#workMs > 0 && isTooLate) {
      const wait = `about ${String(Math.ceil(waitMs))} ms of work waits for a thread`;
      throw overloaded('work', `Expected room for another calculation but ${wait}`, waitMs);
    }
    this.#workMs += expectedMs;
    return once(() => (this.#workMs = Math.max(0, this.#workMs - expectedMs)));
  }

  admitBytes(byteLength: number): Release {
    // An empty server admits whatever a message can hold.
    if (this.#bytes > 0 && this.#bytes + byteLength > this.config.admittedBytesMax) throw this.#full();
    return this.holdBytes(byteLength);
  }

  /** Counts the bytes of a shard of an admitted batch: there are few batches with few shards at once. */
  holdBytes(byteLength: number): Release {
    this.#bytes += byteLength;
    return once(() => (this.#bytes -= byteLength));
  }

  #full(): ReturnType<typeof overloaded> {
    const limit = String(this.config.admittedBytesMax);
    return overloaded('bytes', `Expected at most ${limit} bytes of portfolios admitted and not yet answered`);
  }
}

function once(release: () => void): Release {
  let isReleased = false;
  return () => {
    if (isReleased) return;
    isReleased = true;
    release();
  };
}
