/** Threads and servers that end under load: whoever was answered was answered rightly, whoever was not is told so. */
import { status } from '@grpc/grpc-js';
import type { Client, ServiceError } from '@grpc/grpc-js';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { MarginClient } from '../../src/client/index.js';
import { call, put } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { REPOSITORY } from '../support/folders.js';
import { reportFullSize, sizeOf } from '../support/full-size.js';
import { randomBooks } from '../support/random-books.js';
import { sampleSnapshot } from '../support/sample-market.js';
import { startServing } from '../support/serving-process.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { eventually, metricSum, MODEL, rawClient, startTestServer } from '../support/test-server.js';

const KILLED_THREADS = sizeOf({ smoke: 3, full: 100 });
const DRAINS = sizeOf({ smoke: 2, full: 20 });
const WRITERS = 8;
const PORTFOLIOS = 1_000;

const root = temporaryFolder('service-losses');
const onThread = { model: { name: MODEL }, options: { includePositionVectors: true } };
const books = randomBooks(sampleSnapshot(), PORTFOLIOS, 20, 5);

beforeAll(() => {
  ensureBuilt();
}, 300_000);

it('a thread that dies fails what it had in hand, and nothing else', async () => {
  const server = await startTestServer({ workers: 2 });
  const client = new MarginClient(server.address, { retries: false });
  const batchOf = async () => client.batchCalculateMargin(onThread, books).all();
  const portfoliosDone = () => metricSum(server, 'margin_portfolios_total');
  const undisturbed = await batchOf();
  let failed = 0;
  let answered = 0;
  for (let round = 0; round < KILLED_THREADS; round += 1) {
    const before = await portfoliosDone();
    const running = batchOf();
    await eventually(async () => (await portfoliosDone()) > before);
    await server.pool.terminateThread(round % 2);
    const outcomes = await running;
    expect(outcomes).toHaveLength(PORTFOLIOS);
    for (const [at, { report, error }] of outcomes.entries()) {
      if (error === null) {
        answered += 1;
        expect(report?.initialMargin).toBe(undisturbed[at]?.report?.initialMargin);
      } else {
        failed += 1;
        expect(error.code).toBe(status.INTERNAL);
      }
    }
  }
  expect(failed).toBeGreaterThan(0);
  expect(failed).toBeLessThan(answered);
  // The pool is whole again.
  expect((await batchOf()).every(({ report }) => report !== null)).toBe(true);
  client.close();
  await server.stop();
  reportFullSize(
    `killed threads: ${String(KILLED_THREADS)}; ${String(answered)} portfolios answered, ${String(failed)} with an error`,
  );
}, 900_000);

/** Writes books of one account until the server goes away; resolves with the last sequence number that was acknowledged. */
async function writeUntilRefused(client: Client, accountId: string): Promise<number> {
  let acknowledged = 0;
  for (;;) {
    try {
      acknowledged = await put(client, accountId, 1_000 + acknowledged);
    } catch (error) {
      expect((error as ServiceError).code).toBe(status.UNAVAILABLE);
      return acknowledged;
    }
  }
}

it('a server that is stopped under load has kept everything that it acknowledged', async () => {
  const journal = path.join(root, 'journal');
  const serve = () =>
    startServing([
      path.join(REPOSITORY, 'dist/cli/margincube.js'),
      ...['serve', '--insecure-loopback', '--market', path.join(REPOSITORY, 'examples/market.json')],
      ...['--journal', journal, '--port', '0', '--workers', '1', '--log-level', 'silent'],
    ]);
  let acknowledged = 0;
  for (let round = 0; round < DRAINS; round += 1) {
    const server = await serve();
    const clients = Array.from({ length: WRITERS }, () => rawClient(server.address));
    const accountOf = (writer: number): string => `account-${String(round)}-${String(writer)}`;
    const writing = clients.map((client, writer) => writeUntilRefused(client, accountOf(writer)));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await server.stop()).toBe(0);
    const last = await Promise.all(writing);
    for (const client of clients) client.close();
    acknowledged += last.reduce((sum, seq) => sum + seq, 0);
    expect(Math.min(...last)).toBeGreaterThan(0);

    const again = await serve();
    const reader = rawClient(again.address);
    for (const [writer, seq] of last.entries()) {
      const kept = await call(
        reader,
        'PortfolioService/GetPortfolio',
        'margincube.v1.GetPortfolioRequest',
        { accountId: accountOf(writer) },
        'margincube.v1.GetPortfolioResponse',
      );
      expect(Number(kept.accountSeq)).toBeGreaterThanOrEqual(seq);
    }
    reader.close();
    await again.kill();
  }
  reportFullSize(`drains under load: ${String(DRAINS)}; ${String(acknowledged)} writes acknowledged, 0 lost`);
}, 900_000);
