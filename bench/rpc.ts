/** The server against bare servers of the same library with the same messages under the same load. */
import { MarginClient } from '../src/client/margin-client.js';
import { portfolioToMessage } from '../src/wire/convert/portfolio.js';
import { codec } from '../src/wire/schema.js';
import { median } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';
import { sampleBooks } from './lib/sample-books.js';
import type { ServerProcess } from './lib/server-process.js';
import { startServerProcess } from './lib/server-process.js';
import { unaryLoad } from './lib/unary-load.js';

const CALCULATION = { model: { name: 'derive-pm2@btc-2026-08-20' } };
const UNARY_POSITIONS = 20;
const UNARY_REQUESTS = 8_000;
const UNARY_ROUNDS = 5;
const BATCH_PORTFOLIOS = 500;
const BATCH_POSITIONS = 100;
const BATCH_ROUNDS = 15;

export async function run(): Promise<BenchResult[]> {
  const [portfolio] = sampleBooks(1, UNARY_POSITIONS, 1);
  if (portfolio === undefined) throw new Error('no portfolio');
  const server = await startServerProcess('margincube');
  const client = new MarginClient(server.address);
  const response = await client.calculateMargin(CALCULATION, portfolio);
  const answer = codec('margincube.v1.CalculateMarginResponse').encode(response);
  const echo = await startServerProcess('echo', 0, answer);
  const echoBytes = await startServerProcess('echo-bytes', 0, answer);
  try {
    const request = codec('margincube.v1.CalculateMarginRequest').encode({
      calculation: CALCULATION,
      portfolio: portfolioToMessage(portfolio),
    });
    return [
      ...(await measureUnary(server, echo, echoBytes, request)),
      await measureBatchLoop(server, echo, client),
    ];
  } finally {
    client.close();
    for (const process of [server, echo, echoBytes]) process.stop();
  }
}

async function measureUnary(
  server: ServerProcess,
  echo: ServerProcess,
  echoBytes: ServerProcess,
  request: Buffer,
): Promise<BenchResult[]> {
  const load = unaryLoad();
  const targets = [server, echo, echoBytes];
  const rates: number[][] = targets.map(() => []);
  for (let round = -1; round < UNARY_ROUNDS; round++) {
    for (const [index, { address }] of targets.entries()) {
      const rate = await load.run(address, request, UNARY_REQUESTS);
      // The first round compiles and fills caches.
      if (round >= 0) rates[index]?.push(rate);
    }
  }
  const [ours = NaN, theirs = NaN, bytes = NaN] = rates.map(median);
  const result = (
    id: string,
    baseline: string,
    baselineValue: number,
    target: string | null,
  ): BenchResult => ({
    id,
    value: ours,
    unit: 'calls/s',
    baseline: `${baseline} (${load.name})`,
    baselineValue,
    ratio: ours / baselineValue,
    target,
  });
  return [
    result(
      'unary',
      'bare grpc-js server that decodes and encodes the same messages',
      theirs,
      'ratio >= 0.85',
    ),
    result('unary-bytes', 'bare grpc-js server that passes the same bytes undecoded', bytes, null),
  ];
}

async function measureBatchLoop(
  server: ServerProcess,
  echo: ServerProcess,
  client: MarginClient,
): Promise<BenchResult> {
  const books = sampleBooks(BATCH_PORTFOLIOS, BATCH_POSITIONS, 2);
  const echoClient = new MarginClient(echo.address);
  const shares: number[] = [];
  const callMs: number[] = [];
  const echoBusyMs: number[] = [];
  for (let round = -3; round < BATCH_ROUNDS; round++) {
    await server.loop('start');
    const outcomes = await client.batchCalculateMargin(CALCULATION, books).all();
    const ours = await server.loop('stop');
    if (!outcomes.every(({ outcome }) => outcome === 'report'))
      throw new Error('a portfolio of the bench failed');
    await echo.loop('start');
    await echoClient.batchCalculateMargin(CALCULATION, books).all();
    const theirs = await echo.loop('stop');
    if (round < 0) continue;
    shares.push((100 * ours.busyMs) / (ours.busyMs + ours.idleMs));
    callMs.push(ours.busyMs + ours.idleMs);
    echoBusyMs.push(theirs.busyMs);
  }
  echoClient.close();
  const value = median(shares);
  const baselineValue = (100 * median(echoBusyMs)) / median(callMs);
  return {
    id: 'batch-loop',
    value,
    unit: '%',
    baseline:
      'bare grpc-js server that decodes and encodes the same messages on its event loop, over the time of our call',
    baselineValue,
    ratio: baselineValue / value,
    target: 'value <= 10',
  };
}
