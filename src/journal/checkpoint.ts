/** What the journal itself must know at one entry, beside the state of its reader: a snapshot carries it. */
import type { JournalEntry } from './journal.js';
import type { SourceSequences } from './source-sequences.js';

export interface Checkpoint {
  readonly sequence: number;
  readonly recordedAtMs: number;
  readonly sources: SourceSequences;
}

/** The checkpoint at a later entry, from the entries between. */
export async function advanceCheckpoint(
  from: Checkpoint,
  sequence: number,
  read: (fromSequence: number) => AsyncIterable<readonly JournalEntry[]>,
): Promise<Checkpoint> {
  const sources = from.sources.copy();
  let recordedAtMs = from.recordedAtMs;
  if (sequence === from.sequence) return { sequence, recordedAtMs, sources };
  for await (const entries of read(from.sequence + 1)) {
    for (const entry of entries) {
      if (entry.sequence > sequence) return { sequence, recordedAtMs, sources };
      sources.note(entry);
      ({ recordedAtMs } = entry);
    }
  }
  return { sequence, recordedAtMs, sources };
}
