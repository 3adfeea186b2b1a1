import type { ServerWritableStream } from '@grpc/grpc-js';
import { TIMER_MS_MAX } from '../limits.js';

export type AnswerStream = ServerWritableStream<Buffer, Buffer>;

/**
 * Messages that the connection has not taken yet, at most: the next is written while one is sent. The stream itself would queue 16, all
 * of them older than what there is to say once the reader takes them.
 */
const UNDER_WAY_MAX = 2;

/**
 * One stream of answers that is always about the newest state: whoever has news pokes it, and it asks for messages when the
 * connection has taken the ones before and its interval has passed. What a slow reader has not taken is never queued here.
 */
export class PacedStream {
  #due: Iterator<Buffer> | undefined;
  #underWay = 0;
  #hasNews = false;
  #isEnded = false;
  #sentAtMs = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly call: AnswerStream,
    private readonly intervalMs: number,
    /** The messages that are due now. */
    private readonly messages: () => Iterator<Buffer>,
  ) {}

  /** There is news. */
  poke(): void {
    this.#hasNews = true;
    this.#send();
  }

  #send(): void {
    while (!this.#isEnded && this.#underWay < UNDER_WAY_MAX) {
      if (this.#due === undefined && !this.#mayAsk()) return;
      this.#due ??= this.#ask();
      const next = this.#due.next();
      if (next.done === true) this.#due = undefined;
      else this.#write(next.value);
    }
  }

  /** Whether there is news and its time has come; looks again once it has. */
  #mayAsk(): boolean {
    if (!this.#hasNews) return false;
    const waitMs = this.#sentAtMs + this.intervalMs - performance.now();
    if (waitMs <= 0) return true;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        this.#send();
      },
      Math.min(waitMs, TIMER_MS_MAX),
    );
    return false;
  }

  /** What comes while these messages are sent is news again: they may have passed over it. */
  #ask(): Iterator<Buffer> {
    this.#hasNews = false;
    return this.messages();
  }

  #write(message: Buffer): void {
    const { call } = this;
    if (call.destroyed || call.writableEnded) return;
    this.#sentAtMs = performance.now();
    this.#underWay += 1;
    call.write(message, () => {
      this.#underWay -= 1;
      this.#send();
    });
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
