import { once } from 'node:events';
import { connect, constants } from 'node:http2';
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { service as healthService } from 'grpc-health-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { MarginClient } from '../../src/client/index.js';
import { ConfigError } from '../../src/config/server-config.js';
import { MarketRefusedError } from '../../src/rpc/publish-market.js';
import { startServer } from '../../src/rpc/start-server.js';
import { snapshotToMessage } from '../../src/wire/convert/market.js';
import { codec } from '../../src/wire/schema.js';
import { order } from '../support/account-calls.js';
import { BUILT_WORKER_ENTRY, ensureBuilt } from '../support/built.js';
import { randomBooks } from '../support/random-books.js';
import { book, sampleSnapshot } from '../support/sample-market.js';
import type { TestServer } from '../support/test-server.js';
import {
  callBytes,
  detailOf,
  errorOf,
  eventually,
  metricSum,
  MODEL,
  rawClient,
  startTestServer,
} from '../support/test-server.js';

const calculation = { model: { name: MODEL } };
const snapshot = sampleSnapshot();

beforeAll(() => {
  ensureBuilt();
}, 300_000);

async function withServer(
  options: Parameters<typeof startTestServer>[0],
  use: (server: TestServer, client: MarginClient) => Promise<void>,
): Promise<void> {
  const server = await startTestServer(options);
  const client = new MarginClient(server.address, { retries: false });
  try {
    await use(server, client);
  } finally {
    client.close();
    await server.stop();
  }
}

/** SERVING is 1, NOT_SERVING is 2. */
async function healthOf(address: string, name = ''): Promise<number> {
  const client = rawClient(address);
  const check = healthService.Check;
  if (check === undefined) throw new Error('no health check');
  try {
    const request = check.requestSerialize({ service: name });
    const answer = check.responseDeserialize(await callBytes(client, check.path, request)) as {
      status: string;
    };
    return ['UNKNOWN', 'SERVING', 'NOT_SERVING'].indexOf(answer.status);
  } finally {
    client.close();
  }
}

/** A message as it stands in the body of a call: not compressed, its length, its bytes. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

describe('a server', () => {
  it('serves once its threads are warm, under every name that health knows', async () => {
    await withServer({ workers: 1 }, async ({ address }) => {
      expect(await healthOf(address)).toBe(1);
      expect(await healthOf(address, 'margincube.v1.MarginService')).toBe(1);
    });
  });

  it('refuses calls above its limits before any work, and says when to retry', async () => {
    await withServer({ workers: 1, callsInFlightMax: 1 }, async (server, client) => {
      const batch = client.batchCalculateMargin(calculation, randomBooks(snapshot, 3_000, 20, 6));
      const running = batch.all();
      await eventually(async () => (await metricSum(server, 'margin_rpc_in_flight')) > 0);
      const error = await errorOf(client.calculateMargin(calculation, book([])));
      expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
      expect(detailOf(error, 'RetryInfo')).toMatchObject({ retryDelay: '0.100s' });
      expect(detailOf(error, 'QuotaFailure')).toMatchObject({ violations: [{ subject: 'calls' }] });
      expect(await running).toHaveLength(3_000);
      expect((await client.calculateMargin(calculation, book([]))).report?.initialMargin).toBe(0);
    });
  });

  it('closes connections above their number, answers on those it has, and takes others when they end', async () => {
    await withServer({ workers: 1, connectionsMax: 2 }, async (server, client) => {
      expect((await client.calculateMargin(calculation, book([]))).report?.initialMargin).toBe(0);
      const idle = net.connect(server.port, '127.0.0.1');
      await once(idle, 'connect');
      await eventually(async () => (await metricSum(server, 'margin_rpc_connections')) === 2);
      const excess = net.connect(server.port, '127.0.0.1');
      excess.resume().on('error', () => undefined);
      // Keepalive would close one that is taken and says nothing, but not before a minute and more.
      const closed = once(excess, 'close').then(() => true);
      const isClosed = await Promise.race([closed, delay(5_000, false)]);
      for (const socket of isClosed ? [] : [excess, idle]) socket.destroy();
      expect(isClosed).toBe(true);
      expect((await client.calculateMargin(calculation, book([]))).report?.initialMargin).toBe(0);
      idle.destroy();
      const other = new MarginClient(server.address, { retries: false });
      await eventually(async () => (await metricSum(server, 'margin_rpc_connections')) === 1);
      expect((await other.calculateMargin(calculation, book([]))).report?.initialMargin).toBe(0);
      other.close();
    });
  });

  it('refuses batches above their number', async () => {
    await withServer({ workers: 1, batchesInFlightMax: 0 }, async (_, client) => {
      const error = await errorOf(client.batchCalculateMargin(calculation, []).all());
      expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
      expect(detailOf(error, 'RetryInfo')).toBeDefined();
    });
  });

  it('keeps an epoch while a call uses it, and no longer', async () => {
    await withServer({ workers: 1 }, async (server, client) => {
      const first = await client.calculateMargin({ ...calculation, epoch: 7 }, book([]));
      expect(first.report?.epoch).toBe('7');
      const pinned = client.batchCalculateMargin(calculation, randomBooks(snapshot, 2_000, 20, 8));
      const running = pinned.all();
      await eventually(async () => (await metricSum(server, 'margin_portfolios_total')) > 1);
      server.publish({ ...snapshot, epoch: 0, underlyings: snapshot.underlyings });
      const current = await client.calculateMargin(calculation, book([]));
      expect(current.report?.epoch).toBe('8');
      const outcomes = await running;
      expect(new Set(outcomes.map(({ report }) => report?.epoch))).toEqual(new Set(['7']));
      const gone = await errorOf(client.calculateMargin({ ...calculation, epoch: 7 }, book([])));
      expect(gone.code).toBe(status.FAILED_PRECONDITION);
    });
  });

  it('serves without a market to callers that bring one', async () => {
    const server = await startServer({
      insecureLoopback: true,
      port: 0,
      workers: 1,
      drainNoticeMs: 0,
      logLevel: 'silent',
      workerEntry: BUILT_WORKER_ENTRY,
    });
    const client = new MarginClient(server.address, { retries: false });
    try {
      const error = await errorOf(client.calculateMargin(calculation, book([])));
      expect(error.code).toBe(status.FAILED_PRECONDITION);
      const inline = snapshotToMessage(snapshot);
      expect((await client.calculateMargin({ ...calculation, inline }, book([]))).report?.epoch).toBe('7');
      expect(() => server.publish({ ...snapshot, timeMs: NaN })).toThrow(MarketRefusedError);
    } finally {
      client.close();
      await server.stop();
    }
  });

  it('drains: health first, then no new calls, and the batch in flight finishes', async () => {
    const server = await startTestServer({ workers: 1, drainNoticeMs: 300 });
    const client = new MarginClient(server.address, { retries: false });
    const books = randomBooks(snapshot, 8_000, 40, 7);
    const running = client.batchCalculateMargin(calculation, books).all();
    await eventually(async () => (await metricSum(server, 'margin_portfolios_total')) > 0);
    const stopped = server.stop();
    expect(await healthOf(server.address)).toBe(2);
    expect((await client.calculateMargin(calculation, book([]))).report?.initialMargin).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const late = new MarginClient(server.address, { retries: false });
    const refused = await errorOf(late.calculateMargin(calculation, book([])));
    expect(refused.code).toBe(status.UNAVAILABLE);
    expect(await running).toHaveLength(8_000);
    await stopped;
    late.close();
    client.close();
  });

  it('asks connections to close before it closes them', async () => {
    const server = await startTestServer({ workers: 1, drainNoticeMs: 200, drainGraceMs: 5_000 });
    const session = connect(`http://${server.address}`);
    const seen: string[] = [];
    session.once('goaway', (code: number) => seen.push(`goaway ${String(code)}`));
    session.on('close', () => seen.push('close'));
    const call = session.request({
      ':method': 'POST',
      ':path': '/margincube.v1.MarginService/CheckOrders',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    call.on('end', () => seen.push('end of the call'));
    // Its headers come with its first answer.
    call.write(framed(codec('margincube.v1.CheckOrdersRequest').encode(order('nobody'))));
    await once(call, 'response');
    const stopped = server.stop();
    await delay(50);
    expect(seen).toEqual([]);
    await eventually(() => seen.length > 0);
    expect(seen).toEqual([`goaway ${String(constants.NGHTTP2_NO_ERROR)}`]);
    // The call that was open may still end by itself.
    call.resume();
    call.end();
    await stopped;
    await eventually(() => seen.length === 3);
    expect(seen.slice(1)).toEqual(['end of the call', 'close']);
  });

  it('cuts off what has not ended within the grace', async () => {
    const server = await startTestServer({ workers: 1, drainGraceMs: 100 });
    const client = new MarginClient(server.address, { retries: false });
    const orders = client.checkOrders();
    const answer = await orders.ask(order('nobody'));
    expect(answer.decision).toBe('CHECK_DECISION_REJECT');
    // Nobody ends this stream: without force the stop would wait for it.
    await server.stop();
    await errorOf(orders.ask(order('nobody')));
    client.close();
  });

  it('does not start with settings out of range', async () => {
    await expect(startTestServer({ workers: 0 })).rejects.toThrow(ConfigError);
    await expect(startTestServer({ workers: 0 })).rejects.toThrow('workers');
    await expect(startTestServer({ marketSnapshot: { ...snapshot, timeMs: NaN } })).rejects.toThrow(/time/);
  });

  it('does not serve when a worker cannot start', async () => {
    await expect(startTestServer({ workerEntry: new URL('file:///nowhere/worker.js') })).rejects.toThrow();
  });
});
