/** Plans and cascades whose caller goes away, or whose deadline passes, are dropped where they wait and stopped where they run. */
import { status, type Client } from '@grpc/grpc-js';
import { beforeAll, describe, expect, it } from 'vitest';
import { sampleBooks, sampleMarketSnapshot } from '../../bench/lib/sample-books.js';
import { codec } from '../../src/wire/schema.js';
import { portfolioToMessage } from '../../src/wire/convert/portfolio.js';
import type { MarketSnapshot } from '../../src/market/snapshot/market-snapshot.js';
import { put, SERVICE } from '../support/account-calls.js';
import { sharedServer } from '../support/shared-server.js';
import { callBytes, errorOf, eventually, metricSum, MODEL } from '../support/test-server.js';

/** Options are quoted, so that a plan has a trade for each that it closes. */
const snapshot = quotedMarket();
const shared = sharedServer({ marketSnapshot: snapshot, workers: 1, model: MODEL, longWaitMaxMs: 600_000 });
const identity = (bytes: Buffer): Buffer => bytes;

const PLAN = `${SERVICE}.RiskService/PlanLiquidation`;
const CASCADE = `${SERVICE}.RiskService/SimulateCascade`;

function quotedMarket(): MarketSnapshot {
  const market = sampleMarketSnapshot();
  const instruments = market.instruments.map((quote) => ({ ...quote, bidPrice: 1_000, askPrice: 2_000 }));
  return { ...market, instruments };
}

/** A book without money: all of it is closed, leg by leg, with hundreds of margins of which none takes long. */
function planOf(positions: number): Buffer {
  const [book] = sampleBooks(1, positions, 1);
  return codec('margincube.v1.PlanLiquidationRequest').encode({
    calculation: { model: { name: MODEL } },
    book: { portfolio: { ...portfolioToMessage(book!), balances: [] } },
  });
}

const long = planOf(700);
const short = planOf(1);
const cascade = codec('margincube.v1.SimulateCascadeRequest').encode({
  shocks: [{ underlying: 'BTC', spotShock: -0.15, volShock: 0.3 }],
  mapSpotShocks: Array.from({ length: 101 }, (_, at) => (at - 50) / 101),
});

/** Milliseconds that a call takes. */
async function timeOf(request: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await request();
  return performance.now() - startedAtMs;
}

/** Of several tries: work that is not stopped takes its whole time in every one, a busy machine disturbs some. */
async function shortest(tryMs: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let at = 0; at < 5; at += 1) least = Math.min(least, await tryMs());
  return least;
}

function start(client: Client, path: string, request: Buffer): { cancel: () => void; code: Promise<number> } {
  let cancel = (): void => undefined;
  const code = new Promise<number>((resolve) => {
    const call = client.makeUnaryRequest(path, identity, identity, request, (error) => {
      resolve(error?.code ?? status.OK);
    });
    cancel = () => {
      call.cancel();
    };
  });
  return { cancel, code };
}

const allEnded = (): Promise<void> =>
  eventually(async () => (await metricSum(shared.server, 'margin_rpc_in_flight')) === 0);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('work that nobody waits for any more', () => {
  let longMs = NaN;
  beforeAll(async () => {
    const { client, server } = shared;
    for (let at = 0; at < 50; at += 1) await put(client, `account-${String(at)}`, 1e6, MODEL);
    await server.margins.settled();
    await callBytes(client, PLAN, short);
    const whole = codec('margincube.v1.PlanLiquidationResponse').decode(await callBytes(client, PLAN, long));
    expect(whole.plan?.steps).toHaveLength(700);
    longMs = await timeOf(() => callBytes(client, PLAN, long));
  }, 60_000);

  it('is no plan that runs: it ends before its time', async () => {
    const { client } = shared;
    const nextMs = await shortest(async () => {
      const running = start(client, PLAN, long);
      await pause(longMs / 10);
      running.cancel();
      expect(await running.code).toBe(status.CANCELLED);
      return timeOf(() => callBytes(client, PLAN, short));
    });
    expect(nextMs).toBeLessThan(longMs / 2);
    await allEnded();
  });

  it('is no plan that waits, and none of the room that admission keeps for it', async () => {
    const { client } = shared;
    const waiting = Array.from({ length: 20 }, () => start(client, PLAN, long));
    await pause(longMs / 10);
    for (const { cancel } of waiting) cancel();
    expect(await timeOf(() => callBytes(client, PLAN, short))).toBeLessThan(2 * longMs);
    await allEnded();
  });

  it('is no plan whose deadline passes', async () => {
    const { client } = shared;
    const nextMs = await shortest(async () => {
      const late = await errorOf(callBytes(client, PLAN, long, Date.now() + longMs / 4));
      expect(late.code).toBe(status.DEADLINE_EXCEEDED);
      return timeOf(() => callBytes(client, PLAN, short));
    });
    expect(nextMs).toBeLessThan(longMs / 2);
    await allEnded();
  });

  it('is no cascade: it ends with its round', async () => {
    const { client } = shared;
    await callBytes(client, CASCADE, cascade);
    const wholeMs = await timeOf(() => callBytes(client, CASCADE, cascade));
    const cancelledMs = await shortest(async () => {
      const running = start(client, CASCADE, cascade);
      await pause(wholeMs / 10);
      running.cancel();
      return timeOf(allEnded);
    });
    expect(cancelledMs).toBeLessThan(wholeMs / 2);
    const lateMs = await shortest(async () => {
      const late = await errorOf(callBytes(client, CASCADE, cascade, Date.now() + wholeMs / 4));
      expect(late.code).toBe(status.DEADLINE_EXCEEDED);
      return timeOf(allEnded);
    });
    expect(lateMs).toBeLessThan(wholeMs / 2);
  });
});
