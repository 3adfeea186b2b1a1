/** What one client may start: so many calls a second, a second's worth at once, and so many open. */
export class RateLimit {
  #tokens: number;
  #filledAtMs: number;
  #open = 0;

  constructor(
    private readonly callsPerSecond: number,
    private readonly callsInFlightMax: number,
    nowMs: number,
  ) {
    this.#tokens = callsPerSecond;
    this.#filledAtMs = nowMs;
  }

  /** Takes a call: 0, or the milliseconds after which a call may start; nothing is taken then. */
  take(nowMs: number): number {
    const elapsedMs = Math.max(0, nowMs - this.#filledAtMs);
    this.#tokens = Math.min(this.callsPerSecond, this.#tokens + (elapsedMs * this.callsPerSecond) / 1_000);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) * 1_000) / this.callsPerSecond);
    if (this.#open >= this.callsInFlightMax) return WAIT_FOR_OPEN_MS;
    this.#tokens -= 1;
    this.#open += 1;
    return 0;
  }

  /** A call that was taken has ended. */
  give(): void {
    this.#open -= 1;
  }
}

/** Nobody knows when a call ends; a short one takes milliseconds. */
const WAIT_FOR_OPEN_MS = 100;
