import type { ServerWritableStream } from '@grpc/grpc-js';
import { TIMER_MS_MAX } from '../limits.js';
import { writeIfOpen } from './drain-or-end.js';

export type AnswerStream = ServerWritableStream<Buffer, Buffer>;

/**
 * One stream of answers that is always about the newest state: whoever has news pokes it, and it asks for messages when its
 * reader takes more and its interval has passed. What a slow reader has not taken is never queued here.
 */
export class PacedStream {
  #due: Iterator<Buffer> | undefined;
  #isFull = false;
  #isEnded = false;
  #sentAtMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly call: AnswerStream,
    private readonly intervalMs: number,
    /** The messages that are due now. */
    private readonly messages: () => Iterator<Buffer>,
  ) {
    call.on('drain', () => {
      this.#isFull = false;
      this.poke();
    });
  }

  poke(): void {
    if (this.#isFull || this.#isEnded) return;
    const waitMs = this.#due === undefined ? this.#sentAtMs + this.intervalMs - performance.now() : 0;
    if (waitMs > 0) {
      this.#timer ??= setTimeout(
        () => {
          this.#timer = undefined;
          this.poke();
        },
        Math.min(waitMs, TIMER_MS_MAX),
      );
      return;
    }
    this.#due ??= this.messages();
    for (let next = this.#due.next(); next.done !== true; next = this.#due.next()) {
      this.#sentAtMs = performance.now();
      this.#isFull = !writeIfOpen(this.call, next.value);
      if (this.#isFull) return;
    }
    this.#due = undefined;
  }

  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.call.end();
  }
}

/** The streams of one method that are open. */
export class PacedStreams {
  readonly #open = new Set<PacedStream>();

  get size(): number {
    return this.#open.size;
  }

  /** There is news for everybody. */
  poke(): void {
    for (const stream of this.#open) stream.poke();
  }

  /** Serves a call until it ends; resolves then. */
  serve(call: AnswerStream, intervalMs: number, messages: () => Iterator<Buffer>): Promise<void> {
    const stream = new PacedStream(call, intervalMs, messages);
    this.#open.add(stream);
    stream.poke();
    return new Promise((resolve) => {
      const end = (): void => {
        this.#open.delete(stream);
        stream.end();
        resolve();
      };
      call.on('cancelled', end);
      call.on('close', end);
    });
  }

  endAll(): void {
    for (const stream of this.#open) stream.end();
    this.#open.clear();
  }
}
