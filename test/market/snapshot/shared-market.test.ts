import { describe, expect, it } from 'vitest';
import { Worker } from 'node:worker_threads';
import type { Market } from '../../../src/market/snapshot/market.js';
import type { MarketSnapshot } from '../../../src/market/snapshot/market-snapshot.js';
import { COLUMN_NAMES, viewMarketColumns } from '../../../src/market/snapshot/market-columns.js';
import { encodeMarketTable, MarketTableCache } from '../../../src/market/snapshot/market-table.js';
import { resolveMarket } from '../../../src/market/snapshot/resolve-market.js';
import type { MarketHandle } from '../../../src/market/snapshot/shared-market.js';
import { openMarket, publishMarket } from '../../../src/market/snapshot/shared-market.js';
import { sampleSnapshot, withExpiry, withInstrument } from './sample-snapshot.js';

function resolved(snapshot: MarketSnapshot): Market {
  const outcome = resolveMarket(snapshot);
  if (!outcome.ok) throw new Error(outcome.failure.message);
  return outcome.value;
}

function bytesOf(market: Market): Record<string, Uint8Array> {
  return Object.fromEntries(
    COLUMN_NAMES.map((name) => {
      const { buffer, byteOffset, byteLength } = market.columns[name];
      return [name, Uint8Array.from(new Uint8Array(buffer, byteOffset, byteLength))];
    }),
  );
}

describe('a published market', () => {
  const market = resolved(sampleSnapshot());

  it('opens with the same bits, the same table and no copy of a column', () => {
    const handle = structuredClone(publishMarket(market));
    const opened = openMarket(handle, new MarketTableCache());
    expect(bytesOf(opened)).toEqual(bytesOf(market));
    expect(opened.table).toEqual(market.table);
    expect(opened.table).not.toBe(market.table);
    expect([opened.epoch, opened.timeMs, opened.venue, opened.hash]).toEqual([
      market.epoch,
      market.timeMs,
      market.venue,
      market.hash,
    ]);
    // The same memory: a write through one is seen through the other.
    const before = market.columns.forward[0]!;
    market.columns.forward[0] = 1;
    expect(opened.columns.forward[0]).toBe(1);
    market.columns.forward[0] = before;
  });

  it('begins every column on a cache line', () => {
    for (const name of COLUMN_NAMES) expect(market.columns[name].byteOffset % 64).toBe(0);
  });

  it('copies columns that do not lie in one shared block', () => {
    const loose: Market = { ...market, columns: structuredCloneColumns(market) };
    const opened = openMarket(publishMarket(loose), new MarketTableCache());
    expect(bytesOf(opened)).toEqual(bytesOf(market));
  });

  it('is opened against the size that its counts need', () => {
    const handle = publishMarket(market);
    const wrong = { ...handle, counts: { ...handle.counts, instruments: 1_000 } };
    expect(() => openMarket(wrong, new MarketTableCache())).toThrow(RangeError);
    expect(() => viewMarketColumns(new SharedArrayBuffer(8), handle.counts)).toThrow(/but received 8/);
  });
});

function structuredCloneColumns({ columns }: Market): Market['columns'] {
  return Object.fromEntries(
    COLUMN_NAMES.map((name) => [name, columns[name].slice()]),
  ) as unknown as Market['columns'];
}

describe('the table of a published market', () => {
  const first = resolved(sampleSnapshot());
  const nextEpoch = resolved({ ...withExpiry(0, { forward: 97_700 }), epoch: 8 });
  const otherTable = resolved({ ...sampleSnapshot(), assets: [] });

  it('is decoded once per content and thread', () => {
    const cache = new MarketTableCache();
    const a = openMarket(publishMarket(first), cache);
    const b = openMarket(publishMarket(nextEpoch), cache);
    const c = openMarket(publishMarket(otherTable), cache);
    expect(b.table).toBe(a.table);
    expect(c.table).not.toBe(a.table);
    expect(b.columns.forward[0]).toBe(97_700);
    expect(a.columns.forward[0]).toBe(97_600);
  });

  it('is encoded once per table', () => {
    expect(encodeMarketTable(first.table)).toBe(encodeMarketTable(first.table));
  });

  it('leaves a full cache when it was used longest ago', () => {
    const cache = new MarketTableCache(2);
    const tables = [first, otherTable, resolved(withInstrument(0, sampleSnapshot().instruments[0]!))];
    const open = (market: Market): Market['table'] => openMarket(publishMarket(market), cache).table;
    const a = open(tables[0]!);
    const b = open(tables[1]!);
    expect(open(tables[0]!)).toBe(a);
    open(resolved({ ...sampleSnapshot(), expiries: [], instruments: [] }));
    expect(open(tables[0]!)).toBe(a);
    expect(open(tables[1]!)).not.toBe(b);
  });
});

/** Reads the handle in another thread with nothing but the platform. */
const READER = `
  const { parentPort } = require('node:worker_threads');
  parentPort.once('message', (handle) => {
    const table = JSON.parse(Buffer.from(handle.table).toString('utf8'));
    const bytes = Buffer.from(handle.columns);
    const hash = require('node:crypto').createHash('sha256')
      .update(JSON.stringify([handle.timeMs, handle.venue]) + '\\n' + handle.tableHash + '\\n')
      .update(bytes).digest('hex');
    const isShared = handle.columns instanceof SharedArrayBuffer && handle.table instanceof SharedArrayBuffer;
    parentPort.postMessage({ hash, isShared, names: table.instruments.map(({ name }) => name) });
  });
`;

interface Read {
  readonly hash: string;
  readonly isShared: boolean;
  readonly names: readonly string[];
}

function readInThread(handle: MarketHandle): Promise<Read> {
  const worker = new Worker(READER, { eval: true });
  return new Promise<Read>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.postMessage(handle);
  }).finally(() => worker.terminate());
}

describe('another thread', () => {
  it('sees the bytes that the hash was computed from', async () => {
    const market = resolved(sampleSnapshot());
    const read = await readInThread(publishMarket(market));
    expect(read).toEqual({
      hash: market.hash,
      isShared: true,
      names: market.table.instruments.map(({ name }) => name),
    });
  });
});
