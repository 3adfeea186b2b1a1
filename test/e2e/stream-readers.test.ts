/** Readers of streams that are slow or vanish: nobody else notices, and the server keeps nothing for them. */
import type { ClientReadableStream } from '@grpc/grpc-js';
import { Client, credentials } from '@grpc/grpc-js';
import { expect, it } from 'vitest';
import { codec } from '../../src/wire/schema.js';
import { order, put, SERVICE } from '../support/account-calls.js';
import { reportFullSize, sizeOf } from '../support/full-size.js';
import { randomBooks } from '../support/random-books.js';
import { sampleSnapshot } from '../support/sample-market.js';
import { sharedServer } from '../support/shared-server.js';
import { StreamedMargins } from '../support/streamed-margins.js';
import { startTcpRelay } from '../support/tcp-relay.js';
import { callBytes, eventually, metricSum, MODEL, rawClient } from '../support/test-server.js';

const SLOW_READERS = sizeOf({ smoke: 5, full: 50 });
const EPOCHS = sizeOf({ smoke: 100, full: 1_000 });
const ROUNDS = sizeOf({ smoke: 3, full: 100 });
const CONNECTIONS = 8;
const ACCOUNTS = 300;
/**
 * What waits for a reader which takes nothing: 2 messages on the server, 16 in the readable stream of the client, some 20 KB each, and what
 * lies between, which the two ends of the connection buffer. Bytes and not messages: one may hold all accounts or a few.
 */
const WAITING_BYTES_MAX = 2 ** 20;
const MEBIBYTE = 2 ** 20;

const shared = sharedServer({});
const identity = (bytes: Buffer): Buffer => bytes;
const everything = codec('margincube.v1.StreamMarginRequest').encode({ allAccounts: true });

function followAll(client: Client): ClientReadableStream<Buffer> {
  const path = `${SERVICE}.MarginService/StreamMargin`;
  const stream = client.makeServerStreamRequest(path, identity, identity, everything);
  stream.on('error', () => undefined);
  return stream;
}

it('a reader that takes nothing delays nobody, costs no memory, and sees the newest when it reads again', async () => {
  const { server } = shared;
  for (const [at, portfolio] of randomBooks(sampleSnapshot(), ACCOUNTS, 10, 3).entries())
    server.margins.put({
      ...{ accountId: `account-${String(at)}`, seq: 1, model: MODEL },
      readPortfolio: () => portfolio,
    });
  const slow = Array.from({ length: SLOW_READERS }, () => {
    const client = new Client(server.address, credentials.createInsecure(), {
      'grpc.use_local_subchannel_pool': 1,
    });
    const stream = followAll(client);
    // A client that never reads a first message keeps all that comes; one that has read one stops its peer.
    stream.once('data', () => stream.pause());
    return { client, stream };
  });
  await eventually(() => slow.every(({ stream }) => stream.isPaused()));
  const reader = rawClient(server.address);
  const quick = new StreamedMargins(reader);
  await eventually(() => quick.latest.size === ACCOUNTS);
  const residentBefore = process.memoryUsage.rss();
  let last = 0;
  const sample = sampleSnapshot();
  for (let swap = 0; swap < EPOCHS; swap += 1) {
    const factor = 1 + 0.02 * Math.sin(swap + 1);
    const underlyings = sample.underlyings.map((one) => ({ ...one, indexPrice: one.indexPrice * factor }));
    const expiries = sample.expiries.map((one) => ({ ...one, forward: one.forward * factor }));
    last = server.publish({ ...sample, underlyings, expiries }).market.epoch;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await eventually(() => [...quick.latest.values()].some(({ epoch }) => epoch === last));
  const grownMebibytes = (process.memoryUsage.rss() - residentBefore) / MEBIBYTE;

  let waitingBytes = 0;
  const caughtUp = slow.map(
    ({ stream }) =>
      new Promise<void>((resolve) => {
        stream.on('data', (bytes: Buffer) => {
          waitingBytes += bytes.length;
          const { batch } = codec('margincube.v1.StreamMarginResponse').decode(bytes);
          if (Number(batch?.epoch) === last) resolve();
        });
        stream.resume();
      }),
  );
  await Promise.all(caughtUp);
  expect(waitingBytes / SLOW_READERS).toBeLessThan(WAITING_BYTES_MAX);
  quick.close();
  reader.close();
  for (const { client, stream } of slow) {
    stream.cancel();
    client.close();
  }
  reportFullSize(
    `slow readers: ${String(SLOW_READERS)} over ${String(EPOCHS)} epochs, ${(waitingBytes / SLOW_READERS / 1_024).toFixed(0)} KiB each ` +
      `when they read again; the process grew by ${grownMebibytes.toFixed(0)} MiB`,
  );
}, 600_000);

it('clients that vanish leave no open call and no reader behind', async () => {
  const { server, client: steady } = shared;
  await put(steady, 'alice', 50_000);
  const inFlight = (): Promise<number> => metricSum(server, 'margin_rpc_in_flight');
  await eventually(async () => (await inFlight()) === 0);
  const check = codec('margincube.v1.CheckOrdersRequest').encode(order('alice'));
  const opened = (client: Client): ClientReadableStream<Buffer>[] => {
    const orders = client.makeBidiStreamRequest(`${SERVICE}.MarginService/CheckOrders`, identity, identity);
    orders.write(check);
    const batch = client.makeBidiStreamRequest(
      `${SERVICE}.MarginService/BatchCalculateMargin`,
      identity,
      identity,
    );
    batch.write(
      codec('margincube.v1.BatchCalculateMarginRequest').encode({
        header: { calculation: { model: { name: MODEL } } },
      }),
    );
    const marks = client.makeServerStreamRequest(
      `${SERVICE}.MarketDataService/StreamMarks`,
      identity,
      identity,
      Buffer.alloc(0),
    );
    for (const call of [orders, batch, marks]) call.on('error', () => undefined);
    return [followAll(client), orders, batch, marks];
  };
  let vanished = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const relay = await startTcpRelay(server.port);
    const clients = Array.from(
      { length: CONNECTIONS },
      () => new Client(relay.address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }),
    );
    const streams = clients.flatMap(opened);
    await eventually(async () => (await inFlight()) === streams.length);
    await relay.close();
    vanished += streams.length;
    await eventually(async () => (await inFlight()) === 0);
    for (const client of clients) client.close();
  }
  // Who stays is served as before.
  await callBytes(steady, `${SERVICE}.ModelService/ListModels`, Buffer.alloc(0));
  reportFullSize(`vanished clients: ${String(vanished)} open calls cut off, none left in flight`);
}, 900_000);
