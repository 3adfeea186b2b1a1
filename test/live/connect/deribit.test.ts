/** The live connector of Deribit against a replay of its messages, into a real server. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unwrap } from '../../../src/domain/outcome.js';
import { BookContinuity } from '../../../src/live/connect/book-continuity.js';
import type { ConnectorEvent } from '../../../src/live/connect/deribit-connector.js';
import { DeribitConnector } from '../../../src/live/connect/deribit-connector.js';
import type { MarketUpdate } from '../../../src/market/feed/market-update.js';
import { updatesOf } from '../../../src/market/venues/deribit/live-messages.js';
import { call } from '../../support/account-calls.js';
import { ensureBuilt } from '../../support/built.js';
import { DeribitReplay } from '../../support/deribit-replay.js';
import { dataFolder, REPOSITORY } from '../../support/folders.js';
import { eventually, rawClient, startTestServer } from '../../support/test-server.js';

const data = dataFolder();
const PERPETUAL = 'BTC-PERPETUAL';

describe.skipIf(data === undefined)('the connector of Deribit', () => {
  let replay: DeribitReplay;
  const updates: MarketUpdate[] = [];
  const seen: ConnectorEvent[] = [];
  const connector = (currencies = ['BTC']): DeribitConnector =>
    new DeribitConnector({
      url: replay.url,
      currencies,
      onUpdates: (some) => updates.push(...some),
      onEvent: (one) => seen.push(one),
      backoff: { firstMs: 5, mostMs: 50 },
      listingCheckMs: 50,
    });
  const connected = (): number => seen.filter(({ kind }) => kind === 'CONNECTED').length;

  beforeAll(async () => {
    ensureBuilt();
    replay = await DeribitReplay.open(path.join(data ?? '', 'deribit-api/2026-02-05T15'));
  }, 300_000);
  afterAll(() => replay.close());

  it('reads the whole market, at the pace that the venue asks for', async () => {
    replay.tooMany = 1;
    const { snapshot, report } = unwrap(await connector(['BTC', 'ETH']).snapshot());
    expect(report.rowsUsed).toBeGreaterThan(1_500);
    expect(snapshot.underlyings.map(({ name }) => name)).toEqual(['BTC', 'ETH']);
    expect(replay.calls('public/get_index_price')).toHaveLength(3);
  });

  it('subscribes, answers heartbeats, closes gaps of books and comes back when it is cut off', async () => {
    const live = connector();
    live.start();
    await eventually(() => connected() === 1);
    const channels = replay.calls('public/subscribe').flatMap(({ params }) => params.channels as string[]);
    expect(channels).toContain('deribit_price_index.btc_usd');
    expect(channels).toContain(`book.${PERPETUAL}.100ms`);
    expect(channels.filter((name) => name.startsWith('ticker.')).length).toBeGreaterThan(800);
    for (const { params } of replay.calls('public/subscribe'))
      expect((params.channels as string[]).length).toBeLessThanOrEqual(200);

    replay.requestTest();
    await eventually(() => replay.calls('public/test').length === 1);

    replay.publishBook(PERPETUAL, [['new', 101, 3]]);
    await eventually(() => updates.some((one) => one.kind === 'DEPTH' && !one.isSnapshot));
    updates.length = 0;
    replay.publishBook(PERPETUAL, [['new', 102, 3]], true);
    await eventually(() => updates.some((one) => one.kind === 'DEPTH' && one.isSnapshot));
    expect(updates.filter((one) => one.kind === 'DEPTH' && !one.isSnapshot)).toEqual([]);
    expect(seen).toContainEqual({ kind: 'GAP', channel: `book.${PERPETUAL}.100ms` });
    expect(replay.calls('public/unsubscribe')).toHaveLength(1);

    replay.cut();
    await eventually(() => connected() === 2);
    expect(seen.find(({ kind }) => kind === 'DISCONNECTED')).toMatchObject({ nextAttemptMs: 5 });
    await live.stop();
    await eventually(() => replay.connections === 0);
  });

  it('margins the market that it hears', async () => {
    const live = connector();
    const [option, later] = replay.rows('book_summary_BTC_option');
    const name = String(option?.instrument_name);
    const laterName = String(later?.instrument_name);
    replay.unlisted.add(laterName);
    const { snapshot } = unwrap(await live.snapshot());
    const now = (): number => replay.timeMs;
    const server = await startTestServer({ marketSnapshot: snapshot, now, workers: 1, connector: live });
    const client = rawClient(server.address);
    const before = connected();
    await eventually(() => connected() > before);
    replay.publish(`ticker.${name}.100ms`, {
      ...option,
      timestamp: replay.timeMs,
      best_bid_price: 0.2,
      best_ask_price: 0.21,
      mark_price: 0.205,
      mark_iv: 80,
      open_interest: 12,
    });
    const quote = async (of = name) => {
      const { snapshot: current } = await call(
        client,
        'MarketDataService/GetSnapshot',
        'margincube.v1.GetSnapshotRequest',
        {},
        'margincube.v1.GetSnapshotResponse',
      );
      return current?.instruments.find(({ instrument }) => instrument?.name === of);
    };
    await eventually(async () => (await quote())?.bidPrice === 0.2);
    expect(await quote()).toMatchObject({ askPrice: 0.21, markPrice: 0.205, markVolatility: 0.8 });

    expect(await quote(laterName)).toBeUndefined();
    replay.unlisted.clear();
    await eventually(async () => (await quote(laterName)) !== undefined);
    expect(seen).toContainEqual({ kind: 'LISTED', instruments: [laterName] });
    await eventually(() =>
      replay
        .calls('public/subscribe')
        .some(({ params }) => String(params.channels) === `ticker.${laterName}.100ms`),
    );
    client.close();
    await server.stop();
    await eventually(() => replay.connections === 0);
  });

  it(
    'is followed by margincube serve --connect deribit, until it is told to stop',
    { timeout: 120_000 },
    async () => {
      const args = [
        'serve',
        '--insecure-loopback',
        '--connect',
        'deribit',
        '--connect-url',
        replay.url,
        '--currency',
        'BTC',
        '--port',
        '0',
      ];
      const child = spawn(process.execPath, ['dist/cli/margincube.js', ...args, '--drain-notice-ms', '0'], {
        ...{ cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'] },
      });
      const ended = once(child, 'exit');
      let text = '';
      let problems = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()));
      const startedMs = Date.now();
      while (!/gRPC on \S+/.test(text) || !problems.includes('deribit: connected')) {
        if (child.exitCode !== null || Date.now() - startedMs > 60_000) throw new Error(`${text}${problems}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const client = rawClient(/gRPC on (\S+)/.exec(text)?.[1] ?? '');
      const indexPrice = async () => {
        const { snapshot } = await call(
          client,
          'MarketDataService/GetSnapshot',
          'margincube.v1.GetSnapshotRequest',
          {},
          'margincube.v1.GetSnapshotResponse',
        );
        return snapshot?.underlyings.find(({ name }) => name === 'BTC')?.indexPrice;
      };
      const before = (await indexPrice()) ?? NaN;
      expect(before).toBeGreaterThan(0);
      const price = 1.005 * before;
      replay.publish('deribit_price_index.btc_usd', { index_name: 'btc_usd', timestamp: Date.now(), price });
      // The oracle says how far one quote moves its price; that it moves says that the quote was heard.
      await eventually(async () => ((await indexPrice()) ?? NaN) > before);
      client.close();
      child.kill('SIGTERM');
      const [code] = (await ended) as [number | null];
      expect(code).toBe(0);
    },
  );

  it('takes nothing that is not in the documented form', () => {
    for (const bad of [undefined, 7, [], {}, { instrument_name: 1 }, { timestamp: 'now' }])
      for (const channel of ['ticker.x.100ms', 'book.x.100ms', 'deribit_price_index.btc_usd', 'nothing.x'])
        expect(updatesOf(channel, bad) ?? []).toEqual([]);
    expect(updatesOf('trades.future.BTC.100ms', [{ price: 1 }])).toBeUndefined();
    const books = new BookContinuity();
    expect(books.judge('b', { type: 'change', change_id: 2, prev_change_id: 1 })).toBe('GAP');
    expect(books.judge('b', { type: 'change', change_id: 3, prev_change_id: 2 })).toBe('SKIP');
    expect(books.judge('b', { type: 'snapshot', change_id: 9 })).toBe('TAKE');
    expect(books.judge('b', { type: 'change', change_id: 10, prev_change_id: 9 })).toBe('TAKE');
  });
});
