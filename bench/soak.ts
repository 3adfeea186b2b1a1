/**
 * A served command for minutes at 70 % of what it can: whether its memory grows. `MARGINCUBE_SOAK_MINUTES` says how long (2 unless said
 * otherwise; 20 is the full size).
 */
import { setTimeout as wait } from 'node:timers/promises';
import { floorOf, slopeOf } from './lib/fit.js';
import { isH2loadInstalled } from './lib/h2load.js';
import { startLoadedService } from './lib/loaded-service.js';
import type { BenchResult } from './lib/result.js';
import type { ServerSample } from './lib/served-command.js';
import { sizeOf } from './lib/size.js';

const MINUTES = Number(process.env.MARGINCUBE_SOAK_MINUTES ?? 2);
/** As in `load`. */
const CONNECTIONS = 8;
const WARMUP_CALLS = sizeOf({ smoke: 300, full: 20_000 });
const CAPACITY_CALLS = sizeOf({ smoke: 500, full: 50_000 });
const SHARE = 0.7;
/** Often, because a floor is seen only by a look soon after a collection. */
const SAMPLE_MS = 500;
/** Of the time, before the first sample that counts: caches fill, code is compiled, heaps find their size. */
const WARMUP_SHARE = 0.25;
/** Of which the lowest sample is the floor: long enough for collections, and at least twenty in a run. */
const FLOOR_WINDOW_MS_MAX = 30_000;
const FLOOR_WINDOW_SHARE = 0.05;
const SECONDS_PER_MINUTE = 60;
const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 3_600_000;

export async function run(): Promise<BenchResult[]> {
  if (!isH2loadInstalled()) {
    process.stdout.write('soak: skipped, because h2load is not installed (Debian: nghttp2-client)\n');
    return [];
  }
  if (!(MINUTES > 0))
    throw new RangeError(`MARGINCUBE_SOAK_MINUTES: expected minutes above 0 but received ${String(MINUTES)}`);
  const service = await startLoadedService('tls-token', CONNECTIONS);
  try {
    await service.run({ calls: WARMUP_CALLS });
    const capacity = (await service.run({ calls: CAPACITY_CALLS })).callsPerSecond;
    const callsPerSecond = Math.round(SHARE * capacity);
    const calls = Math.round(callsPerSecond * MINUTES * SECONDS_PER_MINUTE);
    const samples: ServerSample[] = [];
    const state = { isOver: false };
    const loaded = service.run({ calls, callsPerSecond }).finally(() => {
      state.isOver = true;
    });
    while (!state.isOver) {
      samples.push(await service.sample());
      await Promise.race([wait(SAMPLE_MS), loaded]);
    }
    const reached = (await loaded).callsPerSecond;
    const steady = samples.slice(Math.floor(WARMUP_SHARE * samples.length));
    return [
      result('minutes', MINUTES, 'min'),
      result('calls', calls, 'calls, all with OK'),
      result('rate', reached, 'calls/s'),
      result('rate-share', (100 * reached) / capacity, '% of capacity'),
      result('resident-slope', slopePerHour(steady, 'residentMiB'), 'MiB/h'),
      result('resident-last', steady.at(-1)?.residentMiB ?? NaN, 'MiB'),
      result('heap-slope', slopePerHour(steady, 'heapUsedMiB'), 'MiB/h'),
      result('heap-last', steady.at(-1)?.heapUsedMiB ?? NaN, 'MiB'),
      ...heapFloor(steady),
    ];
  } finally {
    await service.stop();
  }
}

function slopePerHour(samples: readonly ServerSample[], what: 'residentMiB' | 'heapUsedMiB'): number {
  const hours = samples.map(({ takenAtMs }) => takenAtMs / MS_PER_HOUR);
  const mebibytes = samples.map((sample) => sample[what]);
  return slopeOf(hours, mebibytes);
}

/**
 * Between collections the heap is a sawtooth of tens of MiB: where in a tooth the samples fall makes the slope through all of them, even
 * of a heap that keeps nothing. What is kept is what the teeth stand on, so that this slope shows a leak; over few
 * minutes it still is noise of a few MiB.
 */
function heapFloor(samples: readonly ServerSample[]): BenchResult[] {
  const windowMs = Math.min(FLOOR_WINDOW_MS_MAX, FLOOR_WINDOW_SHARE * MINUTES * MS_PER_MINUTE);
  const hours = samples.map(({ takenAtMs }) => takenAtMs / MS_PER_HOUR);
  const mebibytes = samples.map(({ heapUsedMiB }) => heapUsedMiB);
  const floor = floorOf(hours, mebibytes, windowMs / MS_PER_HOUR);
  return [
    result('heap-floor-slope', slopeOf(floor.xs, floor.ys), 'MiB/h'),
    result('heap-floor-last', floor.ys.at(-1) ?? NaN, 'MiB'),
  ];
}

function result(id: string, value: number, unit: string): BenchResult {
  return { id, value, unit, baseline: null, baselineValue: null, ratio: null, target: null };
}
