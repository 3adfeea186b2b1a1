/** More work than the server can do: what it cannot do in time it refuses before any work, and lanes keep calls from one another. */
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { MarginClient } from '../../src/client/index.js';
import { reportFullSize, sizeOf } from '../support/full-size.js';
import { randomBooks } from '../support/random-books.js';
import { book, sampleSnapshot } from '../support/sample-market.js';
import { sharedServer } from '../support/shared-server.js';
import { detailOf, errorOf, metricSum, MODEL } from '../support/test-server.js';

const CONNECTIONS = 8;
const CALLS_AT_ONCE = 400;
const BURSTS = sizeOf({ smoke: 2, full: 50 });
const BATCH_PORTFOLIOS = sizeOf({ smoke: 5_000, full: 100_000 });
const MILLISECONDS = 1e-6;

const calculation = { model: { name: MODEL } };
/** With vectors a calculation goes to a thread, and takes about a millisecond there. */
const onThread = { ...calculation, options: { includePositionVectors: true, includeScenarioVector: true } };
const books = randomBooks(sampleSnapshot(), 20, 45, 5);
const [single = books[0]!] = books;

const shared = sharedServer({ workers: 1, queueWaitMaxMs: 20 });

function clientsOf(address: string): MarginClient[] {
  return Array.from({ length: CONNECTIONS }, () => new MarginClient(address, { retries: false }));
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
}

describe('a server with more work than threads', () => {
  it('answers what it admits, refuses the rest before any work, and says when to come again', async () => {
    const { server } = shared;
    const clients = clientsOf(server.address);
    // The first calculation prices the market; those after it show what one costs.
    for (let call = 0; call < 20; call += 1) await clients[0]!.calculateMargin(onThread, single);
    const before = await metricSum(server, 'margin_portfolios_total');
    let answered = 0;
    let refused = 0;
    for (let burst = 0; burst < BURSTS; burst += 1) {
      const calls = Array.from({ length: CALLS_AT_ONCE }, async (_, at) => {
        const call = clients[at % CONNECTIONS]!.calculateMargin(onThread, books[at % books.length]!);
        const error = await call.then(
          () => undefined,
          (reason: unknown) => errorOf(Promise.reject(reason as Error)),
        );
        if (error === undefined) {
          answered += 1;
          return;
        }
        expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
        expect(detailOf(error, 'QuotaFailure')).toMatchObject({ violations: [{ subject: 'work' }] });
        expect(detailOf(error, 'RetryInfo')).toBeDefined();
        refused += 1;
      });
      await Promise.all(calls);
    }
    expect(answered + refused).toBe(BURSTS * CALLS_AT_ONCE);
    expect(answered).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(answered);
    expect(await metricSum(server, 'margin_portfolios_total')).toBe(before + answered);
    expect((await clients[0]!.calculateMargin(onThread, single)).report?.initialMargin).toBeGreaterThan(0);
    for (const client of clients) client.close();
    reportFullSize(`overload: ${String(answered)} calls answered, ${String(refused)} refused before work`);
  }, 600_000);
});

describe('a batch in its lane', () => {
  it('does not hold up single calls, on the event loop or on a thread', async () => {
    const [client, batching] = clientsOf(shared.server.address);
    if (client === undefined || batching === undefined) throw new Error('no clients');
    const alone: number[] = [];
    const beside: number[] = [];
    const timeCall = async (times: number[], terms: typeof calculation): Promise<void> => {
      const startedAt = process.hrtime.bigint();
      const { report } = await client.calculateMargin(terms, single);
      expect(report?.initialMargin).toBeGreaterThan(0);
      times.push(Number(process.hrtime.bigint() - startedAt) * MILLISECONDS);
    };
    for (let call = 0; call < 200; call += 1) await timeCall(alone, call % 2 === 0 ? calculation : onThread);
    const many = Array.from({ length: BATCH_PORTFOLIOS }, (_, at) => books[at % books.length] ?? book([]));
    const batchState = { isRunning: true };
    let margins = 0;
    const count = async (): Promise<void> => {
      for await (const { report } of batching.batchCalculateMargin(onThread, many))
        if (report !== null) margins += 1;
      batchState.isRunning = false;
    };
    const batch = count();
    while (batchState.isRunning) await timeCall(beside, beside.length % 2 === 0 ? calculation : onThread);
    await batch;
    expect(margins).toBe(BATCH_PORTFOLIOS);
    // All of them but the last were answered while the batch was running.
    expect(beside.length).toBeGreaterThan(10);
    for (const times of [alone, beside]) times.sort((a, b) => a - b);
    const p99 = (times: readonly number[]): string => percentile(times, 0.99).toFixed(1);
    reportFullSize(
      `lanes: p99 of single calls ${p99(alone)} ms alone (${String(alone.length)}), ${p99(beside)} ms beside a batch of ` +
        `${String(BATCH_PORTFOLIOS)} (${String(beside.length)})`,
    );
    for (const one of [client, batching]) one.close();
  }, 1_800_000);
});
