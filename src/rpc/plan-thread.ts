import type { Piscina } from 'piscina';
import type { Outcome } from '../domain/outcome.js';
import type { HedgeSuggestion } from '../gen/margincube/v1/HedgeSuggestion.js';
import type { DepthSlices } from '../live/liquidation/depth-slices.js';
import type { HealthCode } from '../live/state/ladder.js';
import type { MarketHandle } from '../market/snapshot/shared-market.js';
import type { StopSignal } from '../pool/cancellation.js';
import type { TaskTimes } from '../pool/tasks.js';
import { preciseNowMs } from '../pool/tasks.js';
import { openThreads } from '../pool/threads.js';
import type { ModelName } from '../wire/convert/calculation.js';

/** The book that trades are planned for. */
export interface PlannedBook {
  readonly market: MarketHandle;
  readonly model: ModelName;
  /** Wire bytes of the book, without its orders. */
  readonly portfolio: Uint8Array;
  readonly allowApproximations: boolean;
  /** Says when nobody waits for it any more. */
  readonly stop: StopSignal;
  /** When it was handed to the thread, milliseconds since the Unix epoch. */
  readonly queuedAtMs: number;
}

/** One liquidation plan, as its thread takes it. */
export interface LiquidationTask extends PlannedBook {
  readonly kind: 'LIQUIDATION';
  /** Part of what the id of the plan is the hash of. */
  readonly accountSeq: number;
  readonly targetInitialExcess: number;
  /** What one step takes of each book at most; absent: the touch, in one step. */
  readonly slices?: DepthSlices;
}

/** Trades that take an account off its step of the ladder. */
export interface CureTask extends PlannedBook {
  readonly kind: 'CURE';
  readonly step: HealthCode;
}

export type PlanTask = LiquidationTask | CureTask;

/** A task as it is asked for. */
type Asked<Task extends PlanTask> = Omit<Task, 'queuedAtMs'>;

export interface PlanResult<Plan> extends TaskTimes {
  /** Stopped: nobody waited for it any more. */
  readonly planned: Outcome<Plan> | 'STOPPED';
}

/** A thread of its own for plans, which take as long as thousands of margins; started by the first. */
export class PlanThread {
  #threads: Piscina<PlanTask, unknown> | undefined;

  /** @param entry the built `plan-entry.js` */
  constructor(private readonly entry: URL) {}

  /** Bytes of a PlanLiquidationResponse; failures name the field of the request. Rejects when the thread is lost. */
  async plan(asked: Asked<LiquidationTask>): Promise<PlanResult<Uint8Array>> {
    return (await this.#run(asked)) as PlanResult<Uint8Array>;
  }

  /** Undefined where trades alone do not cure. Rejects when the thread is lost. */
  async cure(asked: Asked<CureTask>): Promise<PlanResult<HedgeSuggestion | undefined>> {
    return (await this.#run(asked)) as PlanResult<HedgeSuggestion | undefined>;
  }

  #run(asked: Asked<LiquidationTask> | Asked<CureTask>): Promise<unknown> {
    this.#threads ??= openThreads<PlanTask>({ workers: 1, entry: this.entry });
    return this.#threads.run({ ...asked, queuedAtMs: preciseNowMs() });
  }

  async close(): Promise<void> {
    await this.#threads?.destroy();
  }
}
