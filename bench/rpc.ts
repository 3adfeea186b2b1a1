/** The server against bare servers of the same library with the same messages under the same load. */
import type { Portfolio } from '../src/domain/portfolio.js';
import { MarginClient, refusalOf } from '../src/client/index.js';
import { portfolioToMessage } from '../src/wire/convert/portfolio.js';
import { codec } from '../src/wire/schema.js';
import type { Turn } from './lib/alternating-load.js';
import { alternatingLoad } from './lib/alternating-load.js';
import { CheckLoad } from './lib/check-load.js';
import { LOAD_CLIENT, TOKEN_SECONDS } from './lib/loaded-service.js';
import { median } from './lib/measure.js';
import { putAccounts } from './lib/put-account.js';
import type { BenchResult } from './lib/result.js';
import { sampleBooks } from './lib/sample-books.js';
import type { ServerProcess } from './lib/server-process.js';
import { startServerProcess } from './lib/server-process.js';
import { createSecurity } from '../test/support/security.js';
import { unaryLoad } from './lib/unary-load.js';

const CALCULATION = { model: { name: 'derive-pm2@btc-2026-08-20' } };
const UNARY_POSITIONS = 20;
const BATCH_PORTFOLIOS = 500;
const BATCH_POSITIONS = 100;
const BATCH_ROUNDS = 15;
const CHECK_ORDERS = 64;
const CHECKS_PER_TURN = 2_000;
const CHECK_ROUNDS = 20;
const CHECK_WARMUP_ROUNDS = 5;

export async function run(): Promise<BenchResult[]> {
  const [portfolio] = sampleBooks(1, UNARY_POSITIONS, 1);
  if (portfolio === undefined) throw new Error('no portfolio');
  const server = await startServerProcess('margincube');
  const client = new MarginClient(server.address);
  const response = await client.calculateMargin(CALCULATION, portfolio);
  const answer = codec('margincube.v1.CalculateMarginResponse').encode(response);
  const asking = await startAskingServer();
  const echo = await startServerProcess('echo', { answer });
  const echoBytes = await startServerProcess('echo-bytes', { answer });
  try {
    const request = codec('margincube.v1.CalculateMarginRequest').encode({
      calculation: CALCULATION,
      portfolio: portfolioToMessage(portfolio),
    });
    await expectAnswer(asking, portfolio);
    return [
      ...(await measureUnary({ server, asking, echo, echoBytes }, request)),
      await measureBatchLoop(server, echo, client),
      await measureChecks(server, portfolio),
    ];
  } finally {
    client.close();
    for (const process of [server, asking, echo, echoBytes]) process.stop();
  }
}

/** A server that asks who calls, and what it wants to be shown. */
type AskingServer = ServerProcess & { readonly token: string };

/** Without TLS, so that what differs from the other server is the token: verified once and then known. */
async function startAskingServer(): Promise<AskingServer> {
  const security = await createSecurity();
  const server = await startServerProcess('margincube', { accessFile: security.policy([LOAD_CLIENT]) });
  const token = await security.token('load', { expiresInSeconds: TOKEN_SECONDS });
  security.remove();
  return { ...server, token };
}

/** Rejects unless calls are answered with the token and refused without it: the load does not look at the status of gRPC. */
async function expectAnswer({ address, token }: AskingServer, portfolio: Portfolio): Promise<void> {
  for (const options of [{ token: () => token }, {}]) {
    const client = new MarginClient(address, options);
    const reason = await client.calculateMargin(CALCULATION, portfolio).then(
      () => 'answered',
      (error: unknown) => refusalOf(error)?.reason,
    );
    client.close();
    if (reason !== ('token' in options ? 'answered' : 'NO_CREDENTIALS'))
      throw new Error(`the server that asks for a token: ${String(reason)}`);
  }
}

interface UnaryServers {
  readonly server: ServerProcess;
  readonly asking: AskingServer;
  readonly echo: ServerProcess;
  readonly echoBytes: ServerProcess;
}

async function measureUnary(
  { server, asking, echo, echoBytes }: UnaryServers,
  request: Buffer,
): Promise<BenchResult[]> {
  const load = unaryLoad();
  // The bare server gets the header of the token too: it costs both sides the same, and only one of them looks at it.
  const [ours = [], withToken = [], decoded = [], decodedWithToken = [], bytes = []] = await alternatingLoad(
    load,
    [server, asking, echo, { ...echo, token: asking.token }, echoBytes],
    request,
  );
  const decoding = 'bare grpc-js server that decodes and encodes the same messages';
  const headed = `${decoding} and gets the same header`;
  const passing = 'bare grpc-js server that passes the same bytes undecoded';
  const rates = (
    turns: readonly Turn[],
    baseline: readonly Turn[],
    id: string,
    name: string,
    target: string | null,
  ): BenchResult => ({
    id,
    value: median(turns.map(({ callsPerSecond }) => callsPerSecond)),
    unit: 'calls/s',
    baseline: `${name} (${load.name})`,
    baselineValue: median(baseline.map(({ callsPerSecond }) => callsPerSecond)),
    // Within each round, so that a round in which the machine was busy counts like any other.
    ratio: median(turns.map((turn, round) => turn.callsPerSecond / (baseline[round]?.callsPerSecond ?? NaN))),
    target,
  });
  return [
    rates(ours, decoded, 'unary', decoding, 'ratio >= 0.85'),
    rates(withToken, decodedWithToken, 'unary-token', headed, 'ratio >= 0.85'),
    rates(ours, bytes, 'unary-bytes', passing, null),
    {
      id: 'unary-cpu',
      value: median(ours.map(({ cpuMicrosPerCall }) => cpuMicrosPerCall)),
      unit: 'us of processor time per call',
      baseline: `${decoding} (${load.name})`,
      baselineValue: median(decoded.map(({ cpuMicrosPerCall }) => cpuMicrosPerCall)),
      ratio: median(
        ours.map((turn, round) => (decoded[round]?.cpuMicrosPerCall ?? NaN) / turn.cpuMicrosPerCall),
      ),
      target: null,
    },
  ];
}

/** The pre-trade gate on one stream of one connection, against a bare server with the same messages on the same load. */
async function measureChecks(server: ServerProcess, portfolio: Portfolio): Promise<BenchResult> {
  await putAccounts(server.address, [portfolio]);
  const requests = checkRequests(portfolio.accountId);
  const ours = new CheckLoad(server.address);
  const [answer] = await ours.answers(requests.slice(0, 1));
  if (answer === undefined) throw new Error('the gate did not answer');
  if (codec('margincube.v1.CheckOrdersResponse').decode(answer).decision !== 'CHECK_DECISION_ACCEPT')
    throw new Error('the gate refused the order of the bench');
  const echo = await startServerProcess('echo-checks', { answer });
  const theirs = new CheckLoad(echo.address);
  const rates: { ours: number; theirs: number }[] = [];
  for (let round = -CHECK_WARMUP_ROUNDS; round < CHECK_ROUNDS; round++) {
    const pair = {
      ours: await ours.run(requests, CHECKS_PER_TURN),
      theirs: await theirs.run(requests, CHECKS_PER_TURN),
    };
    if (round >= 0) rates.push(pair);
  }
  for (const load of [ours, theirs]) load.close();
  echo.stop();
  return {
    id: 'check-orders',
    value: median(rates.map((pair) => pair.ours)),
    unit: 'checks/s',
    baseline: 'bare grpc-js stream that decodes and encodes the same messages (one connection, one stream)',
    baselineValue: median(rates.map((pair) => pair.theirs)),
    ratio: median(rates.map((pair) => pair.ours / pair.theirs)),
    target: 'ratio >= 0.8',
  };
}

/** Orders of different sizes, so that no answer can be remembered. */
function checkRequests(accountId: string): Buffer[] {
  return Array.from({ length: CHECK_ORDERS }, (_, n) =>
    codec('margincube.v1.CheckOrdersRequest').encode({
      clientOrderId: `order-${String(n)}`,
      accountId,
      instrument: 'BTC-PERP',
      side: n % 2 === 0 ? 'SIDE_BUY' : 'SIDE_SELL',
      quantity: 1 + n / CHECK_ORDERS,
      limitPrice: 96_650,
      mode: 'CHECK_MODE_CHECK',
    }),
  );
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
    await server.use('start');
    const outcomes = await client.batchCalculateMargin(CALCULATION, books).all();
    const ours = await server.use('stop');
    if (!outcomes.every(({ outcome }) => outcome === 'report'))
      throw new Error('a portfolio of the bench failed');
    await echo.use('start');
    await echoClient.batchCalculateMargin(CALCULATION, books).all();
    const theirs = await echo.use('stop');
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
