/**
 * A served command under `h2load`: how many calls it answers per second, and how long they take at 50 % and 80 % of that. Without TLS,
 * and with TLS 1.3 and a bearer token as in production.
 */
import { isH2loadInstalled } from './lib/h2load.js';
import type { Transport } from './lib/loaded-service.js';
import { startLoadedService } from './lib/loaded-service.js';
import { median, quantile } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';
import { sizeOf } from './lib/size.js';

/**
 * `h2load` keeps a rate by looking at all connections at once, ten milliseconds apart: what is due is sent in one burst. Few
 * connections have a call due at every look; many have theirs due at the same look, some looks apart, in bursts of all of them.
 */
const CONNECTIONS = 8;
const WARMUP_CALLS = sizeOf({ smoke: 300, full: 20_000 });
const CAPACITY_CALLS = sizeOf({ smoke: 500, full: 30_000 });
const CAPACITY_ROUNDS = sizeOf({ smoke: 1, full: 5 });
const SECONDS_AT_SHARE = sizeOf({ smoke: 1, full: 10 });
const SHARES = [0.5, 0.8];
const PERCENT = 100;

export async function run(): Promise<BenchResult[]> {
  if (!isH2loadInstalled()) {
    process.stdout.write('load: skipped, because h2load is not installed (Debian: nghttp2-client)\n');
    return [];
  }
  return [...(await measure('loopback')), ...(await measure('tls-token'))];
}

async function measure(transport: Transport): Promise<BenchResult[]> {
  const service = await startLoadedService(transport, CONNECTIONS);
  try {
    await service.run({ calls: WARMUP_CALLS });
    const rounds: number[] = [];
    while (rounds.length < CAPACITY_ROUNDS)
      rounds.push((await service.run({ calls: CAPACITY_CALLS })).callsPerSecond);
    const capacity = median(rounds);
    const results = [result(`${transport}-capacity`, capacity, 'calls/s')];
    for (const share of SHARES) {
      const asked = Math.round(capacity * share);
      const calls = asked * SECONDS_AT_SHARE;
      const { callsPerSecond, latenciesMs } = await service.run({
        ...{ calls, callsPerSecond: asked, keepLatencies: true },
      });
      const id = `${transport}-${String(share * PERCENT)}`;
      results.push(
        // Less than asked for where the machine was busy otherwise: then the next two say little.
        result(`${id}-sent`, (PERCENT * callsPerSecond) / capacity, '% of capacity'),
        result(`${id}-p50`, quantile(latenciesMs, 0.5), 'ms'),
        result(`${id}-p99`, quantile(latenciesMs, 0.99), 'ms'),
      );
    }
    return results;
  } finally {
    await service.stop();
  }
}

function result(id: string, value: number, unit: string): BenchResult {
  return { id, value, unit, baseline: null, baselineValue: null, ratio: null, target: null };
}
