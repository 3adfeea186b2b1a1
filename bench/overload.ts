/**
 * A served command with one thread and more work than it can do, from clients in other processes: what it admits is answered as fast as
 * without load, and the rest is refused before any work. And single calls beside a batch of 100,000 portfolios.
 */
import { portfolioToMessage } from '../src/wire/convert/portfolio.js';
import { codec } from '../src/wire/schema.js';
import type { CallOutcome } from './lib/client-process.js';
import { ClientProcess } from './lib/client-process.js';
import { expectEnded } from './lib/ended-calls.js';
import { quantile } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';
import { sampleBooks } from './lib/sample-books.js';
import type { ServedCommand } from './lib/served-command.js';
import { startServedCommand } from './lib/served-command.js';
import { sizeOf } from './lib/size.js';

const PATH = '/margincube.v1.MarginService/CalculateMargin';
const WARMUP_CALLS = sizeOf({ smoke: 20, full: 300 });
const ALONE_CALLS = sizeOf({ smoke: 20, full: 500 });
const CLIENT_PROCESSES = 1;
const TIMES_CAPACITY = 10;
const OVERLOAD_SECONDS = sizeOf({ smoke: 1, full: 20 });
/** No more than the calculation itself: whoever wants no tail lets nobody wait. Bursts are what the default is for. */
const WAIT_NOBODY = ['--queue-wait-max-ms', '0'];
const SINGLE_CALLS_PER_SECOND = sizeOf({ smoke: 10, full: 50 });
const SINGLE_SECONDS = sizeOf({ smoke: 0.5, full: 20 });
const BATCH = { portfolios: sizeOf({ smoke: 2_000, full: 100_000 }), positions: 20 };
const MILLISECONDS_PER_SECOND = 1_000;

/**
 * Some 20 milliseconds on a thread: ten times what a thread can do of these is a load that one core of clients can send and the event
 * loop can refuse. Of calculations of 3 milliseconds it would be some 3,000 calls a second, at which two cores have no time left for
 * the thread.
 */
const heavy = marginRequest('es', 300);
/** Too large for the event loop: calculated on a thread, some milliseconds long. */
const onThread = marginRequest('derive-pm2@btc-2026-08-20', 500);
/** Calculated on the event loop. */
const onLoop = marginRequest('derive-pm2@btc-2026-08-20', 20);

export async function run(): Promise<BenchResult[]> {
  return [...(await measureOverload(WAIT_NOBODY, 'overload')), ...(await measureLanes())];
}

function marginRequest(model: string, positions: number): Buffer {
  const [portfolio] = sampleBooks(1, positions, 1);
  if (portfolio === undefined) throw new Error('no portfolio');
  return codec('margincube.v1.CalculateMarginRequest').encode({
    calculation: { model: { name: model } },
    portfolio: portfolioToMessage(portfolio),
  });
}

async function measureOverload(flags: readonly string[], id: string): Promise<BenchResult[]> {
  const server = await startServedCommand(['--insecure-loopback', '--workers', '1', ...flags]);
  const clients = Array.from({ length: CLIENT_PROCESSES }, () => new ClientProcess());
  try {
    const [first] = clients;
    if (first === undefined) throw new Error('no client');
    await callsOf(first, server, heavy, WARMUP_CALLS);
    const alone = answered(await callsOf(first, server, heavy, ALONE_CALLS));
    const capacity = (MILLISECONDS_PER_SECOND * alone.length) / alone.reduce((sum, ms) => sum + ms, 0);
    const callsPerSecond = (TIMES_CAPACITY * capacity) / CLIENT_PROCESSES;
    const calls = Math.round(callsPerSecond * OVERLOAD_SECONDS);
    const before = await server.sample();
    const outcomes = await Promise.all(
      clients.map((client) => callsOf(client, server, heavy, calls, callsPerSecond)),
    );
    const after = await server.sample();
    const worked = after.portfoliosDone - before.portfoliosDone;
    const accepted = outcomes.flatMap(answeredOrRefused);
    const refusedMs = outcomes.flatMap((outcome) => outcome.refusedMs);
    expectEnded(before, after, { OK: accepted.length, RESOURCE_EXHAUSTED: refusedMs.length });
    if (accepted.length + refusedMs.length !== calls * CLIENT_PROCESSES)
      throw new Error(`${String(calls * CLIENT_PROCESSES)} calls were sent but not all of them ended`);
    if (worked !== accepted.length)
      throw new Error(`${String(accepted.length)} calls were answered but ${String(worked)} calculated`);
    return [
      against(
        `${id}-p99`,
        quantile(accepted, 0.99),
        'one call after the other',
        quantile(alone, 0.99),
        'ratio >= 0.5',
      ),
      against(`${id}-p50`, quantile(accepted, 0.5), 'one call after the other', quantile(alone, 0.5), null),
      value(`${id}-capacity`, capacity, 'calls/s, one after the other'),
      value(`${id}-accepted`, accepted.length / OVERLOAD_SECONDS, 'calls/s'),
      value(`${id}-refused`, refusedMs.length / OVERLOAD_SECONDS, 'calls/s, nothing calculated for them'),
      value(`${id}-refused-p99`, quantile(refusedMs, 0.99), 'ms'),
    ];
  } finally {
    for (const client of clients) client.stop();
    await server.stop();
  }
}

async function measureLanes(): Promise<BenchResult[]> {
  const server = await startServedCommand(['--insecure-loopback', '--workers', '1']);
  const [single, batching] = [new ClientProcess(), new ClientProcess()];
  const calls = SINGLE_CALLS_PER_SECOND * SINGLE_SECONDS;
  const measure = async (request: Buffer): Promise<number> =>
    quantile(answered(await callsOf(single, server, request, calls, SINGLE_CALLS_PER_SECOND)), 0.99);
  try {
    for (const request of [onLoop, onThread]) await callsOf(single, server, request, WARMUP_CALLS);
    const alone = { loop: await measure(onLoop), thread: await measure(onThread) };
    await batching.startBatches({ kind: 'batches', address: server.address, ...BATCH });
    const startedAtMs = performance.now();
    const beside = { loop: await measure(onLoop), thread: await measure(onThread) };
    const { margins } = await batching.endBatches();
    const seconds = (performance.now() - startedAtMs) / MILLISECONDS_PER_SECOND;
    const without = 'the same without a batch';
    return [
      against('lanes-loop-p99', beside.loop, without, alone.loop, null),
      against('lanes-thread-p99', beside.thread, without, alone.thread, null),
      value('lanes-batch', margins / seconds, 'margins/s of batches of 100,000 beside them'),
    ];
  } finally {
    for (const client of [single, batching]) client.stop();
    await server.stop();
  }
}

function callsOf(
  client: ClientProcess,
  { address }: ServedCommand,
  request: Buffer,
  calls: number,
  callsPerSecond?: number,
): Promise<CallOutcome> {
  const rate = callsPerSecond === undefined ? {} : { callsPerSecond };
  const requestBase64 = request.toString('base64');
  return client.calls({ kind: 'calls', address, path: PATH, requestBase64, calls, ...rate });
}

/** Of calls that all must be answered. */
function answered(outcome: CallOutcome): readonly number[] {
  if (outcome.refusedMs.length > 0) throw new Error(`${String(outcome.refusedMs.length)} calls were refused`);
  return answeredOrRefused(outcome);
}

function answeredOrRefused({ answeredMs, otherCodes }: CallOutcome): readonly number[] {
  if (otherCodes.length > 0) throw new Error(`calls ended with ${[...new Set(otherCodes)].join()}`);
  return answeredMs;
}

function against(
  id: string,
  ms: number,
  baseline: string,
  baselineMs: number,
  target: string | null,
): BenchResult {
  return { id, value: ms, unit: 'ms', baseline, baselineValue: baselineMs, ratio: baselineMs / ms, target };
}

function value(id: string, measured: number, unit: string): BenchResult {
  return { id, value: measured, unit, baseline: null, baselineValue: null, ratio: null, target: null };
}
