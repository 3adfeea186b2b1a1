/** Spans of real calls on a real server: under the caller's trace, and with what threads did for them. */
import type { Client } from '@grpc/grpc-js';
import { Metadata, status } from '@grpc/grpc-js';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { threadId } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MarginClient } from '../../src/client/index.js';
import { snapshotToMessage } from '../../src/wire/convert/market.js';
import { codec } from '../../src/wire/schema.js';
import { call as ask, order, put } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { randomBooks } from '../support/random-books.js';
import type { RecordedSpan } from '../support/recorded-spans.js';
import { recordSpans } from '../support/recorded-spans.js';
import { sampleSnapshot } from '../support/sample-market.js';
import type { TestServer } from '../support/test-server.js';
import { callBytes, errorOf, eventually, MODEL, rawClient, startTestServer } from '../support/test-server.js';

const SERVICE = 'margincube.v1.MarginService';
const CALCULATE = `/${SERVICE}/CalculateMargin`;
const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const PARENT_ID = 'b7ad6b7169203331';
const WORKERS = 2;
/** Spans are sent in milliseconds with decimals; clocks of threads agree to less than this. */
const CLOCK_MS = 1;

const spans = recordSpans();
const snapshot = sampleSnapshot();
const calculation = { model: { name: MODEL } };
const small = request({ calculation, portfolio: { accountId: 'x' } });

let server: TestServer;
let client: Client;

beforeAll(async () => {
  ensureBuilt();
  server = await startTestServer({ workers: WORKERS });
  client = rawClient(server.address);
}, 120_000);

afterAll(async () => {
  client.close();
  await server.stop();
});

beforeEach(() => {
  spans.length = 0;
});

function request(message: Parameters<ReturnType<typeof calculateMargin>['encode']>[0]): Buffer {
  return calculateMargin().encode(message);
}

function calculateMargin() {
  return codec('margincube.v1.CalculateMarginRequest');
}

/** The span of the call; it ends before its answer is read, except where the caller goes away. */
async function callSpan(): Promise<RecordedSpan> {
  const found = (): RecordedSpan | undefined => spans.find(({ kind }) => kind === SpanKind.SERVER);
  await eventually(() => found() !== undefined);
  return found()!;
}

/** Every part lies within the call and under it, in its trace. */
function expectWithin(parts: readonly RecordedSpan[], call: RecordedSpan): void {
  for (const part of parts) {
    expect(part.traceId).toBe(call.traceId);
    expect(part.parentId).toBe(call.spanId);
    expect(part.startedAtMs).toBeGreaterThanOrEqual(call.startedAtMs - CLOCK_MS);
    expect(part.endedAtMs).toBeGreaterThanOrEqual(part.startedAtMs);
    expect(part.endedAtMs).toBeLessThanOrEqual(call.endedAtMs + CLOCK_MS);
  }
}

const named = (name: string): RecordedSpan[] => spans.filter((span) => span.name === name);

describe('the span of a call', () => {
  it('stands under that of its caller and says what was called', async () => {
    const metadata = new Metadata();
    metadata.set('traceparent', `00-${TRACE_ID}-${PARENT_ID}-01`);
    metadata.set('x-request-id', 'order-7');
    const identity = (bytes: Buffer): Buffer => bytes;
    await new Promise((resolve, reject) => {
      client.makeUnaryRequest(CALCULATE, identity, identity, small, metadata, (error, answer) => {
        if (error === null) resolve(answer);
        else reject(error);
      });
    });
    const call = await callSpan();
    expect(call).toMatchObject({ name: CALCULATE.slice(1), traceId: TRACE_ID, parentId: PARENT_ID });
    expect(call.attributes).toEqual({
      'rpc.system': 'grpc',
      'rpc.service': SERVICE,
      'rpc.method': 'CalculateMargin',
      'rpc.grpc.status_code': status.OK,
      'margincube.request_id': 'order-7',
    });
    expect(call.status).toBeUndefined();
  });

  it('has the code of a refusal, which is no error of the server', async () => {
    await errorOf(callBytes(client, CALCULATE, Buffer.from('no message')));
    const call = await callSpan();
    expect(call.attributes['rpc.grpc.status_code']).toBe(status.INVALID_ARGUMENT);
    expect(call.status).toBeUndefined();
    expect(call.parentId).toBeUndefined();
  });
});

describe('the client of this package', () => {
  const tracer = trace.getTracer('trading');

  /** Calls within a span of the caller, and expects the span of the server under it. */
  async function expectUnder(callWithin: (calling: MarginClient) => Promise<unknown>): Promise<void> {
    spans.length = 0;
    const calling = new MarginClient(server.address, { token: () => Promise.resolve('not looked at') });
    await tracer.startActiveSpan('order', async (order) => {
      await callWithin(calling);
      order.end();
      const { traceId, spanId } = order.spanContext();
      expect(await callSpan()).toMatchObject({ traceId, parentId: spanId });
    });
    calling.close();
  }

  it('sends the span that is active where a call begins, of every kind of call', async () => {
    await expectUnder((calling) => calling.calculateMargin(calculation, randomBooks(snapshot, 1, 5, 3)[0]!));
    await expectUnder((calling) =>
      calling.batchCalculateMargin(calculation, randomBooks(snapshot, 3, 5, 3)).all(),
    );
    await expectUnder(async (calling) => {
      const orders = calling.checkOrders();
      expect(await orders.ask(order('nobody'))).toMatchObject({ decision: 'CHECK_DECISION_REJECT' });
      orders.close();
    });
  });

  it('sends none where none is active', async () => {
    const calling = new MarginClient(server.address);
    await calling.call('ModelService/ListModels', {});
    calling.close();
    expect((await callSpan()).parentId).toBeUndefined();
  });
});

describe('work on threads', () => {
  it('is shown with its wait: a market that the request brings, and its portfolio', async () => {
    const inline = snapshotToMessage(snapshot);
    const portfolio = { accountId: 'x' };
    await callBytes(client, CALCULATE, request({ calculation: { ...calculation, inline }, portfolio }));
    const call = await callSpan();
    const parts = spans.filter((span) => span !== call);
    expect(parts.map(({ name }) => name)).toEqual(['market queue', 'market', 'shard queue', 'shard']);
    expectWithin(parts, call);
    for (const name of ['market', 'shard']) {
      const [wait, work] = [named(`${name} queue`)[0]!, named(name)[0]!];
      expect(wait.endedAtMs).toBe(work.startedAtMs);
      expect(work.attributes['thread.id']).not.toBe(threadId);
      expect(work.attributes['thread.id']).toBeGreaterThan(0);
    }
    expect(named('shard')[0]!.attributes['margincube.portfolio_count']).toBe(1);
  });

  it('adds up to all portfolios of a batch, on all threads', async () => {
    const books = randomBooks(snapshot, 3_000, 20, 11);
    const batch = new MarginClient(server.address);
    for await (const { index } of batch.batchCalculateMargin(calculation, books))
      expect(index).toBeGreaterThanOrEqual(0);
    batch.close();
    const call = await callSpan();
    const shards = named('shard');
    expectWithin([...shards, ...named('shard queue')], call);
    expect(named('shard queue')).toHaveLength(shards.length);
    const counts = shards.map(({ attributes }) => Number(attributes['margincube.portfolio_count']));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(books.length);
    expect(new Set(shards.map(({ attributes }) => attributes['thread.id'])).size).toBe(WORKERS);
  });

  it('shows a liquidation plan on its own thread', async () => {
    await put(client, 'short', 3_000, MODEL);
    spans.length = 0;
    await ask(
      client,
      'RiskService/PlanLiquidation',
      'margincube.v1.PlanLiquidationRequest',
      { calculation, book: { accountId: 'short' } },
      'margincube.v1.PlanLiquidationResponse',
    );
    const call = await callSpan();
    expectWithin([...named('plan queue'), ...named('plan')], call);
    expect(named('plan')).toHaveLength(1);
  });

  it('is an error where the thread was lost', async () => {
    const heavy = { ...calculation, options: { includePositionVectors: true } };
    const books = randomBooks(snapshot, 3_000, 45, 12);
    const batch = new MarginClient(server.address);
    let failedCount = 0;
    let isEnded = false;
    for await (const { error } of batch.batchCalculateMargin(heavy, books)) {
      if (!isEnded) await server.pool.terminateThread(0);
      isEnded = true;
      if (error) failedCount += 1;
    }
    batch.close();
    const call = await callSpan();
    const lost = named('shard').filter((span) => span.status?.code === SpanStatusCode.ERROR);
    const counts = lost.map(({ attributes }) => Number(attributes['margincube.portfolio_count']));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(failedCount);
    expect(lost.length).toBeGreaterThan(0);
    expectWithin(lost, call);
  });
});
