/** What the TypeScript client adds to calls: tries, tokens, answers in order, streams that go on; on real servers and a network that breaks. */
import { readFileSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MarginClient, refusalOf, refusalOfStatus, tlsCredentials } from '../../src/client/index.js';
import type { ClientOptions, MarginUpdate, Newest } from '../../src/client/index.js';
import { partitionOf } from '../../src/domain/partition.js';
import type { Portfolio } from '../../src/domain/portfolio.js';
import type { StartOptions } from '../../src/rpc/start-server.js';
import { buy, event, GRID, order, PERPETUAL } from '../support/account-calls.js';
import { randomBooks } from '../support/random-books.js';
import { book, cash, sampleSnapshot } from '../support/sample-market.js';
import { createSecurity } from '../support/security.js';
import { sharedServer } from '../support/shared-server.js';
import type { TestSecurity } from '../support/security.js';
import { startTcpRelay } from '../support/tcp-relay.js';
import type { TcpRelay } from '../support/tcp-relay.js';
import type { TestServer } from '../support/test-server.js';
import { errorOf, eventually, metricSum, MODEL, startTestServer } from '../support/test-server.js';

const calculation = { model: { name: MODEL } };

let ends: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of ends.reverse()) await end();
  ends = [];
});

async function serve(options: Partial<StartOptions> = {}): Promise<TestServer> {
  const server = await startTestServer({ workers: 1, ...options });
  ends.push(() => server.stop());
  return server;
}

async function relayTo(port: number): Promise<TcpRelay> {
  const relay = await startTcpRelay(port);
  ends.push(() => relay.close());
  return relay;
}

function clientOf(address: string, options?: ClientOptions): MarginClient {
  const client = new MarginClient(address, options);
  ends.push(() => {
    client.close();
  });
  return client;
}

const shared = sharedServer({ workers: 1, allowApproximations: true });

describe('a call', () => {
  it('is tried again where the server is full, after what the server says', async () => {
    const server = await serve({ callsInFlightMax: 1 });
    const client = clientOf(server.address);
    const stopping = new AbortController();
    // A stream is a call in flight for as long as it is open.
    const stream = client.checkOrders({ signal: stopping.signal });
    const held = stream.ask(order('nobody'));
    await held;
    const refused = (): Promise<number> =>
      metricSum(server, 'grpc_server_handled_total', { grpc_code: 'RESOURCE_EXHAUSTED' });
    const answer = client.calculateMargin(calculation, book([]));
    await eventually(async () => (await refused()) > 0);
    stopping.abort();
    expect((await answer).report?.initialMargin).toBe(0);

    const again = client.checkOrders();
    await again.ask(order('nobody'));
    const impatient = clientOf(server.address, { retries: false });
    const before = await refused();
    const error = await errorOf(impatient.calculateMargin(calculation, book([])));
    expect(refusalOf(error)).toMatchObject({
      code: status.RESOURCE_EXHAUSTED,
      reason: 'OVERLOADED',
      retryAfterMs: 100,
    });
    expect(await refused()).toBe(before + 1);
    again.close();
  });

  it('is tried again where the connection breaks', async () => {
    const { server } = shared;
    const relay = await relayTo(server.port);
    relay.cut();
    const client = clientOf(relay.address);
    const answer = client.calculateMargin(calculation, book([]));
    await eventually(() => relay.connectionCount > 0);
    relay.mend();
    expect((await answer).report?.initialMargin).toBe(0);
  });

  it('that may change something is not', async () => {
    const { server } = shared;
    const relay = await relayTo(server.port);
    relay.cut();
    const request = { portfolio: { accountId: 'a', balances: [cash('USDC', 1)] } };
    const error = await errorOf(clientOf(relay.address).call('PortfolioService/PutPortfolio', request));
    expect(error.code).toBe(status.UNAVAILABLE);
    expect(refusalOf(error)).toBeUndefined();
    expect(relay.connectionCount).toBe(1);
  });

  it('says what was wrong with it, and an outcome of a batch the same', async () => {
    const { server } = shared;
    const client = clientOf(server.address);
    const wrong: Portfolio = book([{ instrument: 'BTC-USDC-PERPETUUM', quantity: 1 }]);
    const refusal = refusalOf(await errorOf(client.calculateMargin(calculation, wrong)));
    expect(refusal).toMatchObject({
      code: status.INVALID_ARGUMENT,
      reason: 'UNKNOWN_INSTRUMENT',
      fields: [{ field: 'portfolio.positions[0].instrument' }],
    });
    expect(refusal?.closestMatches).toContain(PERPETUAL);
    expect(refusal?.requestId).not.toBe('');
    expect(refusal?.retryAfterMs).toBeUndefined();
    const [outcome] = await client.batchCalculateMargin(calculation, [wrong]).all();
    expect(refusalOfStatus(outcome!.error!).reason).toBe('UNKNOWN_INSTRUMENT');
  });
});

describe('a stream of orders or events', () => {
  it('answers each request with its own answer, and rejects what a broken connection leaves open', async () => {
    const { server } = shared;
    const relay = await relayTo(server.port);
    const client = clientOf(relay.address);
    await client.call('PortfolioService/PutPortfolio', {
      portfolio: { accountId: 'carol', balances: [cash('USDC', 50_000)] },
      details: { model: GRID, ownerId: 'desk' },
    });
    const recording = client.recordEvents();
    const { acknowledgements } = await recording.ask({ events: [event('carol', buy(0.1, 96_700))] });
    expect(acknowledgements).toMatchObject([{ accountSeq: '2' }]);
    recording.close();

    const checks = client.checkOrders();
    const ids = Array.from({ length: 40 }, (_, n) => `o-${String(n)}`);
    const answers = await Promise.all(
      ids.map((clientOrderId) => checks.ask(order('carol', { clientOrderId }))),
    );
    expect(answers.map(({ clientOrderId }) => clientOrderId)).toEqual(ids);
    expect(answers.every(({ accountSeq }) => accountSeq === '2')).toBe(true);
    expect(checks.waiting).toBe(0);
    relay.cut();
    const open = checks.ask(order('carol'));
    expect((await errorOf(open)).code).toBe(status.UNAVAILABLE);
    expect((await errorOf(checks.ask(order('carol')))).code).toBe(status.UNAVAILABLE);
  });
});

describe('margins that are followed', () => {
  const [rich] = randomBooks(sampleSnapshot(), 1, 12, 11) as [Portfolio];

  /** Gives an account a book with this much less cash, and waits for its margin. */
  async function take(server: TestServer, seq: number, usd: number): Promise<void> {
    const [balance] = rich.balances;
    const units = String(BigInt(balance!.units) - BigInt(Math.ceil(usd * 1e6)));
    const portfolio = { ...rich, balances: [{ ...balance!, units }] };
    server.margins.put({ accountId: 'poor', seq, model: MODEL, readPortfolio: () => portfolio });
    await server.margins.settled();
  }

  /** Updates of all accounts as they come. */
  function follow(client: MarginClient): MarginUpdate[] {
    const stopping = new AbortController();
    const updates: MarginUpdate[] = [];
    const following = (async () => {
      for await (const batch of client.followMargins({ accountIds: ['poor'] }, stopping.signal))
        updates.push(...batch.updates);
    })();
    ends.push(async () => {
      stopping.abort();
      await following;
    });
    return updates;
  }

  const health = ({ state }: MarginUpdate): string | undefined => state?.health.replace('MARGIN_HEALTH_', '');

  it('lose no change of state while the connection is away', async () => {
    const { server } = shared;
    const relay = await relayTo(server.port);
    await take(server, 1, 0);
    const updates = follow(clientOf(relay.address));
    await eventually(() => updates.length === 1);
    const { equity = 0, maintenanceMargin = 0 } = updates[0]!.state ?? {};
    relay.cut();
    await eventually(() => relay.connectionCount > 1);
    const before = server.margins.changes.end;
    // Down and up again while nobody listens: only what follows the token of the reader tells of it.
    await take(server, 2, equity - 0.9 * maintenanceMargin);
    await take(server, 3, 0);
    await take(server, 4, equity - 0.9 * maintenanceMargin);
    const missed = server.margins.changes.end - before;
    expect(missed).toBeGreaterThanOrEqual(3);
    relay.mend();
    await eventually(() => updates.length > missed);
    const changes = updates.slice(1, 1 + missed);
    expect(changes.every(({ initialState }) => !initialState)).toBe(true);
    expect(changes.map(({ accountSeq }) => accountSeq)).toEqual(
      Array.from({ length: missed }, (_, place) =>
        String(server.margins.changes.at(before + place)?.accountSeq),
      ),
    );
    expect(health(changes.at(-1)!)).toBe('LIQUIDATE');
    expect(new Set(changes.map(({ enforcementId }) => enforcementId)).size).toBeGreaterThan(1);
  });

  it('go on on the server that comes after, from the present state', async () => {
    const first = await serve();
    await take(first, 1, 0);
    const updates = follow(clientOf(first.address));
    await eventually(() => updates.length === 1);
    const { equity = 0, maintenanceMargin = 0 } = updates[0]!.state ?? {};
    await take(first, 2, equity - 0.9 * maintenanceMargin);
    await eventually(() => updates.length > 1);
    await first.stop();
    const second = await serve({ port: first.port });
    const partition = partitionOf('poor');
    const seen = first.margins.changes.sequenceOf(partition);
    // As many changes as the reader has seen of the first one, but others.
    await take(second, 1, 0);
    await take(second, 2, equity - 0.9 * maintenanceMargin);
    expect(second.margins.changes.placeAfter(partition, seen)).toBeUndefined();
    await eventually(() => updates.some(({ initialState }, at) => at > 0 && initialState));
    const told = updates.filter(({ initialState }, at) => at > 0 && initialState);
    expect(told).toHaveLength(1);
    expect(['OK', 'LIQUIDATE']).toContain(health(told[0]!));
    await eventually(() => health(updates.at(-1)!) === 'LIQUIDATE');
  });

  it('end with what another stream would not mend', async () => {
    const { server } = shared;
    const following = clientOf(server.address).followMargins({});
    expect(refusalOf(await errorOf(following.next()))?.fields[0]?.field).toBe('accountIds');
  });
});

describe('a stream of the newest state that is followed', () => {
  /** What a reader knows by key: a message that starts over takes away what was known before. */
  function know<Message extends object>(
    following: (signal: AbortSignal) => AsyncIterable<Newest<Message>>,
    entriesOf: (message: Message) => readonly (readonly [string, number])[],
  ): { readonly known: Map<string, number>; readonly starts: number[] } {
    const stopping = new AbortController();
    const known = new Map<string, number>();
    /** How much each stream began with. */
    const starts: number[] = [];
    const reading = (async () => {
      for await (const message of following(stopping.signal)) {
        if (message.startsOver) known.clear();
        for (const [key, value] of entriesOf(message)) known.set(key, value);
        if (message.startsOver) starts.push(known.size);
      }
    })();
    ends.push(async () => {
      stopping.abort();
      await reading;
    });
    return { known, starts };
  }

  it('tells the marks of the server that comes after, and none that only the one before had', async () => {
    const sample = sampleSnapshot();
    const first = await serve();
    const client = clientOf(first.address);
    const { known, starts } = know(
      (signal) => client.followMarks({}, signal),
      ({ marks }) => marks.map(({ instrument, price }) => [instrument, price] as const),
    );
    await eventually(() => known.size === sample.instruments.length);
    const moved = sample.instruments.map((quote) =>
      quote.instrument.name === PERPETUAL ? { ...quote, markPrice: 96_800 } : quote,
    );
    first.publish({ ...sample, epoch: sample.epoch + 1, instruments: moved });
    await eventually(() => known.get(PERPETUAL) === 96_800);
    expect(starts).toEqual([sample.instruments.length]);
    await first.stop();
    const kept = sample.instruments.filter(({ instrument }) => instrument.name !== 'BTC-30D');
    await serve({ port: first.port, marketSnapshot: { ...sample, instruments: kept } });
    await eventually(() => starts.length === 2);
    expect(starts[1]).toBe(kept.length);
    expect(known.get(PERPETUAL)).toBe(96_700);
    expect(known.has('BTC-30D')).toBe(false);
  });

  it('tells sums of risk anew when the connection and when the server was lost', async () => {
    const own = async (caller: MarginClient, accountId: string, ownerId: string): Promise<void> => {
      const portfolio = { accountId, balances: [cash('USDC', 50_000)] };
      await caller.call('PortfolioService/PutPortfolio', { portfolio, details: { model: GRID, ownerId } });
    };
    const first = await serve();
    await own(clientOf(first.address), 'a-1', 'anna');
    await own(clientOf(first.address), 'b-1', 'boris');
    const relay = await relayTo(first.port);
    const client = clientOf(relay.address);
    const request = { level: 'AGGREGATION_LEVEL_OWNER', minimumIntervalMs: 100 } as const;
    const { known, starts } = know(
      (signal) => client.followRisk(request, signal),
      ({ aggregates }) => aggregates.map(({ key, accountCount }) => [key, accountCount] as const),
    );
    await eventually(() => known.size === 2);
    await own(clientOf(first.address), 'b-2', 'boris');
    await eventually(() => known.get('boris') === 2);
    const seen = starts.length;
    relay.cut();
    await eventually(() => relay.connectionCount > 1);
    relay.mend();
    await eventually(() => starts.length > seen);
    expect([...known].sort()).toEqual([
      ['anna', 1],
      ['boris', 2],
    ]);
    await first.stop();
    const second = await serve({ port: first.port });
    await own(clientOf(second.address), 'b-1', 'boris');
    await eventually(() => starts.length > seen + 1);
    expect([...known]).toEqual([['boris', 1]]);
  });

  it('ends with what another stream would not mend, and with the signal', async () => {
    const client = clientOf(shared.server.address);
    const refused = client.followRisk({ level: 'AGGREGATION_LEVEL_UNSPECIFIED' });
    expect(refusalOf(await errorOf(refused.next()))?.fields[0]?.field).toBe('level');
    const stopping = new AbortController();
    const marks = client.followMarks({ instruments: [PERPETUAL] }, stopping.signal);
    expect((await marks.next()).value?.marks.map(({ instrument }) => instrument)).toEqual([PERPETUAL]);
    stopping.abort();
    expect((await marks.next()).done).toBe(true);
  });
});

describe('a client with credentials', () => {
  let security: TestSecurity;
  beforeAll(async () => {
    security = await createSecurity();
  });
  afterAll(() => {
    security.remove();
  });

  it('shows a token that it asks for at every call, and goes on with a new one where the old one ends', async () => {
    const { certificateFile, privateKeyFile, clientAuthorityFile } = security;
    const accessFile = security.policy([{ name: 'desk', tokenSubject: 'desk', roles: ['risk'] }]);
    const server = await serve({ accessFile, tls: { certificateFile, privateKeyFile } });
    server.margins.put({ accountId: 'a', seq: 1, model: MODEL, readPortfolio: () => book([]) });
    const address = server.address.replace('127.0.0.1', 'localhost');
    const channel = { credentials: tlsCredentials({ authority: readFileSync(clientAuthorityFile) }) };
    let given = 0;
    const renewing = clientOf(address, {
      ...channel,
      // With the tolerance for clocks the first one has three or four seconds left.
      token: () => security.token('desk', { expiresInSeconds: (given += 1) === 1 ? -1 : 60 }),
    });
    const following = renewing.followMargins({ allAccounts: true });
    expect((await following.next()).value?.updates).toHaveLength(1);
    expect((await following.next()).value?.updates).toHaveLength(1);
    expect(given).toBe(2);
    await following.return();

    let asked = 0;
    const client = clientOf(address, {
      ...channel,
      token: () => {
        asked += 1;
        if (asked === 3) throw new Error('the vault is closed');
        return security.token('desk');
      },
    });
    for (let call = 1; call <= 2; call += 1)
      expect((await client.call('ModelService/ListModels', {})).models).not.toHaveLength(0);
    const error = await errorOf(client.call('ModelService/ListModels', {}));
    expect(error.code).toBe(status.UNAUTHENTICATED);
    expect(error.message).toContain('the vault is closed');
    expect(asked).toBe(3);
  });
});
