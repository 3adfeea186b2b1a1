import { setImmediate } from 'node:timers/promises';
import type { Journal, JournalFailure, JournalOutcome } from '../journal/journal.js';
import { JOURNAL_ENTRIES_KEPT_MAX, JOURNAL_SNAPSHOT_ENTRIES } from '../limits.js';
import type { AccountBook } from '../live/book/account-book.js';
import type { EventLog } from '../live/book/durable-queue.js';
import { recoverBook } from '../live/recovery/replay-book.js';
import type { StateChange } from '../live/state/enforcement.js';
import { SnapshotKeeper } from '../live/recovery/snapshot-keeper.js';
import type { Logger } from '../observability/log.js';

/** How often a snapshot is thought of; taking one depends on the entries since the last. */
const SNAPSHOT_CHECK_MS = 1_000;

/** The journal cannot be opened, or what it holds is no book. */
export class JournalRefusedError extends Error {
  override readonly name = 'JournalRefusedError';

  constructor({ reason, message }: JournalFailure) {
    super(`${reason}: ${message}`);
  }
}

/** A journal in the service of accounts: recovered from before the first call, snapshots from time to time, closed at the end. */
export interface DurableAccounts<Accounts> {
  readonly accounts: Accounts;
  /** Where everything else becomes durable that belongs to the accounts. */
  readonly log: EventLog;
  /** Where accounts stood on the ladder of margin states when the journal ended. */
  readonly steps: readonly StateChange[];
  close(): Promise<void>;
}

/**
 * Takes the right to write, makes accounts on it, and brings their book to the state of everything durable.
 *
 * @throws {JournalRefusedError} the journal stays open.
 */
export async function recoverAccounts<Accounts extends { readonly book: AccountBook }>(
  journal: Journal,
  createOn: (log: EventLog) => Accounts,
  logger: Logger,
  nowMs: () => number,
  { keepMs, onSnapshot }: { readonly keepMs: number; readonly onSnapshot: () => void },
): Promise<DurableAccounts<Accounts>> {
  const startedMs = nowMs();
  const writer = take(await journal.fence(journal.generation + 1));
  const accounts = createOn(writer);
  const recovered = take(await recoverBook(journal, accounts.book));
  // Of its own: the keeper goes on with the rest.
  const steps = [...recovered.steps];
  const keeper = new SnapshotKeeper(journal, writer, recovered, {
    everyEntries: JOURNAL_SNAPSHOT_ENTRIES,
    keepMs,
    onSnapshot,
    keepEntries: JOURNAL_ENTRIES_KEPT_MAX,
    now: nowMs,
    pause: () => setImmediate(),
  });
  const { snapshotSequence, sequence: lastSequence } = recovered;
  const recovery = { snapshotSequence, lastSequence, accounts: accounts.book.size };
  logger.info({ ...recovery, tookMs: nowMs() - startedMs }, 'recovered accounts');
  const timer = setInterval(() => {
    void keeper.takeIfDue().then((taken) => {
      if (!taken.ok) logger.error({ failure: taken.failure }, 'no snapshot of the accounts');
    });
  }, SNAPSHOT_CHECK_MS).unref();
  const close = async (): Promise<void> => {
    clearInterval(timer);
    await journal.close();
  };
  return { accounts, log: writer, steps, close };
}

function take<T>(outcome: JournalOutcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new JournalRefusedError(outcome.failure);
}
