import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { threadTime } from '../../src/batch/thread-clock.js';

const BUSY_MS = 200;

it.runIf(process.platform === 'linux')(
  'counts the time of a thread on a core and not its sleep',
  async () => {
    const before = threadTime();
    await wait(BUSY_MS);
    const slept = threadTime();
    const end = performance.now() + BUSY_MS;
    while (performance.now() < end);
    const worked = threadTime();
    const asleep = slept.coreSeconds - before.coreSeconds;
    const busy = worked.coreSeconds + worked.waitSeconds - slept.coreSeconds - slept.waitSeconds;
    // The kernel counts in ticks of up to 10 ms.
    expect(busy * 1e3).toBeGreaterThan(BUSY_MS - 25);
    expect(busy * 1e3).toBeLessThan(BUSY_MS + 25);
    expect(asleep).toBeLessThan(busy / 2);
  },
);
