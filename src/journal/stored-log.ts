/** Reading a log of frames: in order, by time, and with every doubt turned into a failure. */
import { decodeFrame, readStamp } from './frame.js';
import type { Frame } from './frame.js';
import { JournalReadError } from './journal.js';
import type { JournalFailureReason, JournalOutcome } from './journal.js';
import { decodeSnapshot } from './snapshot-file.js';
import type { JournalSnapshot } from './snapshot-file.js';
import { refused } from './failed.js';
import type { JournalStorage, StoredFrame } from './storage.js';

/**
 * The frames that hold `fromSequence` and what follows, without a gap.
 *
 * @throws {JournalReadError} `DAMAGED` for bytes that are not what was written and for entries that are absent.
 */
export function* framesFrom(storage: JournalStorage, fromSequence: number): Generator<Frame> {
  let frame = frameOf(storage, fromSequence);
  while (frame !== undefined) {
    yield frame;
    frame = frameOf(storage, frame.lastSequence + 1);
  }
}

/**
 * The frame that holds an entry; undefined when the log ends before it.
 *
 * @throws {JournalReadError} `DAMAGED` for bytes that are not what was written, and when later entries are there but not this.
 */
export function frameOf(storage: JournalStorage, sequence: number): Frame | undefined {
  const stored = storage.frameAtOrBefore(sequence);
  const frame = stored && intactFrame(stored);
  if (frame !== undefined && frame.lastSequence >= sequence) return frame;
  const later = storage.frameAfter(sequence);
  if (later === undefined) return undefined;
  throw readError('DAMAGED', `Expected entry ${sequence} but the next one kept is ${later.firstSequence}`);
}

function intactFrame(stored: StoredFrame): Frame {
  const frame = decodeFrame(stored.bytes);
  if (typeof frame === 'string') throw readError('DAMAGED', `Entry ${stored.firstSequence} begins ${frame}`);
  if (frame.firstSequence !== stored.firstSequence)
    throw readError('DAMAGED', `Entry ${stored.firstSequence} is stored as entry ${frame.firstSequence}`);
  return frame;
}

function readError(reason: JournalFailureReason, message: string): JournalReadError {
  return new JournalReadError({ reason, message });
}

/** Last entry between two sequences whose frame was recorded at or before a time; `firstSequence` - 1 for none. */
export function lastRecordedBy(
  storage: JournalStorage,
  timeMs: number,
  firstSequence: number,
  lastSequence: number,
): number {
  let low = firstSequence - 1;
  let high = lastSequence;
  while (low < high) {
    const middle = low + Math.ceil((high - low) / 2);
    const stored = storage.frameAtOrBefore(middle);
    const stamp = stored === undefined ? undefined : readStamp(stored.bytes);
    if (stamp === undefined) throw readError('DAMAGED', `Entry ${middle} is not readable`);
    if (stamp.recordedAtMs <= timeMs) low = Math.min(high, stamp.firstSequence + stamp.count - 1);
    else high = stamp.firstSequence - 1;
  }
  return low;
}

/** Latest snapshot at or before a sequence that is intact, and how many later ones are not. */
export async function latestIntactSnapshot(
  storage: JournalStorage,
  atOrBefore: number,
): Promise<{ snapshot: JournalSnapshot | undefined; damaged: number }> {
  const sequences = (await storage.snapshots()).filter((sequence) => sequence <= atOrBefore);
  let damaged = 0;
  for (const sequence of sequences.reverse()) {
    const snapshot = decodeSnapshot(await storage.snapshot(sequence));
    if (typeof snapshot !== 'string' && snapshot.sequence === sequence) return { snapshot, damaged };
    damaged++;
  }
  return { snapshot: undefined, damaged };
}

/** The answer of a read, with a read error as a value. */
export function readOutcome<T>(read: () => T): JournalOutcome<T> {
  try {
    return { ok: true, value: read() };
  } catch (error) {
    if (error instanceof JournalReadError) return { ok: false, failure: error.failure };
    return refused('UNAVAILABLE', error instanceof Error ? error.message : String(error));
  }
}
