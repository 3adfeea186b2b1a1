/** What every adapter of the journal must do. Each adapter's test calls this with the way to open, and to open again. */
import { describe, expect, it } from 'vitest';
import type {
  Journal,
  JournalEntry,
  JournalOutcome,
  JournalRecord,
  JournalWriter,
} from '../../src/journal/journal.js';
import { JournalReadError } from '../../src/journal/journal.js';
import { unwrapJournal } from '../../src/journal/failed.js';
import { JOURNAL_RECORD_BYTES_MAX } from '../../src/limits.js';

export interface Adapter {
  /** Opens a journal of its own, with the given clock. */
  open(clock: () => number): Promise<Journal>;
}

export interface DurableAdapter extends Adapter {
  /** Opens the same journal again after it was closed. */
  reopen(clock: () => number): Promise<Journal>;
}

export function record(
  text: string,
  sourceSequence = 0,
  accountId = 'alice',
  source = 'venue',
): JournalRecord {
  return { kind: 'test', accountId, source, sourceSequence, payload: Buffer.from(text) };
}

export async function entriesOf(journal: Journal, fromSequence = 1): Promise<JournalEntry[]> {
  const all: JournalEntry[] = [];
  for await (const entries of journal.read(fromSequence)) all.push(...entries);
  return all;
}

export async function textsOf(journal: Journal, fromSequence = 1): Promise<string[]> {
  return (await entriesOf(journal, fromSequence)).map((entry) => Buffer.from(entry.payload).toString());
}

function reasonOf(outcome: JournalOutcome<unknown>): string {
  return outcome.ok ? 'ok' : outcome.failure.reason;
}

async function firstWriter(journal: Journal): Promise<JournalWriter> {
  return unwrapJournal(await journal.fence(journal.generation + 1));
}

export function describeJournal(name: string, makeAdapter: () => Promise<Adapter>): void {
  describe(`journal conformance: ${name}`, () => {
    it('gives records back in order, with sequence numbers without a gap', async () => {
      const journal = await (await makeAdapter()).open(() => 1_000);
      const writer = await firstWriter(journal);
      const appends = Array.from({ length: 50 }, (_, index) =>
        writer.append([record(`a${index}`), record(`b${index}`)]),
      );
      const answers = (await Promise.all(appends)).map(unwrapJournal);
      expect(answers.map(({ firstSequence, lastSequence }) => [firstSequence, lastSequence])).toEqual(
        answers.map((_, index) => [2 * index + 1, 2 * index + 2]),
      );
      expect(journal.lastSequence).toBe(100);
      const entries = await entriesOf(journal);
      expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, index) => index + 1));
      expect(await textsOf(journal, 98)).toEqual(['b48', 'a49', 'b49']);
      expect(entries[0]).toMatchObject({ kind: 'test', accountId: 'alice', source: 'venue', generation: 1 });
      expect(await textsOf(journal, 101)).toEqual([]);
      await journal.close();
    });

    it('keeps every byte of names and payloads', async () => {
      const journal = await (await makeAdapter()).open(() => 1_000);
      const writer = await firstWriter(journal);
      const payload = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 31) & 255);
      const large = new Uint8Array(3 * 1024 * 1024).fill(7);
      const written = [
        { ...record('', 2 ** 53 - 1, 'Zürich 🙂', ''), payload },
        { ...record('', 0, '', 'x'), payload: new Uint8Array() },
        { ...record(''), payload: large },
      ];
      const answers = written.map((one) => writer.append([one]));
      payload.fill(0, 0, 1);
      (await Promise.all(answers)).forEach(unwrapJournal);
      const entries = await entriesOf(journal);
      expect(entries.map(({ accountId, source }) => [accountId, source])).toEqual([
        ['Zürich 🙂', ''],
        ['', 'x'],
        ['alice', 'venue'],
      ]);
      expect(entries[0]?.sourceSequence).toBe(2 ** 53 - 1);
      expect(Buffer.compare(entries[0]!.payload, payload)).toBe(0);
      expect(Buffer.compare(entries[2]!.payload, large)).toBe(0);
      await journal.close();
    });

    it('refuses bad records with the field, the value and what was expected, and takes none of their batch', async () => {
      const journal = await (await makeAdapter()).open(() => 1_000);
      const writer = await firstWriter(journal);
      const bad: [JournalRecord, RegExp][] = [
        [{ ...record('x'), kind: '' }, /a name for records\[1\]\.kind but received ""/],
        [record('x', 0, 'a'.repeat(129)), /at most 128 characters for records\[1\]\.accountId/],
        [record('x', 0, 'a', 'b\u0000'), /records\[1\]\.source/],
        [record('x', 0, '\ud800'), /valid Unicode .* records\[1\]\.accountId/],
        [record('x', 1.5), /records\[1\]\.sourceSequence but received 1\.5/],
        [record('x', -1), /records\[1\]\.sourceSequence but received -1/],
        [
          { ...record('x'), payload: new Uint8Array(JOURNAL_RECORD_BYTES_MAX + 1) },
          /records\[1\]\.payload\.byteLength/,
        ],
      ];
      for (const [wrong, message] of bad) {
        const outcome = await writer.append([record('good', 1), wrong]);
        expect(outcome).toMatchObject({ ok: false, failure: { reason: 'INVALID_RECORD', recordIndex: 1 } });
        expect(outcome.ok ? '' : outcome.failure.message).toMatch(message);
      }
      expect(reasonOf(await writer.append([]))).toBe('INVALID_RECORD');
      expect(journal.lastSequence).toBe(0);
      expect(writer.lastSourceSequence('alice', 'venue')).toBe(0);
      await journal.close();
    });

    it('refuses repeats and gaps of a source per account, and says what it has', async () => {
      const journal = await (await makeAdapter()).open(() => 1_000);
      const writer = await firstWriter(journal);
      unwrapJournal(await writer.append([record('five', 5), record('six', 6)]));
      expect(await writer.append([record('five again', 5)])).toMatchObject({
        failure: { reason: 'DUPLICATE', lastSourceSequence: 6, recordIndex: 0 },
      });
      expect(await writer.append([record('seven', 7), record('nine', 9)])).toMatchObject({
        failure: { reason: 'SEQUENCE_GAP', lastSourceSequence: 7, recordIndex: 1 },
      });
      expect(writer.lastSourceSequence('alice', 'venue')).toBe(6);
      unwrapJournal(
        await writer.append([record('seven', 7), record('bob', 1, 'bob'), record('other', 9, 'alice', 'o')]),
      );
      unwrapJournal(await writer.append([record('uncounted'), record('uncounted')]));
      expect(await textsOf(journal)).toEqual([
        'five',
        'six',
        'seven',
        'bob',
        'other',
        'uncounted',
        'uncounted',
      ]);
      await journal.close();
    });

    it('lets only the latest generation write, and commits what came before the fence', async () => {
      const journal = await (await makeAdapter()).open(() => 1_000);
      const old = await firstWriter(journal);
      const before = old.append([record('before')]);
      const fencing = journal.fence(7);
      const after = old.append([record('after')]);
      const writer = unwrapJournal(await fencing);
      expect(reasonOf(await before)).toBe('ok');
      expect(reasonOf(await after)).toBe('FENCED');
      expect(reasonOf(await old.snapshot(1, new Uint8Array()))).toBe('FENCED');
      expect(reasonOf(await old.truncate(1))).toBe('FENCED');
      expect(reasonOf(await journal.fence(7))).toBe('FENCED');
      expect(reasonOf(await journal.fence(0))).toBe('INVALID_RECORD');
      unwrapJournal(await writer.append([record('new')]));
      expect((await entriesOf(journal)).map(({ generation }) => generation)).toEqual([1, 7]);
      await journal.close();
    });

    it('records times that never fall, and finds the last entry at a time', async () => {
      let nowMs = 5_000;
      const journal = await (await makeAdapter()).open(() => nowMs);
      const writer = await firstWriter(journal);
      expect(unwrapJournal(journal.sequenceAt(9_999))).toBe(0);
      for (const timeMs of [5_000, 6_000, 3_000, 8_000]) {
        nowMs = timeMs;
        unwrapJournal(await writer.append([record('x'), record('y')]));
      }
      const times = (await entriesOf(journal)).map(({ recordedAtMs }) => recordedAtMs);
      expect(times).toEqual([5_000, 5_000, 6_000, 6_000, 6_000, 6_000, 8_000, 8_000]);
      const found = [4_999, 5_000, 5_999, 6_000, 7_999, 8_000, 1e15].map((timeMs) =>
        unwrapJournal(journal.sequenceAt(timeMs)),
      );
      expect(found).toEqual([0, 2, 2, 6, 6, 8, 8]);
      await journal.close();
    });

    it('keeps snapshots, gives the latest at or before an entry, and forgets only what one covers', async () => {
      const journal = await (await makeAdapter()).open(() => 1_000);
      const writer = await firstWriter(journal);
      expect(unwrapJournal(await journal.latestSnapshot())).toBeUndefined();
      for (let index = 1; index <= 10; index++)
        unwrapJournal(await writer.append([record(`e${index}`, index)]));
      expect(reasonOf(await writer.snapshot(11, new Uint8Array()))).toBe('INVALID_RECORD');
      expect(reasonOf(await writer.truncate(2))).toBe('INVALID_RECORD');
      unwrapJournal(await writer.snapshot(4, Buffer.from('four')));
      unwrapJournal(await writer.snapshot(8, Buffer.from('eight')));
      expect(reasonOf(await writer.snapshot(6, new Uint8Array()))).toBe('INVALID_RECORD');
      const at = async (sequence?: number): Promise<string | undefined> => {
        const snapshot = unwrapJournal(await journal.latestSnapshot(sequence));
        return snapshot && `${snapshot.sequence} ${Buffer.from(snapshot.state).toString()}`;
      };
      expect([await at(), await at(7), await at(4), await at(3)]).toEqual([
        '8 eight',
        '4 four',
        '4 four',
        undefined,
      ]);
      unwrapJournal(await writer.truncate(9));
      expect(journal.firstSequence).toBe(9);
      expect(await textsOf(journal, 9)).toEqual(['e9', 'e10']);
      expect([await at(), await at(7)]).toEqual(['8 eight', undefined]);
      await expect(entriesOf(journal, 8)).rejects.toThrow(JournalReadError);
      await expect(entriesOf(journal, 8)).rejects.toMatchObject({ failure: { reason: 'TRUNCATED' } });
      expect(reasonOf(await writer.truncate(10))).toBe('INVALID_RECORD');
      expect(reasonOf(await writer.append([record('e10', 10)]))).toBe('DUPLICATE');
      await journal.close();
    });

    it('refuses everything once closed', async () => {
      const journal = await (await makeAdapter()).open(() => 1_000);
      const writer = await firstWriter(journal);
      const last = writer.append([record('last')]);
      const closing = journal.close();
      expect(reasonOf(await last)).toBe('ok');
      expect(reasonOf(await writer.append([record('late')]))).toBe('CLOSED');
      await closing;
      expect(reasonOf(await journal.fence(9))).toBe('CLOSED');
      expect(reasonOf(await journal.latestSnapshot())).toBe('CLOSED');
      expect(reasonOf(journal.sequenceAt(0))).toBe('CLOSED');
      await expect(entriesOf(journal)).rejects.toMatchObject({ failure: { reason: 'CLOSED' } });
      await journal.close();
    });
  });
}

/** What an adapter must do that survives its process. */
export function describeDurableJournal(name: string, makeAdapter: () => Promise<DurableAdapter>): void {
  describe(`durable journal conformance: ${name}`, () => {
    it('comes back as it was', async () => {
      const adapter = await makeAdapter();
      const journal = await adapter.open(() => 1_000);
      const writer = unwrapJournal(await journal.fence(3));
      for (let index = 1; index <= 6; index++)
        unwrapJournal(await writer.append([record(`e${index}`, index)]));
      unwrapJournal(await writer.snapshot(2, Buffer.from('two')));
      unwrapJournal(await writer.snapshot(4, Buffer.from('four')));
      unwrapJournal(await writer.truncate(3));
      await journal.close();

      const again = await adapter.reopen(() => 500);
      expect([again.firstSequence, again.lastSequence, again.generation]).toEqual([3, 6, 3]);
      expect(await textsOf(again, 3)).toEqual(['e3', 'e4', 'e5', 'e6']);
      expect(unwrapJournal(await again.latestSnapshot())).toMatchObject({ sequence: 4, recordedAtMs: 1_000 });
      expect(reasonOf(await again.fence(3))).toBe('FENCED');
      const next = unwrapJournal(await again.fence(4));
      expect(next.lastSourceSequence('alice', 'venue')).toBe(6);
      expect(reasonOf(await next.append([record('e6', 6)]))).toBe('DUPLICATE');
      expect(reasonOf(await next.append([record('e8', 8)]))).toBe('SEQUENCE_GAP');
      expect(unwrapJournal(await next.append([record('e7', 7)]))).toEqual({
        firstSequence: 7,
        lastSequence: 7,
        recordedAtMs: 1_000,
      });
      unwrapJournal(await next.snapshot(7, Buffer.from('seven')));
      await again.close();
    });
  });
}
