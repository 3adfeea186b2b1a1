/** What a worker needs to know whether to go on; crosses threads. */
export interface StopSignal {
  /** One 32-bit word: 0 while the call is wanted. */
  readonly cancelled: SharedArrayBuffer;
  /** Milliseconds since the Unix epoch; Infinity for none. */
  readonly deadlineAtMs: number;
}

/** The owner's side: one per call. */
export class Cancellation {
  readonly signal: StopSignal;
  readonly #word: Int32Array;

  constructor(deadlineAtMs = Infinity) {
    const cancelled = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
    this.#word = new Int32Array(cancelled);
    this.signal = { cancelled, deadlineAtMs };
  }

  cancel(): void {
    Atomics.store(this.#word, 0, 1);
  }

  get isCancelled(): boolean {
    return Atomics.load(this.#word, 0) !== 0;
  }
}

/** The worker's side: a question that is cheap enough to ask between portfolios. */
export function stopQuestion({ cancelled, deadlineAtMs }: StopSignal): () => boolean {
  const word = new Int32Array(cancelled);
  return () => Atomics.load(word, 0) !== 0 || Date.now() >= deadlineAtMs;
}
