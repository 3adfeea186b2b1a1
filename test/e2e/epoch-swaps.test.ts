/**
 * Epochs are swapped under load: no call is refused, and every answer is the margin on the one market that it names
 * (`MARGINCUBE_EPOCH_SWAPS=full`: 10,000 swaps).
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { MarginClient } from '../../src/client/index.js';
import { unwrap } from '../../src/domain/outcome.js';
import type { MarginReport__Output } from '../../src/gen/margincube/v1/MarginReport.js';
import type { MarketSnapshot } from '../../src/market/snapshot/market-snapshot.js';
import { resolveMarket } from '../../src/market/snapshot/resolve-market.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { ensureBuilt } from '../support/built.js';
import { marginsOn, model } from '../support/margins.js';
import { randomBooks } from '../support/random-books.js';
import { sampleSnapshot } from '../support/sample-market.js';
import { StreamedMargins } from '../support/streamed-margins.js';
import { eventually, MODEL, rawClient, startTestServer } from '../support/test-server.js';
import type { TestServer } from '../support/test-server.js';

const SWAPS = process.env.MARGINCUBE_EPOCH_SWAPS === 'full' ? 10_000 : 200;
const books = randomBooks(sampleSnapshot(), 20, 8, 5);
const [single = books[0]!] = books;
const calculation = { model: { name: MODEL }, epoch: '0' };

let server: TestServer;
let client: MarginClient;

beforeAll(async () => {
  ensureBuilt();
  server = await startTestServer();
  // A refusal that the client tries again by itself would be none.
  client = new MarginClient(server.address, { retries: false });
}, 300_000);
afterAll(async () => {
  client.close();
  await server.stop();
});

/** Every epoch has prices and volatilities of its own: a margin that took some from another is that of none. */
function marketOf(swap: number): MarketSnapshot {
  const sample = sampleSnapshot();
  const factor = 1 + 0.02 * Math.sin(swap);
  return {
    ...sample,
    underlyings: sample.underlyings.map((one) => ({ ...one, indexPrice: one.indexPrice * factor })),
    expiries: sample.expiries.map((one) => ({ ...one, forward: one.forward * factor })),
    instruments: sample.instruments.map((one) => ({
      ...one,
      ...(one.markPrice === undefined ? {} : { markPrice: one.markPrice * factor }),
      ...(one.instrument.kind === 'OPTION' ? { markVolatility: 0.5 + 0.1 * Math.cos(swap) } : {}),
    })),
  };
}

const { reportOf } = marginsOn(loadKernels());
/** By epoch: published is known before any answer can name it. */
const published = new Map<number, MarketSnapshot>([[sampleSnapshot().epoch, sampleSnapshot()]]);
const expected = new Map<number, readonly ReturnType<typeof numbersOf>[]>();

function numbersOf({
  equity,
  initialMargin,
  maintenanceMargin,
}: Pick<MarginReport__Output, 'equity' | 'initialMargin' | 'maintenanceMargin'>) {
  return [equity, initialMargin, maintenanceMargin] as const;
}

function expectOfOneMarket(
  report: Pick<MarginReport__Output, 'equity' | 'initialMargin' | 'maintenanceMargin' | 'epoch'>,
  book: number,
): number {
  const epoch = Number(report.epoch);
  const known =
    expected.get(epoch) ??
    (() => {
      const snapshot = published.get(epoch);
      if (snapshot === undefined) throw new Error(`nobody has published epoch ${String(epoch)}`);
      const market = unwrap(resolveMarket({ ...snapshot, epoch }));
      return books.map((portfolio) => numbersOf(reportOf(market, model(MODEL), portfolio)));
    })();
  expected.set(epoch, known);
  expect(numbersOf(report), `book ${String(book)} at epoch ${String(epoch)}`).toEqual(known[book]);
  return epoch;
}

it(
  `refuses nobody and mixes nothing while ${String(SWAPS)} epochs replace one another`,
  { timeout: SWAPS * 100 + 60_000 },
  async () => {
    for (const [at, portfolio] of books.entries())
      server.margins.put({
        ...{ accountId: `account-${String(at)}`, seq: 1, model: MODEL },
        readPortfolio: () => portfolio,
      });
    const raw = rawClient(server.address);
    const streamed = new StreamedMargins(raw);
    let isSwapping = true;
    const seen = new Set<number>();
    let answers = 0;
    const unary = async (): Promise<void> => {
      while (isSwapping) {
        const { report } = await client.calculateMargin(calculation, single);
        seen.add(expectOfOneMarket(report!, 0));
        answers += 1;
      }
    };
    const batches = async (): Promise<void> => {
      while (isSwapping) {
        const outcomes = await client.batchCalculateMargin(calculation, books).all();
        const epochs = outcomes.map(({ report }, at) => expectOfOneMarket(report!, at));
        expect(new Set(epochs).size).toBe(1);
        answers += 1;
      }
    };
    let last = 0;
    const callers = [unary(), unary(), batches(), batches()];
    for (let swap = 0; swap < SWAPS; swap += 1) {
      const snapshot = marketOf(swap);
      last = server.publish(snapshot).market.epoch;
      published.set(last, snapshot);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    isSwapping = false;
    await Promise.all(callers);
    await eventually(() => [...streamed.latest.values()].some(({ epoch }) => epoch === last));
    await eventually(() => streamed.latest.size === books.length);
    for (const [accountId, { epoch, update }] of streamed.latest)
      expectOfOneMarket(
        { ...update.state!, epoch: String(epoch) },
        Number(accountId.slice('account-'.length)),
      );
    streamed.close();
    raw.close();
    expect(seen.size).toBeGreaterThan(5);
    expect(answers).toBeGreaterThan(10);
  },
);
