/** One thread, no timers: everything that would take time waits here until a seeded choice lets it happen. */
import { setImmediate as nextTurn } from 'node:timers/promises';

export class Scheduler {
  #waiting: (() => Promise<void>)[] = [];

  constructor(private readonly random: (limit: number) => number) {}

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when the work was chosen and is done. */
  later(work: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => work().then(resolve, reject));
    });
  }

  /** Lets one waiting thing happen, and everything that follows from it at once. */
  async step(): Promise<void> {
    const [chosen] = this.#waiting.splice(this.random(Math.max(1, this.#waiting.length)), 1);
    await chosen?.();
    await this.settle();
  }

  /** Lets promises that are ready run: two turns of the event loop hold no timer of the program. */
  async settle(): Promise<void> {
    await nextTurn();
    await nextTurn();
  }

  /** What waits never happens. */
  forget(): void {
    this.#waiting = [];
  }
}
