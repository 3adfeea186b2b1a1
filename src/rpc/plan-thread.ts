import type { Piscina } from 'piscina';
import type { Outcome } from '../domain/outcome.js';
import type { MarketHandle } from '../market/snapshot/shared-market.js';
import type { TaskTimes } from '../pool/tasks.js';
import { preciseNowMs } from '../pool/tasks.js';
import { openThreads } from '../pool/threads.js';
import type { ModelName } from '../wire/convert/calculation.js';

/** One liquidation plan, as its thread takes it. */
export interface PlanTask {
  readonly market: MarketHandle;
  readonly model: ModelName;
  /** Wire bytes of the book, without its orders. */
  readonly portfolio: Uint8Array;
  /** Part of what the id of the plan is the hash of. */
  readonly accountSeq: number;
  readonly targetInitialExcess: number;
  readonly allowApproximations: boolean;
  /** When it was handed to the thread, milliseconds since the Unix epoch. */
  readonly queuedAtMs: number;
}

export interface PlanResult extends TaskTimes {
  /** Bytes of a PlanLiquidationResponse; failures name the field of the request. */
  readonly planned: Outcome<Uint8Array>;
}

/** A thread of its own for plans, which take as long as thousands of margins; started by the first. */
export class PlanThread {
  #threads: Piscina<PlanTask, unknown> | undefined;

  /** @param entry the built `plan-entry.js` */
  constructor(private readonly entry: URL) {}

  /** Rejects when the thread is lost. */
  async plan(asked: Omit<PlanTask, 'queuedAtMs'>): Promise<PlanResult> {
    const task = { ...asked, queuedAtMs: preciseNowMs() };
    this.#threads ??= openThreads<PlanTask>({ workers: 1, entry: this.entry });
    return (await this.#threads.run(task)) as PlanResult;
  }

  async close(): Promise<void> {
    await this.#threads?.destroy();
  }
}
