/**
 * The journal under the account book, on the disk of the temporary folder: events that are acknowledged once they are durable, and a
 * restart after a million of them. Baselines: one event at a time, each with a sync of its own; a restart without snapshots.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { AccountEvent } from '../src/domain/account-event.js';
import { unwrap } from '../src/domain/outcome.js';
import { unwrapJournal } from '../src/journal/failed.js';
import type { Journal } from '../src/journal/journal.js';
import { openDirectoryJournal } from '../src/journal/open-directory.js';
import { processEnvironment } from '../src/journal/open-memory.js';
import { JOURNAL_SNAPSHOT_ENTRIES } from '../src/limits.js';
import { AccountBook } from '../src/live/book/account-book.js';
import type { EventLog } from '../src/live/book/durable-queue.js';
import { NO_LOG } from '../src/live/book/durable-queue.js';
import { recoverBook } from '../src/live/recovery/replay-book.js';
import { SnapshotKeeper } from '../src/live/recovery/snapshot-keeper.js';
import { uniformGenerator } from './lib/measure.js';
import type { BenchResult } from './lib/result.js';
import { sampleMarketSnapshot } from './lib/sample-books.js';

const ACCOUNTS = 1_000;
const BATCH_EVENTS = 500;
/** Batches that wait for the disk at the same time. */
const BATCHES_IN_FLIGHT = 8;
const TIMED_EVENTS = 100_000;
const SINGLE_EVENTS = 200;
const LOGGED_EVENTS = 1_000_000;
/** The books' clock: a millisecond for every event, because ids of long ago are forgotten. */
let clockMs = Date.UTC(2026, 0, 15, 9);

const instruments = new Map(
  sampleMarketSnapshot().instruments.map(({ instrument }) => [instrument.name, instrument]),
);
const names = [...instruments.keys()];

export async function run(): Promise<BenchResult[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'margincube-journal-bench-'));
  try {
    return [await events(path.join(folder, 'events')), await recovery(path.join(folder, 'recovery'))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function events(folder: string): Promise<BenchResult> {
  const journal = await open(folder);
  const book = await bookOf(unwrapJournal(await journal.fence(1)));
  const next = eventSource();
  await record(book, next, TIMED_EVENTS / 5);
  const seconds = await secondsOf(() => record(book, next, TIMED_EVENTS));
  const singleSeconds = await secondsOf(async () => {
    for (let n = 0; n < SINGLE_EVENTS; n += 1) await book.record([next()]);
  });
  await journal.close();
  const value = TIMED_EVENTS / seconds;
  const baselineValue = SINGLE_EVENTS / singleSeconds;
  return {
    id: 'journal-events',
    value,
    unit: `events/s, acknowledged durable, ${String(BATCHES_IN_FLIGHT)} batches of ${String(BATCH_EVENTS)} in flight`,
    baseline: 'one event at a time, each with its own sync',
    baselineValue,
    ratio: value / baselineValue,
    target: 'value >= 20000',
  };
}

async function recovery(folder: string): Promise<BenchResult> {
  await fill(folder);
  const seconds = await secondsOf(() => recover(folder));
  return {
    id: 'journal-recovery',
    value: seconds,
    unit: `s after ${String(LOGGED_EVENTS)} events of ${String(ACCOUNTS)} accounts, at most ${String(JOURNAL_SNAPSHOT_ENTRIES)} since the last snapshot`,
    baseline: null,
    baselineValue: null,
    ratio: null,
    target: 'value <= 5',
  };
}

/** A journal as a server leaves it at the worst moment: just before the next snapshot. */
async function fill(folder: string): Promise<void> {
  const journal = await open(folder);
  const writer = unwrapJournal(await journal.fence(1));
  const book = await bookOf(writer);
  const keeper = new SnapshotKeeper(
    journal,
    writer,
    unwrapJournal(await recoverBook(journal, new AccountBook(WORLD, NO_LOG))),
    {
      everyEntries: JOURNAL_SNAPSHOT_ENTRIES,
      keepMs: 0,
      keepEntries: Infinity,
      now: Date.now,
      pause: () => setImmediate(),
    },
  );
  const next = eventSource();
  for (let done = 0; done < LOGGED_EVENTS;) {
    const part = Math.min(JOURNAL_SNAPSHOT_ENTRIES - BATCH_EVENTS, LOGGED_EVENTS - done);
    await record(book, next, part);
    done += part;
    if (done < LOGGED_EVENTS) {
      await record(book, next, 2 * BATCH_EVENTS);
      unwrapJournal(await keeper.takeIfDue());
    }
  }
  await journal.close();
}

async function recover(folder: string): Promise<void> {
  const journal = await open(folder);
  const writer = unwrapJournal(await journal.fence(journal.generation + 1));
  unwrapJournal(await recoverBook(journal, new AccountBook(WORLD, writer)));
  await journal.close();
}

const WORLD: ConstructorParameters<typeof AccountBook>[0] = {
  now: () => clockMs,
  termsOf: (name) => instruments.get(name),
  markOf: () => 96_650,
  refusal: () => undefined,
};

async function bookOf(log: EventLog): Promise<AccountBook> {
  const book = new AccountBook(WORLD, log);
  for (let n = 0; n < ACCOUNTS; n += 1)
    unwrap(
      await book.replace({
        portfolio: {
          accountId: accountName(n),
          positions: [],
          balances: [{ asset: 'USDC', units: '1000000', decimals: 0 }],
          openOrders: [],
          mmpGroups: [],
        },
        details: { parentAccountId: '', ownerId: '', groupId: '', model: '' },
        idempotencyKey: '',
      }),
    );
  return book;
}

async function open(folder: string): Promise<Journal> {
  return unwrapJournal(await openDirectoryJournal(folder, processEnvironment(Date.now)));
}

/** Records events in batches, several of which wait for the disk at a time. */
async function record(book: AccountBook, next: () => AccountEvent, count: number): Promise<void> {
  let left = count;
  const sender = async (): Promise<void> => {
    while (left > 0) {
      const size = Math.min(BATCH_EVENTS, left);
      left -= size;
      const acknowledged = await book.record(Array.from({ length: size }, next));
      const refused = acknowledged.find(({ status }) => status !== 'ACCEPTED');
      if (refused !== undefined) throw new Error(`an event was refused: ${JSON.stringify(refused)}`);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_IN_FLIGHT }, sender));
}

/** Fills of random accounts and instruments. */
function eventSource(): () => AccountEvent {
  const uniform = uniformGenerator(11);
  let count = 0;
  return () => {
    count += 1;
    clockMs += 1;
    return {
      eventId: `event-${String(count)}`,
      source: 'bench',
      sourceSequence: 0,
      timeMs: clockMs,
      accountId: accountName(Math.floor(uniform() * ACCOUNTS)),
      change: {
        kind: 'FILL',
        fill: {
          tradeId: `trade-${String(count)}`,
          orderId: '',
          instrument: names[Math.floor(uniform() * 20)] ?? '',
          side: uniform() < 0.5 ? 'BUY' : 'SELL',
          quantity: Math.ceil(uniform() * 20) / 10,
          price: 500 + Math.floor(uniform() * 1_000) / 10,
        },
      },
    };
  };
}

function accountName(n: number): string {
  return `account-${String(n)}`;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1_000;
}
