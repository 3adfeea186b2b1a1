/** What accounts are still let off, as the journal has it: after a restart they are let off the same. */
import type { JournalReader, JournalRecord } from '../../journal/journal.js';
import type { AccountAllowance } from './phase-in.js';

/** `JournalRecord.kind` of every record. */
const PHASE_IN_RECORD_KIND = 'phase-in';

/** Accounts in one record: some hundred kilobytes. */
const ACCOUNTS_PER_RECORD = 2_000;

/** Which phase-in: of the accounts that name a model so, since a change of its parameters. */
export interface PhaseInKey {
  readonly modelName: string;
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
}

/** Allowances of some of its accounts; they replace earlier ones. */
export interface KeptAllowances extends PhaseInKey {
  readonly allowances: ReadonlyMap<string, AccountAllowance>;
}

/** Initial margin, then maintenance margin: at first and now. Numbers read back to the same bits. */
type Row = readonly [string, number, number, number, number];

export function phaseInRecords({ modelName, sinceMs, allowances }: KeptAllowances): JournalRecord[] {
  const rows = [...allowances].map(([accountId, { initial, maintenance }]): Row => [
    accountId,
    initial.initial,
    initial.now,
    maintenance.initial,
    maintenance.now,
  ]);
  const records: JournalRecord[] = [];
  // A phase-in that lets nobody off has begun as well.
  for (let first = 0; first === 0 || first < rows.length; first += ACCOUNTS_PER_RECORD) {
    const content = { modelName, sinceMs, rows: rows.slice(first, first + ACCOUNTS_PER_RECORD) };
    const payload = Buffer.from(JSON.stringify(content), 'utf8');
    records.push({ kind: PHASE_IN_RECORD_KIND, accountId: '', source: '', sourceSequence: 0, payload });
  }
  return records;
}

/** The newest allowances of every phase-in that began at `earliestMs` or later. */
export async function readPhaseIns(
  journal: Pick<JournalReader, 'read'>,
  earliestMs: number,
): Promise<readonly KeptAllowances[]> {
  const found = new Map<string, PhaseInKey & { readonly allowances: Map<string, AccountAllowance> }>();
  for await (const entries of journal.read(1))
    for (const { kind, payload, recordedAtMs } of entries) {
      // What began by then was recorded then or later.
      if (kind !== PHASE_IN_RECORD_KIND || recordedAtMs < earliestMs) continue;
      const { modelName, sinceMs, rows } = decode(payload);
      if (sinceMs < earliestMs) continue;
      const key = `${String(sinceMs)} ${modelName}`;
      const phaseIn = found.get(key) ?? { modelName, sinceMs, allowances: new Map() };
      found.set(key, phaseIn);
      for (const [accountId, initial, initialNow, maintenance, maintenanceNow] of rows)
        phaseIn.allowances.set(accountId, {
          initial: { initial, now: initialNow },
          maintenance: { initial: maintenance, now: maintenanceNow },
        });
    }
  return [...found.values()];
}

function decode(payload: Uint8Array): PhaseInKey & { readonly rows: readonly Row[] } {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.length).toString('utf8');
  return JSON.parse(text) as ReturnType<typeof decode>;
}
