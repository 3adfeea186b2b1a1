/** A process of clients, told by its parent what to send (`client-process.ts`). */
import { setTimeout as wait } from 'node:timers/promises';
import { Client, credentials, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { MarginClient } from '../../src/client/index.js';
import type { BatchOrder, CallOrder, CallOutcome, ClientOrder, ClientReply } from './client-process.js';
import { sampleBooks } from './sample-books.js';

const CONNECTIONS = 4;
const MILLISECONDS_PER_SECOND = 1_000;

const identity = (bytes: Buffer): Buffer => bytes;

interface Tally {
  readonly answeredMs: number[];
  readonly refusedMs: number[];
  readonly otherCodes: number[];
}

async function sendCalls(order: CallOrder): Promise<CallOutcome> {
  const clients = Array.from(
    { length: CONNECTIONS },
    () => new Client(order.address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 }),
  );
  const tally: Tally = { answeredMs: [], refusedMs: [], otherCodes: [] };
  const request = Buffer.from(order.requestBase64, 'base64');
  const send = (number: number, dueAtMs: number): Promise<void> =>
    new Promise((resolve) => {
      const client = clients[number % CONNECTIONS];
      client?.makeUnaryRequest(order.path, identity, identity, request, (error) => {
        count(tally, error, performance.now() - dueAtMs);
        resolve();
      });
    });
  // Connections are there before the first call that counts.
  await Promise.all(clients.map((client) => ready(client)));
  if (order.callsPerSecond === undefined)
    for (let number = 0; number < order.calls; number += 1) await send(number, performance.now());
  else await sendWhenDue(order.calls, order.callsPerSecond, send);
  for (const client of clients) client.close();
  return tally;
}

/** From when a call was due: one that is sent late because the process was busy has waited too. */
async function sendWhenDue(
  calls: number,
  callsPerSecond: number,
  send: (number: number, dueAtMs: number) => Promise<void>,
): Promise<void> {
  const periodMs = MILLISECONDS_PER_SECOND / callsPerSecond;
  const startedAtMs = performance.now();
  const open: Promise<void>[] = [];
  while (open.length < calls) {
    while (open.length < calls && startedAtMs + open.length * periodMs <= performance.now())
      open.push(send(open.length, startedAtMs + open.length * periodMs));
    await wait(1);
  }
  await Promise.all(open);
}

function count(tally: Tally, error: ServiceError | null, tookMs: number): void {
  if (error === null) tally.answeredMs.push(tookMs);
  else if (error.code === status.RESOURCE_EXHAUSTED) tally.refusedMs.push(tookMs);
  else tally.otherCodes.push(error.code);
}

function ready(client: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    client.waitForReady(Date.now() + 10_000, (error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });
}

let batches: { readonly end: () => Promise<number> } | undefined;

/** Resolves with the first margin. */
async function startBatches({ address, portfolios, positions }: BatchOrder): Promise<void> {
  const client = new MarginClient(address);
  const books = sampleBooks(portfolios, positions, 3);
  let isEnding = false;
  const hasEnded = (): boolean => isEnding;
  let margins = 0;
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const calculation = { model: { name: 'derive-pm2@btc-2026-08-20' } };
  const running = (async (): Promise<number> => {
    while (!hasEnded())
      for await (const { outcome } of client.batchCalculateMargin(calculation, books)) {
        if (outcome === 'report') margins += 1;
        begin();
        if (hasEnded()) break;
      }
    client.close();
    return margins;
  })();
  batches = {
    end: () => {
      isEnding = true;
      return running;
    },
  };
  await Promise.race([begun, running]);
}

async function answer(order: ClientOrder | 'end'): Promise<ClientReply> {
  if (order === 'end') return { margins: (await batches?.end()) ?? 0 };
  if (order.kind === 'calls') return sendCalls(order);
  await startBatches(order);
  return 'ready';
}

process.on('message', (order: ClientOrder | 'end') => {
  void answer(order).then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit(0));
