import type { Piscina } from 'piscina';
import type { Outcome } from '../domain/outcome.js';
import type { MarketHandle } from '../market/snapshot/shared-market.js';
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
}

/** A thread of its own for plans, which take as long as thousands of margins; started by the first. */
export class PlanThread {
  #threads: Piscina<PlanTask, unknown> | undefined;

  /** @param entry the built `plan-entry.js` */
  constructor(private readonly entry: URL) {}

  /** Bytes of a PlanLiquidationResponse; failures name the field of the request. Rejects when the thread is lost. */
  async plan(task: PlanTask): Promise<Outcome<Uint8Array>> {
    this.#threads ??= openThreads<PlanTask>({ workers: 1, entry: this.entry });
    return (await this.#threads.run(task)) as Outcome<Uint8Array>;
  }

  async close(): Promise<void> {
    await this.#threads?.destroy();
  }
}
