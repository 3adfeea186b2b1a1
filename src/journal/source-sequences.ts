/** The last source sequence of every account and source: what makes a repeat and a gap visible. */
import type { JournalFailure, JournalRecord } from './journal.js';

const SEPARATOR = '\u0000';

export class SourceSequences {
  readonly #last: Map<string, number>;

  constructor(last: ReadonlyMap<string, number> = new Map()) {
    this.#last = new Map(last);
  }

  last(accountId: string, source: string): number {
    return this.#last.get(accountId + SEPARATOR + source) ?? 0;
  }

  /** Takes what is durable without asking. */
  note(record: JournalRecord): void {
    if (record.sourceSequence === 0) return;
    this.#last.set(record.accountId + SEPARATOR + record.source, record.sourceSequence);
  }

  /** Takes all records, or none and says why. */
  accept(records: readonly JournalRecord[]): JournalFailure | undefined {
    const previous = new Map<string, number | undefined>();
    for (const [recordIndex, record] of records.entries()) {
      if (record.sourceSequence === 0) continue;
      const key = record.accountId + SEPARATOR + record.source;
      const last = this.#last.get(key);
      if (last === undefined || record.sourceSequence === last + 1) {
        if (!previous.has(key)) previous.set(key, last);
        this.#last.set(key, record.sourceSequence);
        continue;
      }
      for (const [touched, value] of previous) {
        if (value === undefined) this.#last.delete(touched);
        else this.#last.set(touched, value);
      }
      return refusal(record, recordIndex, last);
    }
    return undefined;
  }

  copy(): SourceSequences {
    return new SourceSequences(this.#last);
  }

  encode(): Uint8Array {
    return Buffer.from(JSON.stringify([...this.#last]));
  }

  static decode(bytes: Uint8Array): SourceSequences {
    return new SourceSequences(new Map(JSON.parse(Buffer.from(bytes).toString()) as [string, number][]));
  }
}

function refusal(record: JournalRecord, recordIndex: number, last: number): JournalFailure {
  const where = `records[${recordIndex}].sourceSequence of account "${record.accountId}", source "${record.source}"`;
  const message = `Expected ${last + 1} for ${where} but received ${record.sourceSequence}`;
  const reason = record.sourceSequence <= last ? 'DUPLICATE' : 'SEQUENCE_GAP';
  return { reason, message, recordIndex, lastSourceSequence: last };
}
