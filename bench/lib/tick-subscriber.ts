/** How long a price takes to the margins of those who follow them, through a server in a process of its own. */
import { Client, credentials } from '@grpc/grpc-js';
import type { ClientReadableStream } from '@grpc/grpc-js';
import { timestampOf } from '../../src/wire/convert/fields.js';
import { codec } from '../../src/wire/schema.js';

const SERVICE = '/margincube.v1';
const FIRST_PRICE = 96_650;
/** Relative; up and down again, so that no price strays. */
const STEP = 0.0001;
const STEPS = 50;

const identity = (bytes: Buffer): Buffer => bytes;

/** A message of StreamMargin as it came; it is read after the run, so that reading delays nothing. */
interface Received {
  readonly atMs: number;
  readonly bytes: Buffer;
}

/** A price on its way. */
interface Tick {
  readonly sentMs: number;
  /** Epoch that has the price: the next after the one that was current when the server took it. */
  epoch: number;
}

export interface TickLatencies {
  /** Of every tick, from sending the price to the last message of the first epoch that has it, milliseconds. */
  readonly latencies: readonly number[];
  /** Ticks that came together with a later one: their epoch was passed over, or held both. */
  readonly merged: number;
  /** Accounts in the least complete of those epochs. */
  readonly accountsMin: number;
}

/** Sends a price every `intervalMs` while one reader follows all accounts; the first `warmup` ticks do not count. */
export async function tickLatencies(
  address: string,
  accounts: number,
  { ticks, warmup, intervalMs }: { ticks: number; warmup: number; intervalMs: number },
): Promise<TickLatencies> {
  const reader = new Client(address, credentials.createInsecure());
  const writer = new Client(address, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 });
  const received: Received[] = [];
  const stream = follow(reader);
  stream.on('data', (bytes: Buffer) => received.push({ atMs: performance.now(), bytes }));
  await until(() => accountsOf(received).size === accounts);
  received.length = 0;
  const sent = await publish(writer, ticks + warmup, intervalMs);
  const last = sent.at(-1)?.epoch ?? 0;
  await until(() =>
    epochsOf(received.slice(-2 * Math.ceil(accounts / 1_000))).some(({ epoch }) => epoch >= last),
  );
  stream.cancel();
  for (const client of [reader, writer]) client.close();
  return latenciesOf(sent.slice(warmup), epochsOf(received));
}

function follow(client: Client): ClientReadableStream<Buffer> {
  const request = codec('margincube.v1.StreamMarginRequest').encode({ allAccounts: true });
  const path = `${SERVICE}.MarginService/StreamMargin`;
  const stream = client.makeServerStreamRequest(path, identity, identity, request);
  // Cancelled at the end.
  stream.on('error', () => undefined);
  return stream;
}

/** At a steady rate: a tick that is late does not delay those after it. */
async function publish(client: Client, count: number, intervalMs: number): Promise<Tick[]> {
  const stream = client.makeBidiStreamRequest(
    `${SERVICE}.MarketDataService/PublishMarketData`,
    identity,
    identity,
  );
  const ticks: Tick[] = [];
  let answered = 0;
  const done = new Promise<void>((resolve, reject) => {
    stream.on('error', reject);
    stream.on('data', (bytes: Buffer) => {
      const { epoch, acceptedCount } = codec('margincube.v1.PublishMarketDataResponse').decode(bytes);
      if (acceptedCount !== 1) reject(new Error(`tick ${String(answered)} was refused`));
      const tick = ticks[answered];
      if (tick !== undefined) tick.epoch = Number(epoch) + 1;
      answered += 1;
      if (answered === count) resolve();
    });
  });
  const startedMs = performance.now();
  for (let n = 0; n < count; n += 1) {
    const waitMs = startedMs + n * intervalMs - performance.now();
    if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
    const request = codec('margincube.v1.PublishMarketDataRequest').encode({
      source: 'sample',
      sourceSequence: String(n + 1),
      updates: [
        {
          time: timestampOf(Date.now()),
          indexConstituent: { underlying: 'BTC', exchange: 'sample', price: priceOf(n) },
        },
      ],
    });
    ticks.push({ sentMs: performance.now(), epoch: NaN });
    stream.write(request);
  }
  await done;
  stream.end();
  return ticks;
}

function priceOf(n: number): number {
  const at = n % (2 * STEPS);
  return FIRST_PRICE * (1 + STEP * (at < STEPS ? at : 2 * STEPS - at));
}

interface StreamedEpoch {
  readonly epoch: number;
  /** Arrival of its last message. */
  readonly atMs: number;
  readonly accounts: number;
}

/** In the order in which they came. */
function epochsOf(received: readonly Received[]): StreamedEpoch[] {
  const epochs = new Map<number, { epoch: number; atMs: number; accounts: number }>();
  for (const { atMs, bytes } of received) {
    const { batch } = codec('margincube.v1.StreamMarginResponse').decode(bytes);
    if (!batch) continue;
    const epoch = Number(batch.epoch);
    const accounts = (epochs.get(epoch)?.accounts ?? 0) + batch.updates.length;
    epochs.set(epoch, { epoch, atMs, accounts });
  }
  return [...epochs.values()];
}

function accountsOf(received: readonly Received[]): Set<string> {
  const batches = received.map(
    ({ bytes }) => codec('margincube.v1.StreamMarginResponse').decode(bytes).batch,
  );
  return new Set(batches.flatMap((batch) => batch?.updates.map(({ accountId }) => accountId) ?? []));
}

function latenciesOf(ticks: readonly Tick[], streamed: readonly StreamedEpoch[]): TickLatencies {
  const shown = ticks.map(({ epoch }) => streamed.find((one) => one.epoch >= epoch));
  const latencies = ticks.map(({ sentMs }, at) => (shown[at]?.atMs ?? NaN) - sentMs);
  return {
    latencies,
    merged: ticks.length - new Set(shown.map((one) => one?.epoch)).size,
    accountsMin: Math.min(...shown.map((one) => one?.accounts ?? 0)),
  };
}

const PATIENCE_MS = 30_000;
const POLL_MS = 20;

async function until(isDone: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (!isDone()) {
    if (performance.now() > deadlineMs) throw new Error('the margins did not come');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
