import { readFileSync } from 'node:fs';
import { NO_SECONDS, type StageSeconds } from './tasks.js';

/** Of Linux: nanoseconds that the calling thread had a core, nanoseconds that it waited for one, turns. */
const SCHEDULER_STATISTICS = '/proc/thread-self/schedstat';

export interface ThreadTime {
  /** Time on a core, seconds since the thread began. */
  readonly coreSeconds: number;
  /** Time ready and without a core. */
  readonly waitSeconds: number;
}

/**
 * What the calling thread has cost, whatever else the machine does meanwhile: threads that share cores with reading and writing would
 * count that by the clock. Where the kernel does not tell (other systems, some sandboxes) the clock, and no waiting.
 */
export function threadTime(): ThreadTime {
  const [core, wait] = isTold ? nanoseconds() : [];
  return core === undefined || wait === undefined
    ? { coreSeconds: performance.now() / 1e3, waitSeconds: 0 }
    : { coreSeconds: core / 1e9, waitSeconds: wait / 1e9 };
}

/** Stages that the kernels do; what two threads are held against one by. */
const KERNEL_STAGES: readonly string[] = ['cube', 'aggregate', 'tail'];

export type Stage = Exclude<keyof StageSeconds, 'wait' | 'stageWait'>;

/** Divides the time of one task among its stages: each lap is what passed since the one before. */
export class StageClock {
  readonly #seconds = { ...NO_SECONDS };
  #last = threadTime();

  lap(stage: Stage): void {
    const now = threadTime();
    const wait = now.waitSeconds - this.#last.waitSeconds;
    this.#seconds[stage] += now.coreSeconds - this.#last.coreSeconds;
    this.#seconds.wait += wait;
    if (KERNEL_STAGES.includes(stage)) this.#seconds.stageWait += wait;
    this.#last = now;
  }

  get seconds(): StageSeconds {
    return { ...this.#seconds };
  }
}

function nanoseconds(): number[] {
  return readFileSync(SCHEDULER_STATISTICS, 'utf8').split(' ').map(Number);
}

const isTold = (() => {
  try {
    const [core = 0] = nanoseconds();
    return core > 0;
  } catch {
    return false;
  }
})();
