/** Steps of the ladder in the journal: what a restart finds after snapshots, forgotten entries and changes since. */
import { expect, it } from 'vitest';
import { unwrapJournal } from '../../../src/journal/failed.js';
import { openMemoryJournal } from '../../../src/journal/open-memory.js';
import { BookState } from '../../../src/live/book/book-state.js';
import { HistoryRecorder } from '../../../src/live/history/history-recorder.js';
import { bookAt } from '../../../src/live/recovery/replay-book.js';
import { SnapshotKeeper } from '../../../src/live/recovery/snapshot-keeper.js';
import { ChangeLog } from '../../../src/live/state/change-log.js';
import type { MarginHealth } from '../../../src/live/state/ladder.js';
import { StandingSteps } from '../../../src/live/state/standing-steps.js';

const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('are the last change of every account that is not OK, also where its entry is forgotten', async () => {
  let nowMs = 1_000;
  const journal = await openMemoryJournal({ clock: () => nowMs, pause });
  const writer = unwrapJournal(await journal.fence(1));
  const recorder = new HistoryRecorder(writer, {
    defaultModel: '',
    modelNamed: () => undefined,
    delay: () => new Promise(() => undefined),
    onError: (error) => {
      throw error;
    },
  });
  const keeper = new SnapshotKeeper(
    journal,
    writer,
    { state: new BookState(), steps: new StandingSteps(), sequence: 0, snapshotSequence: 0 },
    { everyEntries: 1, keepMs: 0, keepEntries: Infinity, now: () => nowMs, pause },
  );
  const changes = new ChangeLog();
  const change = async (accountId: string, previous: MarginHealth, health: MarginHealth): Promise<void> => {
    nowMs += 1_000;
    const numbers = { equity: 1, initialMargin: 2, maintenanceMargin: 1 };
    const cause = { accountSeq: 1, epoch: 1, timeMs: nowMs, enforcementId: `${accountId} ${health}` };
    const appended = changes.append({ accountId, partition: 0, previous, health, ...numbers, ...cause });
    recorder.states(changes);
    while ((await lastRecorded()) < appended.sequence) await pause();
  };
  const lastRecorded = async (): Promise<number> => {
    await pause();
    return journal.lastSequence;
  };
  const standing = async (): Promise<string[]> => {
    const { steps } = unwrapJournal(await bookAt(journal));
    return [...steps].map(({ timeMs, enforcementId }) => `${String(timeMs)} ${String(enforcementId)}`).sort();
  };

  await change('alice', 'OK', 'CALL');
  await change('bob', 'OK', 'LIQUIDATE');
  await change('carol', 'OK', 'RESTRICTED');
  expect(await standing()).toEqual(['2000 alice CALL', '3000 bob LIQUIDATE', '4000 carol RESTRICTED']);
  unwrapJournal(await keeper.takeIfDue());
  await change('carol', 'RESTRICTED', 'OK');
  await change('bob', 'LIQUIDATE', 'BACKSTOP');
  unwrapJournal(await keeper.takeIfDue());
  await change('dave', 'OK', 'CALL');
  unwrapJournal(await keeper.takeIfDue());
  await change('dave', 'CALL', 'INSOLVENT');
  // The entries of alice and bob are no longer there.
  expect(journal.firstSequence).toBeGreaterThan(3);
  expect(await standing()).toEqual(['2000 alice CALL', '6000 bob BACKSTOP', '8000 dave INSOLVENT']);
});
