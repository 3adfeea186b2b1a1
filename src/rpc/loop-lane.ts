import { preciseNowMs } from '../pool/tasks.js';

/** Milliseconds of such work in one turn of the event loop, besides the last piece, which is not cut. */
const TURN_MS = 5;

/**
 * The lane for work that is done on the event loop and takes milliseconds: a few of them in each turn of the loop, in the order in which
 * they came, so that small calls are answered in between.
 */
export class LoopLane {
  readonly #waiting: (() => void)[] = [];
  #usedMs = 0;
  #isTurnDue = false;

  /** Whether work may be done at once: nothing waits, and this turn has time left. */
  get isFree(): boolean {
    return this.#waiting.length === 0 && this.#usedMs < TURN_MS;
  }

  /** Resolves when it is this one's turn. */
  turn(): Promise<void> {
    this.#expectTurn();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Does the work now, and counts its time into this turn. The time is told to `learn`. */
  run<Result>(work: () => Result, learn: (tookMs: number) => void): Result {
    this.#expectTurn();
    const startedAtMs = preciseNowMs();
    try {
      return work();
    } finally {
      const tookMs = preciseNowMs() - startedAtMs;
      this.#usedMs += tookMs;
      learn(tookMs);
    }
  }

  #expectTurn(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    setImmediate(() => {
      this.#isTurnDue = false;
      this.#usedMs = 0;
      const next = this.#waiting.shift();
      if (this.#waiting.length > 0) this.#expectTurn();
      next?.();
    });
  }
}
