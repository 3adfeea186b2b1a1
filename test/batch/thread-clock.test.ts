import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { StageClock, threadTime } from '../../src/batch/thread-clock.js';

const BUSY_MS = 200;

it.runIf(process.platform === 'linux')(
  'counts the time of a thread on a core and not its sleep',
  async () => {
    const before = threadTime();
    await wait(BUSY_MS);
    const slept = threadTime();
    const startedAtMs = performance.now();
    while (performance.now() < startedAtMs + BUSY_MS);
    const worked = threadTime();
    const passedMs = performance.now() - startedAtMs;
    const asleep = slept.coreSeconds - before.coreSeconds;
    const busy = worked.coreSeconds + worked.waitSeconds - slept.coreSeconds - slept.waitSeconds;
    // The kernel counts in ticks of up to 10 ms; what a host takes from a virtual machine is in neither.
    expect(busy * 1e3).toBeGreaterThan(BUSY_MS / 2);
    expect(busy * 1e3).toBeLessThan(passedMs + 25);
    expect(asleep).toBeLessThan(busy / 2);
  },
);

it('divides the time of a task among its stages, and tells waits of the kernels from others', () => {
  const before = threadTime();
  const clock = new StageClock();
  const work = (milliseconds: number): void => {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  };
  work(BUSY_MS);
  clock.lap('tail');
  work(BUSY_MS / 4);
  clock.lap('engine');
  work(BUSY_MS / 4);
  clock.lap('tail');
  const after = threadTime();
  const { tail, engine, wait: waited, stageWait, cube } = clock.seconds;
  expect(cube).toBe(0);
  expect(stageWait).toBeLessThanOrEqual(waited);
  expect(tail + stageWait).toBeGreaterThan(engine);
  // All of it, no more than there was.
  const all = after.coreSeconds + after.waitSeconds - before.coreSeconds - before.waitSeconds;
  // The kernel counts in ticks of up to 10 ms.
  expect(tail + engine + waited).toBeLessThanOrEqual(all + 0.01);
  expect(tail + engine + waited).toBeGreaterThan(all - 0.03);
});
