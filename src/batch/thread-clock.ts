import { readFileSync } from 'node:fs';

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
