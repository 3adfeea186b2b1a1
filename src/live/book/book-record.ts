/** What the book writes into its log, and reads back. A record holds everything that its effect depends on. */
import type { AccountEvent, AccountReplacement } from '../../domain/account-event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { Reservation } from './account.js';

/** `JournalRecord.kind` of every record of the book. */
export const BOOK_RECORD_KIND = 'account';

/** Terms of instruments that the book meets for the first time, or that have changed. */
interface WithInstruments {
  readonly instruments: readonly Instrument[];
}

export type BookRecord =
  /** Several events are one unit: a block trade with all its sides. */
  | (WithInstruments & { readonly type: 'EVENTS'; readonly events: readonly AccountEvent[] })
  | (WithInstruments & {
      readonly type: 'REPLACED';
      readonly timeMs: number;
      readonly replacement: AccountReplacement;
      /** What each position cost, ledger units. */
      readonly openCosts: readonly string[];
    })
  | (WithInstruments & {
      readonly type: 'RESERVED';
      readonly timeMs: number;
      readonly accountId: string;
      readonly reservation: Reservation;
    });

/** UTF-8 JSON; numbers read back to the same bits. */
export function encodeRecord(record: BookRecord): Uint8Array {
  return Buffer.from(JSON.stringify(record), 'utf8');
}

/** The bytes must come from `encodeRecord`: the log checks that they are what was written. */
export function decodeRecord(payload: Uint8Array): BookRecord {
  return JSON.parse(
    Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8'),
  ) as BookRecord;
}
