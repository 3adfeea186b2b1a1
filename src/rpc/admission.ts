import type { ServerConfig } from '../config/server-config.js';
import { overloaded } from './errors.js';

/** Where work waits: for the threads of the pool, the event loop, the thread of plans, or beside the cascades that run. */
export type WorkPlace = 'THREADS' | 'LOOP' | 'PLANS' | 'CASCADES';

interface PlaceTerms {
  /** Subject of the violated quota. */
  readonly subject: string;
  /** What the work of a refusal waits for. */
  readonly awaited: string;
  /** Setting that bounds the wait. */
  readonly waitMax: 'queueWaitMaxMs' | 'longWaitMaxMs';
}

const PLACES: Readonly<Record<WorkPlace, PlaceTerms>> = {
  THREADS: { subject: 'work', awaited: 'a thread', waitMax: 'queueWaitMaxMs' },
  LOOP: { subject: 'work', awaited: 'the event loop', waitMax: 'queueWaitMaxMs' },
  PLANS: { subject: 'plans', awaited: 'the thread of plans', waitMax: 'longWaitMaxMs' },
  // One waits for nothing but shares the threads with the others: it ends when they do.
  CASCADES: { subject: 'cascades', awaited: 'cascades that run', waitMax: 'longWaitMaxMs' },
};

interface OpenWork {
  count: number;
  /** Of all of them together. */
  expectedMs: number;
}

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
  /** Calculations that are admitted and not yet answered. */
  readonly #work: Readonly<Record<WorkPlace, OpenWork>> = {
    THREADS: { count: 0, expectedMs: 0 },
    LOOP: { count: 0, expectedMs: 0 },
    PLANS: { count: 0, expectedMs: 0 },
    CASCADES: { count: 0, expectedMs: 0 },
  };

  constructor(
    private readonly config: Pick<
      ServerConfig,
      | 'callsInFlightMax'
      | 'batchesInFlightMax'
      | 'admittedBytesMax'
      | 'queueWaitMaxMs'
      | 'longWaitMaxMs'
      | 'workers'
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
   * A calculation by its expected cost: refused where it would wait longer than the server lets anybody wait for that place, or than
   * its caller does. `leftMs` is the time until the caller's deadline.
   */
  admitWork(place: WorkPlace, expectedMs: number, leftMs: number): Release {
    const { subject, awaited, waitMax } = PLACES[place];
    const open = this.#work[place];
    const waitMs = open.expectedMs / (place === 'THREADS' ? this.config.workers : 1);
    const isTooLate = waitMs > this.config[waitMax] || waitMs + expectedMs > leftMs;
    if (open.count > 0 && isTooLate) {
      const wait = `about ${String(Math.ceil(waitMs))} ms of work waits for ${awaited}`;
      throw overloaded(subject, `Expected room for another calculation but ${wait}`, waitMs);
    }
    open.count += 1;
    open.expectedMs += expectedMs;
    return once(() => {
      open.count -= 1;
      // Sums of doubles that come and go do not end at 0.
      open.expectedMs = open.count === 0 ? 0 : open.expectedMs - expectedMs;
    });
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
