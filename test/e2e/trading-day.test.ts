/**
 * A day of trading on a recorded chain through a real server: ticks, trades, orders, an expiry, a SIGKILL under load, a recovery.
 * Whatever the server streams must be a calculation from scratch of the account on the market of the same epoch, bit for bit, and what
 * it says later about that moment as well.
 */
import path from 'node:path';
import type { Client } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSnapshot } from '../../src/cli/market-file.js';
import { SETTLEMENT_WINDOW_SECONDS } from '../../src/domain/time.js';
import { unwrap } from '../../src/domain/outcome.js';
import type { MarketSnapshot } from '../../src/market/snapshot/market-snapshot.js';
import { importDeribitFiles } from '../../src/market/venues/deribit/import-files.js';
import { events, put } from '../support/account-calls.js';
import { ensureBuilt } from '../support/built.js';
import type { StreamedThen } from '../support/streamed-margins.js';
import type { ClockedServer } from '../support/clocked-server.js';
import { startClockedServer } from '../support/clocked-server.js';
import { dataFolder } from '../support/folders.js';
import { StreamedMargins, expectAsStreamed, expectFromScratch } from '../support/streamed-margins.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { MODEL } from '../support/test-server.js';
import { TradingDay } from '../support/trading-day.js';

const DAY_MS = 86_400_000;
const IS_FULL = process.env.MARGINCUBE_TRADING_DAY === 'full';
const STEPS = IS_FULL ? 144 : 8;
const ACCOUNTS = IS_FULL ? 100 : 12;
/** The first is margined in columns, the second has a rule for open orders. */
const ORDERS_MODEL = 'paradex-pm';
const MODELS = [MODEL, ORDERS_MODEL];
const STEPS_PER_CRASH = IS_FULL ? 24 : 4;

const data = dataFolder();
const root = temporaryFolder('trading-day');
const marketFile = path.join(root, 'market.json');
const journal = path.join(root, 'journal');
const modelOf = new Map<string, string>(
  Array.from({ length: ACCOUNTS }, (_, at) => [`trader-${String(at)}`, MODELS[at % 2] ?? MODEL] as const),
);

describe.skipIf(data === undefined)('a day of trading', () => {
  let chain: MarketSnapshot;
  let server: ClockedServer | undefined;

  beforeAll(() => {
    ensureBuilt();
    const file = path.join(data ?? '', 'deribit-chains/20260203T213503Z.csv.gz');
    chain = unwrap(importDeribitFiles([file], { settlement: 'LINEAR', usdcPrice: 1 })).snapshot;
    writeSnapshot(marketFile, chain);
  }, 300_000);
  afterAll(() => server?.kill());

  it(
    `streams what a calculation from scratch gives at ${String(STEPS)} hours of a day with ${String(STEPS / STEPS_PER_CRASH)} crashes`,
    { timeout: 600_000 },
    async () => {
      const day = new TradingDay(
        chain,
        [...modelOf.keys()],
        (id) => modelOf.get(id) === ORDERS_MODEL,
        20_260_203,
      );
      let timeMs = chain.timeMs;
      server = await startClockedServer(marketFile, journal, timeMs);
      for (const [accountId, model] of modelOf)
        day.hasSequence(accountId, await put(server.client, accountId, 2_000_000, model));
      let streamed = new StreamedMargins(server.client);
      let compared = 0;
      let steps = 0;
      const then: StreamedThen[] = [];
      for (let step = 1; step <= STEPS; step += 1) {
        timeMs += DAY_MS / STEPS;
        if (isAveraging(chain, timeMs)) continue;
        steps += 1;
        await server.setClock(timeMs);
        if (step % STEPS_PER_CRASH === 0) {
          await killWhileTrading(server, day, timeMs);
          server = await startClockedServer(marketFile, journal, timeMs);
          await day.expectAcknowledged(server.client);
          streamed = new StreamedMargins(server.client, streamed.resumeTokens);
        }
        await record(server.client, day, day.settlements(timeMs));
        await record(server.client, day, day.events(timeMs));
        const epoch = await day.publish(server.client, timeMs);
        compared += await expectFromScratch(server.client, streamed, modelOf, day.sequences, epoch);
        for (const accountId of [...modelOf.keys()].slice(0, MODELS.length))
          then.push({ timeMs, accountId, ...streamed.latest.get(accountId)! });
      }
      await expectAsStreamed(server.client, then);
      expect(compared).toBeGreaterThanOrEqual(steps * ACCOUNTS);
      expect(day.expired).toBeGreaterThan(0);
    },
  );
});

/** Whether some settlement price is being averaged: nothing of its expiry is margined without the part that is known, which no tick brings. */
function isAveraging({ instruments }: MarketSnapshot, timeMs: number): boolean {
  return instruments.some(({ instrument }) => {
    const leftMs = 'expiryMs' in instrument ? instrument.expiryMs - timeMs : Infinity;
    return leftMs > 0 && leftMs <= SETTLEMENT_WINDOW_SECONDS * 1_000;
  });
}

/** Sends events and expects every one to be accepted. */
async function record(
  client: Client,
  day: TradingDay,
  sent: ReturnType<TradingDay['events']>,
): Promise<void> {
  if (sent.length === 0) return;
  const recording = events(client);
  const [answer] = await recording.ask({ events: sent });
  recording.end();
  for (const { status, error, accountSeq, eventId } of answer?.acknowledgements ?? []) {
    expect(status, `${eventId}: ${error?.message ?? ''}`).toBe('EVENT_STATUS_ACCEPTED');
    day.acknowledged(eventId, Number(accountSeq));
  }
}

/** Events until the process is gone; what was acknowledged before is remembered. */
async function killWhileTrading(server: ClockedServer, day: TradingDay, timeMs: number): Promise<void> {
  const trading = (async () => {
    try {
      for (;;) await record(server.client, day, day.events(timeMs));
    } catch (error) {
      if (error instanceof Error && error.name === 'AssertionError') throw error;
    }
  })();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await server.kill();
  await trading;
}
