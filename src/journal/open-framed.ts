/** Opens the journal that a storage holds: format, latest intact snapshot, and every entry since it, checked. */
import { refused } from './failed.js';
import { readStamp } from './frame.js';
import { FramedJournal } from './framed-journal.js';
import type { OpenedLog } from './framed-journal.js';
import { JournalReadError } from './journal.js';
import type { Journal, JournalEnvironment, JournalOutcome } from './journal.js';
import { JOURNAL_FORMAT, decodeMeta, encodeMeta } from './meta.js';
import type { Meta } from './meta.js';
import type { JournalSnapshot } from './snapshot-file.js';
import { SourceSequences } from './source-sequences.js';
import { framesFrom, latestIntactSnapshot, readOutcome } from './stored-log.js';
import type { JournalStorage, StoredFrame } from './storage.js';

export interface OpenOptions {
  /**
   * Begins a new log after the latest snapshot when the log is gone. What was acknowledged after that snapshot must be sent
   * again by its sources; without this permission such a journal does not open.
   */
  readonly restartFromSnapshot?: boolean;
}

/** The storage belongs to the journal from here on; it is closed when the journal does not open. */
export async function openFramedJournal(
  storage: JournalStorage,
  environment: JournalEnvironment,
  options: OpenOptions = {},
): Promise<JournalOutcome<Journal>> {
  const opened = await openLog(storage, options);
  if (opened.ok) return { ok: true, value: new FramedJournal(storage, environment, opened.value) };
  await storage.close();
  return opened;
}

async function openLog(storage: JournalStorage, options: OpenOptions): Promise<JournalOutcome<OpenedLog>> {
  try {
    const { snapshot } = await latestIntactSnapshot(storage, Infinity);
    const meta = await openMeta(storage, snapshot, options);
    if (!meta.ok) return meta;
    return readOutcome(() => readLog(storage, meta.value, snapshot));
  } catch (error) {
    return refused('UNAVAILABLE', error instanceof Error ? error.message : String(error));
  }
}

/** The meta record; of a new log where there is none and none is missing. */
async function openMeta(
  storage: JournalStorage,
  snapshot: JournalSnapshot | undefined,
  { restartFromSnapshot = false }: OpenOptions,
): Promise<JournalOutcome<Meta>> {
  const bytes = storage.meta();
  if (bytes !== undefined) return decodeMeta(bytes);
  if (storage.frameAfter(0) !== undefined)
    return refused('DAMAGED', 'Expected a meta record beside the entries but there is none');
  if (snapshot !== undefined && !restartFromSnapshot)
    return refused(
      'DAMAGED',
      `Expected a log beside snapshot ${snapshot.sequence} but there is none; entries after the snapshot are lost`,
    );
  const meta: Meta = {
    format: JOURNAL_FORMAT,
    generation: snapshot?.generation ?? 0,
    firstSequence: (snapshot?.sequence ?? 0) + 1,
  };
  await storage.putMeta(encodeMeta(meta));
  return { ok: true, value: meta };
}

function readLog(storage: JournalStorage, meta: Meta, snapshot: JournalSnapshot | undefined): OpenedLog {
  const checkpoint = {
    sequence: snapshot?.sequence ?? 0,
    recordedAtMs: snapshot?.recordedAtMs ?? 0,
    sources: snapshot?.sources ?? new SourceSequences(),
  };
  if (checkpoint.sequence < meta.firstSequence - 1)
    throw damaged(
      `Entries before ${meta.firstSequence} were removed and no snapshot that covers them is intact`,
    );
  const sources = checkpoint.sources.copy();
  let end = { lastSequence: checkpoint.sequence, recordedAtMs: checkpoint.recordedAtMs };
  for (const frame of framesFrom(storage, checkpoint.sequence + 1)) {
    for (const entry of frame.entries) if (entry.sequence > checkpoint.sequence) sources.note(entry);
    end = { lastSequence: frame.lastSequence, recordedAtMs: frame.recordedAtMs };
  }
  const covered = storage.frameAtOrBefore(checkpoint.sequence);
  if (
    covered === undefined ? checkpoint.sequence >= meta.firstSequence : lastOf(covered) < checkpoint.sequence
  )
    throw damaged(`Expected entry ${checkpoint.sequence}, which a snapshot covers, but the log has none`);
  return { meta, end, sources, checkpoint };
}

function lastOf({ firstSequence, bytes }: StoredFrame): number {
  return firstSequence + (readStamp(bytes)?.count ?? 0) - 1;
}

function damaged(message: string): JournalReadError {
  return new JournalReadError({ reason: 'DAMAGED', message });
}
