/** The meta record: which format the log has, who may write, where it begins. */
import type { JournalOutcome } from './journal.js';
import { refused } from './failed.js';

export const JOURNAL_FORMAT = 1;

export interface Meta {
  readonly format: number;
  /** Of the latest fence; 0 before the first. */
  readonly generation: number;
  /** First entry that is kept. */
  readonly firstSequence: number;
}

export function encodeMeta(meta: Meta): Uint8Array {
  return Buffer.from(JSON.stringify(meta));
}

export function decodeMeta(bytes: Uint8Array): JournalOutcome<Meta> {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    return refused('DAMAGED', `Expected a meta record but found ${bytes.byteLength} bytes that are no JSON`);
  }
  if (!hasFormat(value)) return refused('DAMAGED', 'Expected a meta record with a format number');
  if (value.format !== JOURNAL_FORMAT)
    return refused(
      'INCOMPATIBLE',
      `Expected journal format ${JOURNAL_FORMAT} but the journal has ${value.format}`,
    );
  if (!isMeta(value)) return refused('DAMAGED', 'Expected a meta record with generation and firstSequence');
  return { ok: true, value };
}

function hasFormat(value: unknown): value is { format: number } {
  return typeof value === 'object' && value !== null && 'format' in value && typeof value.format === 'number';
}

function isMeta(value: { format: number }): value is Meta {
  return (
    'generation' in value &&
    Number.isSafeInteger(value.generation) &&
    'firstSequence' in value &&
    Number.isSafeInteger(value.firstSequence)
  );
}
