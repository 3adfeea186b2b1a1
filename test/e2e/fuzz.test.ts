/**
 * Damaged messages for every method over many connections: every call ends with a status, none of them a defect's, every method does
 * its work at times, and the server answers as before (`MARGINCUBE_FUZZ=full`: 1,000,000 messages, or as many as it says;
 * `MARGINCUBE_FUZZ_SEED` chooses other ones).
 */
import path from 'node:path';
import type { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codec } from '../../src/wire/schema.js';
import { ensureBuilt } from '../support/built.js';
import { CONTROL, fuzzedMethods } from '../support/fuzz-bodies.js';
import { connectAlone, endingOf, isWaiting } from '../support/fuzz-call.js';
import { startFuzzedServer } from '../support/fuzzed-server.js';
import { seededIntegers } from '../support/seeded.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { callBytes } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';
import { damaged } from '../support/wire-fuzz.js';

const SIZE = process.env.MARGINCUBE_FUZZ ?? '20000';
const MESSAGES = SIZE === 'full' ? 1_000_000 : Number(SIZE);
const SEED = Number(process.env.MARGINCUBE_FUZZ_SEED ?? 1);
const CONNECTIONS = 16;
const CALLS_PER_CONNECTION = 4;
const MESSAGES_PER_STREAM_MAX = 40;
/** What a caller of damaged bytes is never told: INTERNAL and UNKNOWN are defects, UNAVAILABLE is a broken connection. */
const DEFECTS = new Set(['INTERNAL', 'UNKNOWN', 'UNAVAILABLE', 'none']);

/** Nobody approves a proposal of his own, and all callers are one; the market of the test has no calibrated surface. */
const UNANSWERED = [
  '/margincube.v1.ModelService/ApproveParameters',
  '/margincube.v1.MarketDataService/GetVolatilitySurface',
];

const methods = fuzzedMethods(SEED);
const folder = temporaryFolder('fuzz');

let server: TestServer;

beforeAll(async () => {
  ensureBuilt();
  server = await startFuzzedServer(path.join(folder, 'journal'));
}, 300_000);
afterAll(async () => {
  await server.stop();
});

/** Equity and margins of the control request. */
async function controlMargins(): Promise<unknown> {
  const client = connectAlone(server.address);
  const bytes = await callBytes(client, '/margincube.v1.MarginService/CalculateMargin', CONTROL);
  client.close();
  const { report } = codec('margincube.v1.CalculateMarginResponse').decode(bytes);
  return [report?.equity, report?.initialMargin, report?.maintenanceMargin, report?.components];
}

it(
  `answers ${String(MESSAGES)} damaged messages each with a status and lives on`,
  { timeout: MESSAGES * 20 + 120_000 },
  async () => {
    const before = await controlMargins();
    const tally = new Map<string, number>();
    const answered = new Map(methods.map((method) => [method.path, 0]));
    const count = (counts: Map<string, number>, key: string): void => {
      counts.set(key, (counts.get(key) ?? 0) + 1);
    };
    const defects: string[] = [];
    let sent = 0;
    let calls = 0;
    const callOnAndOn = async (client: Client): Promise<void> => {
      while (sent < MESSAGES) {
        const number = calls++;
        const next = seededIntegers(SEED * 1_000_003 + number);
        const method = methods[number % methods.length]!;
        const length = method.hasRequestStream ? 1 + next(MESSAGES_PER_STREAM_MAX) : 1;
        // A stream ends with the first bytes that are no message: most of its messages are good, so that there is work when it does.
        const damagedOneIn = 1 + next(length);
        const messages = Array.from({ length }, () => {
          const body = method.bodies[next(method.bodies.length)]!;
          return next(damagedOneIn) === 0 ? damaged(body, next) : body;
        });
        sent += length;
        const { name, isAnswered } = await endingOf(client, method, messages);
        count(tally, name);
        if (isAnswered) count(answered, method.path);
        const isLost = name === 'DEADLINE_EXCEEDED' && !isWaiting(method);
        if (isLost || DEFECTS.has(name))
          defects.push(`call ${String(number)} of seed ${String(SEED)}: ${method.path} ended with ${name}`);
      }
    };
    const clients = Array.from({ length: CONNECTIONS }, () => connectAlone(server.address));
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
    // A method that always lacks something is not tested.
    const neverAnswered = [...answered].filter(([, count]) => count === 0).map(([path]) => path);
    expect(neverAnswered.filter((path) => !UNANSWERED.includes(path))).toEqual([]);
  },
);
