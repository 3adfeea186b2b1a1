/** Epochs in the journal: rebuilt to the bit, found by time, forgotten in bounded time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/domain/outcome.js';
import { unwrapJournal } from '../../src/journal/failed.js';
import { openMemoryJournal } from '../../src/journal/open-memory.js';
import { encodeChanges, encodeWhole, isWhole, rebuildEpoch } from '../../src/live/history/epoch-record.js';
import { HistoryRecorder } from '../../src/live/history/history-recorder.js';
import { MarginHistory } from '../../src/live/history/margin-history.js';
import { ChangeLog } from '../../src/live/state/change-log.js';
import { SnapshotKeeper } from '../../src/live/recovery/snapshot-keeper.js';
import { AccountBook } from '../../src/live/book/account-book.js';
import { encodeSnapshot, readSnapshotInTurns } from '../../src/live/book/book-snapshot.js';
import { BookState } from '../../src/live/book/book-state.js';
import { bookAt } from '../../src/live/recovery/replay-book.js';
import { StandingSteps } from '../../src/live/state/standing-steps.js';
import type { Market } from '../../src/market/snapshot/market.js';
import { resolveMarket } from '../../src/market/snapshot/resolve-market.js';
import { model } from '../support/margins.js';
import { sampleSnapshot } from '../support/sample-market.js';
import { MODEL } from '../support/test-server.js';
import { emptyPortfolio, NOW_MS, WORLD } from './support.js';

const RULES = { defaultModel: MODEL, models: {} };
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An epoch whose index and some marks are moved. */
function moved(epoch: number, factor: number, previous?: Market): Market {
  const sample = sampleSnapshot();
  const snapshot = {
    ...sample,
    epoch,
    timeMs: sample.timeMs + epoch,
    underlyings: sample.underlyings.map((quote) => ({ ...quote, indexPrice: quote.indexPrice * factor })),
    instruments: sample.instruments.map((quote, at) =>
      at % 3 === 0 && quote.markPrice !== undefined
        ? { ...quote, markPrice: quote.markPrice * factor }
        : quote,
    ),
  };
  return unwrap(resolveMarket(snapshot, previous));
}

describe('an epoch in the journal', () => {
  it('comes back with its bits from a whole one and the changes after it', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.5, max: 2, noNaN: true }), { maxLength: 6 }), (factors) => {
        let last = moved(1, 1);
        const records = [encodeWhole(last, RULES)];
        for (const [at, factor] of factors.entries()) {
          const next = moved(at + 2, factor, last);
          const changes = encodeChanges(last, next);
          expect(changes?.length).toBeLessThan(2_000);
          records.push(changes!);
          last = next;
        }
        const { market, rules } = rebuildEpoch(records);
        expect(market).toEqual(last);
        expect(rules).toEqual(RULES);
      }),
      { numRuns: 20 },
    );
  });

  it('is refused when the bytes are those of another', () => {
    const first = moved(1, 1);
    const changes = encodeChanges(first, moved(2, 1.5, first))!;
    changes[changes.length - 3] = (changes[changes.length - 3] ?? 0) ^ 1;
    expect(() => rebuildEpoch([encodeWhole(first, RULES), changes])).toThrow(/epoch 2 was recorded as/);
    expect(isWhole(changes)).toBe(false);
  });
});

describe('the past', () => {
  it('is found by time as it was recorded, and said to be gone where it is no longer kept', async () => {
    let nowMs = 1_000;
    const journal = await openMemoryJournal({ clock: () => nowMs, pause });
    const writer = unwrapJournal(await journal.fence(1));
    const recorder = new HistoryRecorder(writer, {
      defaultModel: MODEL,
      modelNamed: () => model(MODEL),
      delay: () => new Promise(() => undefined),
      onError: (error) => {
        throw error;
      },
    });
    const history = new MarginHistory(journal, pause);
    recorder.usesModel(MODEL);
    let market: Market | undefined;
    const recorded: Market[] = [];
    for (let epoch = 1; epoch <= 30; epoch += 1) {
      nowMs = 1_000 * epoch;
      market = moved(epoch, 1 + epoch / 100, market);
      recorded.push(market);
      await recorder.epoch(market);
    }
    for (const [at, expected] of recorded.entries()) {
      const found = unwrapJournal(await history.at(1_000 * (at + 1) + 999, 'nobody'));
      expect(found).toMatchObject({ moment: { account: undefined, market: { hash: expected.hash } } });
      if ('moment' in found)
        expect(found.moment.rules.models[MODEL]?.parameterHash).toMatch(/^[0-9a-f]{64}$/);
    }
    expect(unwrapJournal(await history.at(999, 'nobody'))).toEqual({ oldestMs: 1_000 });

    // Snapshots at 31, 32 and 33 s; what is before the one at 32 s is not kept, and with that one the epoch was recorded whole.
    const keeper = new SnapshotKeeper(
      journal,
      writer,
      { state: new BookState(), steps: new StandingSteps(), sequence: 0, snapshotSequence: 0 },
      {
        everyEntries: 1,
        keepMs: 500,
        keepEntries: Infinity,
        now: () => nowMs,
        pause,
        onSnapshot: () => {
          recorder.renew();
        },
      },
    );
    for (const epoch of [31, 32, 33]) {
      nowMs = 1_000 * epoch;
      market = moved(epoch, 1, market);
      await recorder.epoch(market);
      unwrapJournal(await keeper.takeIfDue());
      await pause();
    }
    expect(unwrapJournal(await history.at(31_500, 'nobody'))).toEqual({ oldestMs: 32_000 });
    expect(unwrapJournal(await history.at(33_500, 'nobody'))).toMatchObject({
      moment: { market: { hash: market?.hash } },
    });
  });

  it('of a large book is read in turns of a few accounts, whatever they are called', async () => {
    const journal = await openMemoryJournal({ clock: () => NOW_MS, pause });
    const writer = unwrapJournal(await journal.fence(1));
    const book = new AccountBook(WORLD, writer);
    const ids = Array.from({ length: 500 }, (_, at) => `"a\\}]${String(at)}\\"`);
    for (const accountId of ids) {
      unwrap(await book.replace({ portfolio: emptyPortfolio(accountId), idempotencyKey: '' }));
    }
    const bytes = book.snapshot();
    unwrapJournal(await writer.snapshot(journal.lastSequence, bytes));
    let turns = 0;
    const read = unwrapJournal(
      await bookAt(journal, Infinity, () => {
        turns += 1;
        return pause();
      }),
    );
    expect(Buffer.from(bytes).equals(encodeSnapshot(read.state))).toBe(true);
    expect([...read.state.accounts.keys()]).toEqual(ids);
    expect(turns).toBeGreaterThanOrEqual(ids.length / 25);
    for (const end of [bytes.length - 1, bytes.length - 3, 200])
      await expect(readSnapshotInTurns(bytes.subarray(0, end), pause)).rejects.toThrow(/snapshot ends/);
    const older = Buffer.from(Buffer.from(bytes).toString('utf8').replace('"format":1', '"format":7'));
    await expect(readSnapshotInTurns(older, pause)).rejects.toThrow(/received format 7/);
  });

  it('holds every change of state, once', async () => {
    const journal = await openMemoryJournal({ clock: () => 1, pause });
    const writer = unwrapJournal(await journal.fence(1));
    const recorder = new HistoryRecorder(writer, {
      ...{ defaultModel: MODEL, modelNamed: () => undefined, delay: () => Promise.resolve() },
      onError: () => undefined,
    });
    const changes = new ChangeLog();
    for (let n = 1; n <= 3; n += 1) {
      changes.append({
        ...{ accountId: `a${String(n)}`, partition: 0, accountSeq: 1, epoch: n, timeMs: n },
        ...{ previous: 'OK', health: 'CALL', equity: 1, initialMargin: 3, maintenanceMargin: 1 },
        enforcementId: 'id',
      });
      recorder.states(changes);
    }
    await recorder.epoch(moved(1, 1));
    await pause();
    const kinds: string[] = [];
    for await (const entries of journal.read(1))
      for (const { kind, accountId } of entries) kinds.push(`${kind} ${accountId}`);
    expect(kinds).toEqual(['margin-state a1', 'margin-state a2', 'margin-state a3', 'epoch ']);
  });
});
