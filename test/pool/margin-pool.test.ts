import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Portfolio } from '../../src/domain/portfolio.js';
import { DEFAULT_REPORT_OPTIONS } from '../../src/engine/margin-engine-types.js';
import { MarginEngine } from '../../src/engine/margin-engine.js';
import { loadKernels } from '../../src/kernel/load-kernels.js';
import { publishMarket } from '../../src/market/snapshot/shared-market.js';
import { calculateSlice, encodeOutcome } from '../../src/pool/calculate-slices.js';
import { Cancellation } from '../../src/pool/cancellation.js';
import type { CallTerms } from '../../src/pool/margin-pool.js';
import { MarginPool } from '../../src/pool/margin-pool.js';
import type { ShardRange } from '../../src/pool/shards.js';
import { splitIntoShards } from '../../src/pool/shards.js';
import type { ShardResult } from '../../src/pool/tasks.js';
import { portfolioToMessage } from '../../src/wire/convert/portfolio.js';
import { snapshotToMessage } from '../../src/wire/convert/market.js';
import { blockOf } from '../../src/wire/portfolio-block.js';
import { codec } from '../../src/wire/schema.js';
import { batchResponseTwin } from '../../src/wire/twin.js';
import { BUILT_WORKER_ENTRY, ensureBuilt } from '../support/built.js';
import { model } from '../support/margins.js';
import { randomBooks } from '../support/random-books.js';
import { sampleMarket, sampleSnapshot } from '../support/sample-market.js';

const MODEL = 'derive-pm2@btc-2026-08-20';
const market = sampleMarket();
const books = randomBooks(sampleSnapshot(), 60, 20, 1);

let pool: MarginPool;

beforeAll(async () => {
  ensureBuilt();
  pool = new MarginPool({ workers: 2, entry: BUILT_WORKER_ENTRY });
  await pool.warm();
}, 300_000);

afterAll(async () => {
  await pool.close();
});

function encode(portfolios: readonly Portfolio[]): Buffer[] {
  return portfolios.map((portfolio) =>
    codec('margincube.v1.Portfolio').encode(portfolioToMessage(portfolio)),
  );
}

function terms(cancellation = new Cancellation(), model: CallTerms['model'] = { name: MODEL }): CallTerms {
  return {
    market: publishMarket(market),
    model,
    options: { ...DEFAULT_REPORT_OPTIONS, includeScenarioVector: true },
    stop: cancellation.signal,
    isSingle: false,
  };
}

/** Encoded outcomes of all results, in the order of the messages. */
function outcomesOf(results: readonly ShardResult[]): string[] {
  return results
    .flatMap(({ messages }) => messages.flatMap((message) => batchResponseTwin.decode(message).outcomes))
    .map((outcome) => Buffer.from(outcome).toString('base64'));
}

async function run(slices: readonly Uint8Array[], shards: readonly ShardRange[]): Promise<ShardResult[]> {
  const block = blockOf(slices);
  return Promise.all(shards.map((shard) => pool.calculate(terms(), block, shard, 0)));
}

function decodeOutcomes(results: readonly ShardResult[]) {
  const decode = codec('margincube.v1.BatchCalculateMarginResponse').decode;
  return results.flatMap(({ messages }) =>
    messages.flatMap((message) => decode(Buffer.from(message)).outcomes),
  );
}

describe('MarginPool', () => {
  it('gives the bits of the inline calculation, however the portfolios are sharded', async () => {
    const slices = encode(books);
    const context = {
      calculator: new MarginEngine(loadKernels()),
      market,
      model: model(MODEL),
      options: terms().options,
    };
    const inline = slices.map((slice, index) =>
      encodeOutcome(index, calculateSlice(context, slice, `portfolios[${String(index)}]`).outcome).toString(
        'base64',
      ),
    );
    const one = outcomesOf(await run(slices, [{ first: 0, count: slices.length }]));
    const many = outcomesOf(
      await run(
        slices,
        splitIntoShards(
          slices.map(() => 50_000),
          4,
        ),
      ),
    );
    const singles = outcomesOf(
      await run(
        slices,
        slices.map((_, first) => ({ first, count: 1 })),
      ),
    );
    expect(new Set(inline).size).toBe(books.length);
    expect(one).toEqual(inline);
    expect(many).toEqual(inline);
    expect(singles).toEqual(inline);
  });

  it('gives the bits of one thread for drawn moves, whatever the number of threads', async () => {
    const house = { name: 'house', overrides: { draws: { count: 500 } } };
    const slices = encode(randomBooks(sampleSnapshot(), 12, 8, 3));
    const block = blockOf(slices);
    const context = {
      calculator: new MarginEngine(loadKernels()),
      market,
      model: model(house.name, house.overrides),
      options: terms().options,
    };
    const inline = slices.map((slice, index) => {
      const { outcome } = calculateSlice(context, slice, `portfolios[${String(index)}]`);
      expect(outcome.ok).toBe(true);
      return encodeOutcome(index, outcome).toString('base64');
    });
    for (const workers of [1, 3]) {
      const threads = new MarginPool({ workers, entry: BUILT_WORKER_ENTRY });
      const shards = splitIntoShards(
        slices.map(() => 50_000),
        workers,
      );
      const results = await Promise.all(
        shards.map((shard) => threads.calculate(terms(new Cancellation(), house), block, shard, 0)),
      );
      await threads.close();
      expect(outcomesOf(results)).toEqual(inline);
    }
  });

  it('lets one bad portfolio fail alone, with its path in the call', async () => {
    const [good, bad, other] = books;
    if (good === undefined || bad === undefined || other === undefined) throw new Error('too few books');
    const broken = {
      ...bad,
      positions: bad.positions.map((position, index) =>
        index === 17 ? { ...position, quantity: NaN } : position,
      ),
    };
    const [first, second, third] = decodeOutcomes(
      await run(encode([good, broken, other]), [{ first: 0, count: 3 }]),
    );
    expect([first?.outcome, second?.outcome, third?.outcome]).toEqual(['report', 'error', 'report']);
    expect(second?.error?.code).toBe(3);
    expect(second?.error?.message).toContain('portfolios[1].positions[17].quantity');
  });

  it('fails a portfolio whose bytes are malformed, and counts it', async () => {
    const slices = [...encode(books.slice(0, 1)), Buffer.from([0x0a, 0xff])];
    const [result] = await run(slices, [{ first: 0, count: 2 }]);
    expect(result).toMatchObject({ portfolioCount: 2, failedCount: 1, stopped: false, defects: [] });
    const [, outcome] = decodeOutcomes(result === undefined ? [] : [result]);
    expect(outcome).toMatchObject({ index: 1, error: { code: 3 } });
  });

  it('stops between portfolios when the call is cancelled or its deadline passes', async () => {
    const slices = encode(books);
    const cancelled = new Cancellation();
    cancelled.cancel();
    for (const call of [terms(cancelled), terms(new Cancellation(Date.now() - 1))]) {
      const result = await pool.calculate(call, blockOf(slices), { first: 0, count: slices.length }, 0);
      expect(result).toMatchObject({ stopped: true, portfolioCount: 0, messages: [] });
    }
    // Work that has begun: enough portfolios for a second, cancelled after a few milliseconds.
    const many = Array.from({ length: 60 }, () => slices).flat();
    const running = new Cancellation();
    const answer = pool.calculate(terms(running), blockOf(many), { first: 0, count: many.length }, 0);
    setTimeout(() => {
      running.cancel();
    }, 30);
    const result = await answer;
    expect(result.stopped).toBe(true);
    expect(result.portfolioCount).toBeLessThan(many.length);
  });

  it('reports which worker was busy from when to when', async () => {
    const slices = encode(books);
    const results = await run(
      slices,
      splitIntoShards(
        slices.map(() => 50_000),
        2,
      ),
    );
    for (const { use } of results) expect(use.endedAtMs).toBeGreaterThan(use.startedAtMs);
    expect(new Set(results.map(({ use }) => pool.ordinalOf(use.threadId)))).toEqual(new Set([0, 1]));
  });

  it('resolves a market that a request brings along', async () => {
    const bytes = codec('margincube.v1.MarketSnapshot').encode(snapshotToMessage(sampleSnapshot()));
    const resolved = await pool.resolveMarket(bytes, new Cancellation().signal);
    expect(resolved).toMatchObject({ ok: true, market: { hash: market.hash } });
    const wrong = { ...sampleSnapshot(), underlyings: [{ name: 'BTC', indexPrice: -1, confidence: 1 }] };
    const refused = await pool.resolveMarket(
      codec('margincube.v1.MarketSnapshot').encode(snapshotToMessage(wrong)),
      new Cancellation().signal,
    );
    expect(refused).toMatchObject({ ok: false, failure: { field: 'market.underlyings[0].indexPrice' } });
    expect(await pool.resolveMarket(Buffer.from([0x0a, 0xff]), new Cancellation().signal)).toMatchObject({
      ok: false,
      failure: { reason: 'INVALID_VALUE', field: 'market' },
    });
  });

  it('answers for a lost thread, replaces it and goes on', async () => {
    const slices = encode(books);
    const many = Array.from({ length: 40 }, () => slices).flat();
    const before = pool.lostTasks;
    const answers = [0, 1].map((n) =>
      pool.calculate(terms(), blockOf(many), { first: 0, count: many.length }, n * many.length),
    );
    setTimeout(() => void pool.terminateThread(0), 100);
    const results = await Promise.all(answers);
    expect(results.map(({ portfolioCount }) => portfolioCount)).toEqual([many.length, many.length]);
    const lost = results.filter(({ failedCount }) => failedCount === many.length);
    expect(lost).toHaveLength(1);
    expect(pool.lostTasks).toBe(before + 1);
    const [first] = decodeOutcomes(lost);
    expect(first).toMatchObject({ error: { code: 13 } });
    expect(first?.error?.message).not.toContain('exited');
    const after = await run(slices, [
      { first: 0, count: 30 },
      { first: 30, count: 30 },
    ]);
    expect(after.every(({ failedCount }) => failedCount === 0)).toBe(true);
  }, 120_000);
});
