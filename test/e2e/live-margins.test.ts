/** Market data in, epochs, margins and changes of state out, over gRPC on real threads. */
import type { Client, ClientDuplexStream, ClientReadableStream } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import type { MarginUpdate__Output as Update } from '../../src/gen/margincube/v1/MarginUpdate.js';
import type { MarginUpdateBatch__Output as Batch } from '../../src/gen/margincube/v1/MarginUpdateBatch.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { resolveMarket } from '../../src/market/snapshot/resolve-market.js';
import { unwrap } from '../../src/domain/outcome.js';
import { snapshotFromMessage } from '../../src/wire/convert/market.js';
import { timestampOf } from '../../src/wire/convert/fields.js';
import { codec } from '../../src/wire/schema.js';
import { ensureBuilt } from '../support/built.js';
import { model } from '../support/margins.js';
import { randomBooks } from '../support/random-books.js';
import { NOW_MS, sampleSnapshot } from '../support/sample-market.js';
import { callBytes, errorOf, eventually, MODEL, rawClient, startTestServer } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';

const identity = (bytes: Buffer): Buffer => bytes;
const books = randomBooks(sampleSnapshot(), 60, 12, 11);

describe('live margins', () => {
  let server: TestServer;
  let client: Client;
  let nowMs = NOW_MS;
  let sequence = 0;

  beforeAll(async () => {
    ensureBuilt();
    server = await startTestServer({ now: () => nowMs });
    client = rawClient(server.address);
    for (const portfolio of books)
      server.margins.put({
        accountId: portfolio.accountId,
        seq: 1,
        model: MODEL,
        readPortfolio: () => portfolio,
      });
    await server.margins.settled();
  });
  afterAll(async () => {
    client.close();
    await server.stop();
  });

  /** Publishes updates on a stream of their own; the answer. */
  async function publish(updates: readonly object[]) {
    const call: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(
      '/margincube.v1.MarketDataService/PublishMarketData',
      identity,
      identity,
    );
    sequence += 1;
    call.write(
      codec('margincube.v1.PublishMarketDataRequest').encode({
        source: 'sample',
        sourceSequence: String(sequence),
        updates: updates.map((update) => ({ time: timestampOf(nowMs), ...update })),
      }),
    );
    call.end();
    const answers = [];
    for await (const bytes of call as AsyncIterable<Buffer>)
      answers.push(codec('margincube.v1.PublishMarketDataResponse').decode(bytes));
    return answers[0]!;
  }

  const bitcoin = (price: number): object => ({
    indexConstituent: { underlying: 'BTC', exchange: 'sample', price },
  });

  function follow(request: object): { call: ClientReadableStream<Buffer>; batches: Batch[] } {
    const call = client.makeServerStreamRequest(
      '/margincube.v1.MarginService/StreamMargin',
      identity,
      identity,
      codec('margincube.v1.StreamMarginRequest').encode(request),
    );
    const batches: Batch[] = [];
    call.on('data', (bytes: Buffer) => {
      batches.push(codec('margincube.v1.StreamMarginResponse').decode(bytes).batch!);
    });
    call.on('error', () => undefined);
    return { call, batches };
  }

  const latest = (batches: readonly Batch[]): Map<string, { update: Update; epoch: string }> =>
    new Map(
      batches.flatMap(({ updates, epoch }) =>
        updates.map((update) => [update.accountId, { update, epoch }] as const),
      ),
    );

  it('are those of a from-scratch calculation at every epoch, bit for bit', async () => {
    const { call, batches } = follow({ allAccounts: true });
    await eventually(() => latest(batches).size === books.length);
    expect(batches.flatMap(({ updates }) => updates).every(({ initialState }) => initialState)).toBe(true);
    const pm2 = model(MODEL);
    for (let tick = 1; tick <= 5; tick += 1) {
      nowMs += 400;
      const answer = await publish([bitcoin(96_650 * (1 + 0.004 * tick)), bitcoin(-1)]);
      expect(answer).toMatchObject({ acceptedCount: 1, refusedCount: 1, gapDetected: false });
      expect(answer.refusals[0]).toMatchObject({ reason: 'NOT_POSITIVE', field: 'updates[1].price' });
      const before = Number(answer.epoch);
      await eventually(() => {
        const found = [...latest(batches).values()];
        return found.length === books.length && found.every(({ epoch }) => Number(epoch) > before);
      });
      const bytes = await callBytes(
        client,
        '/margincube.v1.MarketDataService/GetSnapshot',
        codec('margincube.v1.GetSnapshotRequest').encode({}),
      );
      const { snapshot } = codec('margincube.v1.GetSnapshotResponse').decode(bytes);
      const market = unwrap(resolveMarket(unwrap(snapshotFromMessage(snapshot!))));
      const outcomes = new MarginEngine(loadKernels()).calculate({
        model: pm2,
        market,
        portfolios: books,
        options: DEFAULT_REPORT_OPTIONS,
      });
      const now = latest(batches);
      for (const [at, outcome] of outcomes.entries()) {
        const { update } = now.get(books[at]!.accountId)!;
        const { equity, initialMargin, maintenanceMargin } = unwrap(outcome);
        expect([update.state?.equity, update.state?.initialMargin, update.state?.maintenanceMargin]).toEqual([
          equity,
          initialMargin,
          maintenanceMargin,
        ]);
      }
    }
    call.cancel();
  });

  it('say when an account comes down, once, and go on after a reconnect without a gap', async () => {
    const poor = { ...books[0]!, accountId: 'poor' };
    server.margins.put({ accountId: 'poor', seq: 1, model: MODEL, readPortfolio: () => poor });
    await server.margins.settled();
    const first = follow({ accountIds: ['poor'] });
    await eventually(() => first.batches.length > 0);
    const tokens = first.batches[0]!.resumeTokens;
    expect(tokens).toHaveLength(256);
    first.call.cancel();

    const state = first.batches[0]!.updates[0]!.state!;
    const short = state.equity - 0.9 * state.maintenanceMargin;
    const cash = poor.balances[0]!;
    const drained = { ...cash, units: String(BigInt(cash.units) - BigInt(Math.ceil(short * 1e6))) };
    server.margins.put({
      accountId: 'poor',
      seq: 2,
      model: MODEL,
      readPortfolio: () => ({ ...poor, balances: [drained] }),
    });
    await server.margins.settled();

    const second = follow({ accountIds: ['poor'], resumeTokens: tokens });
    await eventually(() => second.batches.length > 0);
    const [change] = second.batches[0]!.updates;
    expect(change).toMatchObject({
      accountId: 'poor',
      accountSeq: '2',
      initialState: false,
      previousHealth: 'MARGIN_HEALTH_OK',
      state: { health: 'MARGIN_HEALTH_LIQUIDATE' },
    });
    expect(change!.enforcementId).toMatch(/^[0-9a-f]{64}$/);
    second.call.cancel();

    const { calls } = codec('margincube.v1.ListCallsResponse').decode(
      await callBytes(
        client,
        '/margincube.v1.MarginService/ListCalls',
        codec('margincube.v1.ListCallsRequest').encode({ health: ['MARGIN_HEALTH_LIQUIDATE'] }),
      ),
    );
    const called = calls.find(({ accountId }) => accountId === 'poor')!;
    expect(called.callId).toBe(change!.enforcementId);
    const { equity, maintenanceMargin, initialMargin } = called.state!;
    expect(equity + called.cureAmount).toBeCloseTo(
      Math.max(1.15 * maintenanceMargin, maintenanceMargin + 0.4 * (initialMargin - maintenanceMargin)),
      4,
    );
    const unknown = Buffer.from([0x0a, 0x01, 99]);
    const refused = await errorOf(callBytes(client, '/margincube.v1.MarginService/ListCalls', unknown));
    expect(refused.message).toContain('health[0]');
  });

  it('stay what they were while the quotes of everything are pulled for a second, and nobody is called', async () => {
    const { instruments } = sampleSnapshot();
    const quote = (change: object): Promise<unknown> =>
      publish(instruments.map(({ instrument }) => ({ quote: { instrument: instrument.name, ...change } })));
    const standing = () =>
      [...server.margins.all()].map(({ maintenanceMargin, step, callId }) => ({
        ...{ maintenanceMargin, step, callId },
      }));
    const newest = (): number => Math.max(...[...server.margins.all()].map(({ epoch }) => epoch));
    await server.margins.settled();
    const before = standing();
    const changes = server.margins.changes.end;
    const last = newest();
    await quote({ clearBid: true, clearAsk: true });
    await eventually(() => [...server.margins.all()].every(({ epoch }) => epoch > last));
    expect(standing()).toEqual(before);
    nowMs += 1_000;
    const later = newest();
    await eventually(() => [...server.margins.all()].every(({ epoch }) => epoch > later));
    // A second brings options nearer to their expiry; steps and calls are those of before.
    const afterASecond = standing();
    expect(afterASecond.map(({ step, callId }) => ({ step, callId }))).toEqual(
      before.map(({ step, callId }) => ({ step, callId })),
    );
    afterASecond.forEach(({ maintenanceMargin }, at) => {
      expect(maintenanceMargin / before[at]!.maintenanceMargin).toBeCloseTo(1, 3);
    });
    expect(server.margins.changes.end).toBe(changes);
  });

  it('of a feed that stops are never lower, and nobody is called by it', async () => {
    const standing = () =>
      [...server.margins.all()].map(({ initialMargin, step }) => ({ initialMargin, step }));
    let before = standing();
    for (const seconds of [1, 10, 70]) {
      const last = Math.max(...[...server.margins.all()].map(({ epoch }) => epoch));
      nowMs += 1_000 * seconds;
      // A silent feed is published once a second, so that its age shows.
      await eventually(() => [...server.margins.all()].every(({ epoch }) => epoch > last));
      const after = standing();
      expect(after.map(({ step }) => step)).toEqual(before.map(({ step }) => step));
      // Within its permitted age a price is as good as new, and a second brings every option nearer to its expiry.
      if (seconds > 1)
        after.forEach(({ initialMargin }, at) => {
          expect(initialMargin).toBeGreaterThanOrEqual(before[at]!.initialMargin);
        });
      before = after;
    }
  });
});
