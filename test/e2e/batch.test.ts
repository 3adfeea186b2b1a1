import type { Client, ClientDuplexStream } from '@grpc/grpc-js';
import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MarginClient } from '../../src/client/index.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import { snapshotToMessage } from '../../src/wire/convert/market.js';
import { codec } from '../../src/wire/schema.js';
import { ensureBuilt } from '../support/built.js';
import { randomBooks } from '../support/random-books.js';
import { sampleSnapshot } from '../support/sample-market.js';
import type { TestServer } from '../support/test-server.js';
import {
  detailOf,
  errorOf,
  eventually,
  metricSum,
  MODEL,
  rawClient,
  startTestServer,
} from '../support/test-server.js';

const calculation = { model: { name: MODEL } };
/** With vectors a portfolio takes about a millisecond: enough work to interrupt. */
const heavy = { ...calculation, options: { includeScenarioVector: true, includePositionVectors: true } };
const BATCH = '/margincube.v1.MarginService/BatchCalculateMargin';
const PORTFOLIOS = 5_000;
const POSITIONS = 45;
const snapshot = sampleSnapshot();

let server: TestServer;
let client: MarginClient;
let raw: Client;
let books: Portfolio[];

beforeAll(async () => {
  ensureBuilt();
  server = await startTestServer();
  client = new MarginClient(server.address);
  raw = rawClient(server.address);
  books = randomBooks(snapshot, PORTFOLIOS, POSITIONS, 5);
}, 300_000);

afterAll(async () => {
  client.close();
  raw.close();
  await server.stop();
});

function rawBatch(): ClientDuplexStream<Buffer, Buffer> {
  const identity = (bytes: Buffer): Buffer => bytes;
  return raw.makeBidiStreamRequest(BATCH, identity, identity);
}

/** A chunk with one empty portfolio. */
const EMPTY_PORTFOLIO = Buffer.from([0x12, 0x02, 0x0a, 0x00]);

function header(portfolioCount = 0): Buffer {
  return codec('margincube.v1.BatchCalculateMarginRequest').encode({
    header: { calculation, portfolioCount },
  });
}

/** Error of a batch whose messages are these bytes. */
async function errorOfBytes(messages: readonly Buffer[]): ReturnType<typeof errorOf> {
  return errorOf(
    new Promise((resolve, reject) => {
      const call = rawBatch();
      call.on('data', () => undefined);
      call.on('end', resolve);
      call.on('error', reject);
      for (const message of messages) call.write(message);
      call.end();
    }),
  );
}

async function portfoliosDone(): Promise<number> {
  return metricSum(server, 'margin_portfolios_total');
}

/** The count once it stands still: the shards that threads had begun have reported what they did. */
async function settledPortfolios(): Promise<number> {
  let last = -1;
  await eventually(async () => {
    const now = await portfoliosDone();
    const isStill = now === last;
    last = now;
    await new Promise((resolve) => setTimeout(resolve, 500));
    return isStill;
  });
  return last;
}

describe('BatchCalculateMargin', () => {
  it('answers 5,000 portfolios in order; a bad one fails alone, by its path', async () => {
    const bad = 3_217;
    const withBad = books.map((portfolio, index) =>
      index !== bad
        ? portfolio
        : {
            ...portfolio,
            positions: portfolio.positions.map((position, place) =>
              place === 17 ? { ...position, quantity: Infinity } : position,
            ),
          },
    );
    const batch = client.batchCalculateMargin(calculation, withBad);
    const outcomes = await batch.all();
    expect(outcomes.map(({ index }) => index)).toEqual(books.map((_, index) => index));
    const accounts = outcomes.map(({ report }) => report?.accountId);
    expect(accounts).toEqual(books.map(({ accountId }, index) => (index === bad ? undefined : accountId)));
    expect(outcomes[bad]).toMatchObject({ outcome: 'error', error: { code: status.INVALID_ARGUMENT } });
    expect(outcomes[bad]?.error?.message).toMatch(/^portfolios\[3217\]\.positions\[17\]\.quantity: /);
    expect(batch.summary).toMatchObject({ portfolioCount: PORTFOLIOS, failedCount: 1, epoch: '7' });
    expect(batch.summary?.workers).toHaveLength(2);
    for (const { utilisation, portfolioCount } of batch.summary?.workers ?? []) {
      expect(portfolioCount).toBeGreaterThan(0);
      expect(utilisation).toBeGreaterThan(0.3);
    }
  });

  it('gives the bits of the unary call', async () => {
    const few = books.slice(0, 20);
    const outcomes = await client.batchCalculateMargin(calculation, few).all();
    for (const [index, portfolio] of few.entries()) {
      const { report } = await client.calculateMargin(calculation, portfolio);
      expect(outcomes[index]?.report).toEqual(report);
    }
  });

  it('margins on a market that the header brings along', async () => {
    const inline = snapshotToMessage({ ...snapshot, epoch: 0 });
    const batch = client.batchCalculateMargin({ ...calculation, inline }, books.slice(0, 10));
    expect((await batch.all()).every(({ outcome }) => outcome === 'report')).toBe(true);
    expect(batch.summary?.epoch).toBe('0');
  });

  it('answers a batch without portfolios with a summary', async () => {
    const batch = client.batchCalculateMargin(calculation, []);
    expect(await batch.all()).toEqual([]);
    expect(batch.summary).toMatchObject({ portfolioCount: 0, failedCount: 0 });
  });

  it.each([
    ['no message', [], 'header'],
    ['a chunk before the header', [Buffer.from([0x12, 0x00])], 'header'],
    ['garbage instead of the header', [Buffer.from([0xff])], ''],
    ['garbage in the header', [Buffer.from([0x0a, 0x01, 0x0a])], 'header'],
    ['a second header', [header(), header()], 'chunk'],
    ['a header with a chunk in one message', [Buffer.concat([header(), Buffer.from([0x12, 0x00])])], 'chunk'],
    [
      'a header with a chunk after the first',
      [header(), Buffer.concat([header(), Buffer.from([0x12, 0x00])])],
      'header',
    ],
    ['fewer portfolios than announced', [header(2), EMPTY_PORTFOLIO], 'header.portfolioCount'],
    [
      'more portfolios than announced',
      [header(1), EMPTY_PORTFOLIO, EMPTY_PORTFOLIO],
      'header.portfolioCount',
    ],
    ['garbage in a chunk', [header(), Buffer.from([0x12, 0x01, 0x0a])], 'chunk'],
  ])('answers %s with INVALID_ARGUMENT and BadRequest', async (_, messages, field) => {
    const error = await errorOfBytes(messages);
    expect(error.code).toBe(status.INVALID_ARGUMENT);
    expect(detailOf(error, 'BadRequest')).toMatchObject({ fieldViolations: [{ field }] });
  });

  it('fails a malformed portfolio alone', async () => {
    const responses: Buffer[] = [];
    await new Promise((resolve, reject) => {
      const call = rawBatch();
      call.on('data', (bytes: Buffer) => responses.push(bytes));
      call.on('end', resolve);
      call.on('error', reject);
      call.write(header());
      // Two portfolios: one whose bytes are no message, one that is empty.
      call.write(Buffer.from([0x12, 0x05, 0x0a, 0x01, 0xff, 0x0a, 0x00]));
      call.end();
    });
    const { decode } = codec('margincube.v1.BatchCalculateMarginResponse');
    const outcomes = responses.flatMap((bytes) => decode(bytes).outcomes);
    expect(outcomes).toMatchObject([
      { index: 0, error: { code: status.INVALID_ARGUMENT } },
      { index: 1, report: { initialMargin: 0 } },
    ]);
  });

  it('stops work when the caller goes away', async () => {
    const before = await portfoliosDone();
    const abort = new AbortController();
    const batch = client.batchCalculateMargin(heavy, books, { signal: abort.signal });
    const error = await errorOf(
      (async () => {
        for await (const { index } of batch) if (index === 10) abort.abort();
      })(),
    );
    expect(error.code).toBe(status.CANCELLED);
    await eventually(async () => (await metricSum(server, 'margin_rpc_in_flight')) === 0);
    const done = await settledPortfolios();
    expect(done - before).toBeLessThan(PORTFOLIOS / 2);
  });

  it('stops work when the deadline passes', async () => {
    const before = await portfoliosDone();
    const error = await errorOf(client.batchCalculateMargin(heavy, books, { timeoutMs: 150 }).all());
    expect(error.code).toBe(status.DEADLINE_EXCEEDED);
    await eventually(async () => (await metricSum(server, 'margin_rpc_in_flight')) === 0);
    expect((await portfoliosDone()) - before).toBeLessThan(PORTFOLIOS);
  });

  it('waits for a reader that stops, and lets go when it leaves', async () => {
    const before = await portfoliosDone();
    const { encode } = codec('margincube.v1.BatchCalculateMarginRequest');
    const call = rawBatch();
    call.on('error', () => undefined);
    // A client of grpc-js that never begins to read buffers without end; this one begins and stops.
    call.once('data', () => {
      call.pause();
    });
    call.write(encode({ header: { calculation: heavy } }));
    const positions = books[0]?.positions.map((position) => ({ ...position })) ?? [];
    const chunk = encode({ chunk: { portfolios: Array.from({ length: 200 }, () => ({ positions })) } });
    const chunks = 20;
    for (let n = 0; n < chunks; n++) call.write(chunk);
    await eventually(async () => (await portfoliosDone()) > before);
    const last = await settledPortfolios();
    expect(last - before).toBeLessThan(chunks * 200);
    call.cancel();
    await eventually(async () => (await metricSum(server, 'margin_rpc_in_flight')) === 0);
  }, 60_000);
});
