/** What a worker needs to know whether to go on; crosses threads. */
export interface StopSignal {
  /** One 32-bit word: 0 while the call is wanted. */
  readonly cancelled: SharedArrayBuffer;
  /** Milliseconds since the Unix epoch; Infinity for none. */
  readonly deadlineAtMs: number;
}

/** The owner's side: one per call. Shared memory is made when a worker first needs it; most calls never do. */
export class Cancellation {
  #word: Int32Array<SharedArrayBuffer> | undefined;
  #isCancelled = false;
  #controller: AbortController | undefined;

  constructor(readonly deadlineAtMs = Infinity) {}

  get signal(): StopSignal {
    if (this.#word === undefined) {
      this.#word = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
      if (this.#isCancelled) Atomics.store(this.#word, 0, 1);
    }
    return { cancelled: this.#word.buffer, deadlineAtMs: this.deadlineAtMs };
  }

  /** For what waits on this thread. */
  get abortSignal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isCancelled) this.#controller.abort();
    return this.#controller.signal;
  }

  cancel(): void {
    this.#isCancelled = true;
    this.#controller?.abort();
    if (this.#word !== undefined) Atomics.store(this.#word, 0, 1);
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }
}

/** The worker's side: a question that is cheap enough to ask between portfolios. */
export function stopQuestion({ cancelled, deadlineAtMs }: StopSignal): () => boolean {
  const word = new Int32Array(cancelled);
  return () => Atomics.load(word, 0) !== 0 || Date.now() >= deadlineAtMs;
}
