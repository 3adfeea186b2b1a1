/**
 * Damaged messages for every method over many connections: every call ends with a status, none of them a defect's, and the server
 * answers as before (`MARGINCUBE_FUZZ=full`: 1,000,000 messages, or as many as it says; `MARGINCUBE_FUZZ_SEED` chooses other ones).
 */
import { Client, credentials, Metadata, status } from '@grpc/grpc-js';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codec } from '../../src/wire/schema.js';
import { put } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import { CONTROL, FUZZED_ACCOUNTS, fuzzedMethods } from '../support/fuzz-bodies.js';
import type { FuzzedMethod } from '../support/fuzz-bodies.js';
import { seededIntegers } from '../support/seeded.js';
import { callBytes, MODEL, rawClient, startTestServer } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';
import { damaged } from '../support/wire-fuzz.js';

const SIZE = process.env.MARGINCUBE_FUZZ ?? '20000';
const MESSAGES = SIZE === 'full' ? 1_000_000 : Number(SIZE);
const SEED = Number(process.env.MARGINCUBE_FUZZ_SEED ?? 1);
const CONNECTIONS = 16;
const CALLS_PER_CONNECTION = 4;
const MESSAGES_PER_STREAM_MAX = 40;
/** Streams without end, and the reading of an account that has not come so far yet, are ended by this deadline. */
const WAIT_TIMEOUT = '50m';
const CALL_TIMEOUT = '60S';
/** No answer by then is none. */
const PATIENCE_MS = 90_000;
/** What a caller of damaged bytes is never told: INTERNAL and UNKNOWN are defects, UNAVAILABLE is a broken connection. */
const DEFECTS = new Set(['INTERNAL', 'UNKNOWN', 'UNAVAILABLE', 'none']);

const identity = (bytes: Buffer): Buffer => bytes;
const methods = fuzzedMethods(SEED);

let server: TestServer;

beforeAll(async () => {
  ensureBuilt();
  server = await startTestServer({ allowApproximations: true });
}, 300_000);
afterAll(async () => {
  await server.stop();
});

/** A connection of its own; clients of one process share theirs otherwise. */
function connect(): Client {
  return new Client(server.address, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.max_receive_message_length': -1,
  });
}

function isWaiting({ path, hasRequestStream, hasResponseStream }: FuzzedMethod): boolean {
  return path.endsWith('/GetPortfolio') || (hasResponseStream && !hasRequestStream);
}

/** The name of the status that a call ends with, `none` where it ends with none. */
function statusNameOf(client: Client, method: FuzzedMethod, messages: readonly Buffer[]): Promise<string> {
  const { path, hasRequestStream, hasResponseStream } = method;
  const metadata = new Metadata();
  // Without a deadline of the client: the status must come from the server.
  metadata.set('grpc-timeout', isWaiting(method) ? WAIT_TIMEOUT : CALL_TIMEOUT);
  const [first = Buffer.alloc(0)] = messages;
  return new Promise((resolve) => {
    const patience = setTimeout(resolve, PATIENCE_MS, 'none');
    const end = ({ code }: { code: number }): void => {
      clearTimeout(patience);
      resolve(status[code] ?? String(code));
    };
    if (!hasRequestStream && !hasResponseStream) {
      const call = client.makeUnaryRequest(path, identity, identity, first, metadata, () => undefined);
      call.on('status', end);
      return;
    }
    const listen = (call: ClientReadableStream<Buffer>): void => {
      call.on('status', end);
      call.on('error', () => undefined);
      call.on('data', () => undefined);
    };
    if (!hasRequestStream) {
      listen(client.makeServerStreamRequest(path, identity, identity, first, metadata));
      return;
    }
    const call = client.makeBidiStreamRequest(path, identity, identity, metadata);
    listen(call);
    for (const message of messages) call.write(message);
    call.end();
  });
}

/** Equity and margins of the control request. */
async function controlMargins(): Promise<unknown> {
  const client = connect();
  const bytes = await callBytes(client, '/margincube.v1.MarginService/CalculateMargin', CONTROL);
  client.close();
  const { report } = codec('margincube.v1.CalculateMarginResponse').decode(bytes);
  return [report?.equity, report?.initialMargin, report?.maintenanceMargin, report?.components];
}

it(
  `answers ${String(MESSAGES)} damaged messages each with a status and lives on`,
  { timeout: MESSAGES * 20 + 120_000 },
  async () => {
    const accounts = rawClient(server.address);
    for (const accountId of FUZZED_ACCOUNTS) await put(accounts, accountId, 50_000, MODEL);
    accounts.close();
    const before = await controlMargins();
    const tally = new Map<string, number>();
    const defects: string[] = [];
    let sent = 0;
    let calls = 0;
    const callOnAndOn = async (client: Client): Promise<void> => {
      while (sent < MESSAGES) {
        const number = calls++;
        const next = seededIntegers(SEED * 1_000_003 + number);
        const method = methods[number % methods.length]!;
        const count = method.hasRequestStream ? 1 + next(MESSAGES_PER_STREAM_MAX) : 1;
        // A stream ends with the first bytes that are no message: most of its messages are good, so that there is work when it does.
        const damagedOneIn = 1 + next(count);
        const messages = Array.from({ length: count }, () => {
          const body = method.bodies[next(method.bodies.length)]!;
          return next(damagedOneIn) === 0 ? damaged(body, next) : body;
        });
        sent += count;
        const name = await statusNameOf(client, method, messages);
        tally.set(name, (tally.get(name) ?? 0) + 1);
        const isLost = name === 'DEADLINE_EXCEEDED' && !isWaiting(method);
        if (isLost || DEFECTS.has(name))
          defects.push(`call ${String(number)} of seed ${String(SEED)}: ${method.path} ended with ${name}`);
      }
    };
    const clients = Array.from({ length: CONNECTIONS }, connect);
    await Promise.all(clients.flatMap((client) => Array(CALLS_PER_CONNECTION).fill(client).map(callOnAndOn)));
    for (const client of clients) client.close();
    if (process.env.MARGINCUBE_FUZZ !== undefined) {
      const statuses = JSON.stringify(Object.fromEntries(tally));
      process.stdout.write(`${String(sent)} messages in ${String(calls)} calls: ${statuses}\n`);
    }
    expect(defects).toEqual([]);
    expect(await controlMargins()).toEqual(before);
    // Damage that nothing survives tests the decoder alone.
    expect(tally.get('OK')).toBeGreaterThan(calls / 20);
    expect(tally.get('INVALID_ARGUMENT')).toBeGreaterThan(calls / 20);
  },
);
