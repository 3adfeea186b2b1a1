/** The documented ranges of a batch of records. */
import { expected } from '../domain/outcome.js';
import {
  JOURNAL_BATCH_RECORDS_MAX,
  JOURNAL_KIND_LENGTH_MAX,
  JOURNAL_RECORD_BYTES_MAX,
  NAME_LENGTH_MAX,
} from '../limits.js';
import type { JournalFailure, JournalRecord } from './journal.js';

/** What is wrong with the batch; undefined when nothing is. */
export function checkRecords(records: readonly JournalRecord[]): JournalFailure | undefined {
  if (records.length === 0 || records.length > JOURNAL_BATCH_RECORDS_MAX)
    return invalid(expected(`1 to ${JOURNAL_BATCH_RECORDS_MAX} records`, 'records.length', records.length));
  for (const [recordIndex, record] of records.entries()) {
    const problem = checkRecord(record, `records[${recordIndex}]`);
    if (problem !== undefined) return { ...invalid(problem), recordIndex };
  }
  return undefined;
}

function checkRecord(record: JournalRecord, path: string): string | undefined {
  const { kind, accountId, source, sourceSequence, payload } = record;
  const kindName = `${path}.kind`;
  if (kind === '') return expected('a name', kindName, kind);
  const texts = [
    checkText(kind, JOURNAL_KIND_LENGTH_MAX, kindName),
    checkText(accountId, NAME_LENGTH_MAX, `${path}.accountId`),
    checkText(source, NAME_LENGTH_MAX, `${path}.source`),
  ];
  const problem = texts.find((text) => text !== undefined);
  if (problem !== undefined) return problem;
  if (!Number.isSafeInteger(sourceSequence) || sourceSequence < 0)
    return expected('an integer from 0 to 2^53 - 1', `${path}.sourceSequence`, sourceSequence);
  if (payload.byteLength > JOURNAL_RECORD_BYTES_MAX)
    return expected(
      `at most ${JOURNAL_RECORD_BYTES_MAX} bytes`,
      `${path}.payload.byteLength`,
      payload.byteLength,
    );
  return undefined;
}

/** Half of a surrogate pair has no UTF-8: it would come back as another name. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function checkText(text: string, lengthMax: number, name: string): string | undefined {
  if (text.length > lengthMax) return expected(`at most ${lengthMax} characters`, name, text);
  // NUL separates names where two of them make one key.
  if (text.includes('\u0000') || LONE_SURROGATE.test(text))
    return expected('valid Unicode without NUL', name, text);
  return undefined;
}

function invalid(message: string): JournalFailure {
  return { reason: 'INVALID_RECORD', message };
}
