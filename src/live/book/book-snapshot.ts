import type { AccountDetails } from '../../domain/account-event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { OpenOrder } from '../../domain/portfolio.js';
import type { StateChange } from '../state/enforcement.js';
import { StandingSteps } from '../state/standing-steps.js';
import type { Account, ProtectionGroup, Reservation } from './account.js';
import { BookState } from './book-state.js';
import { EventMemory } from './event-memory.js';
import type { EventMemoryJson } from './event-memory.js';
import { snapshotEntries } from './snapshot-entries.js';

/** Grows whenever a reader of the older form would misread the newer. */
const FORMAT_VERSION = 1;

/** Accounts of one part: some milliseconds to encode. */
const ENTRIES_PER_PART = 200;

/** Entries that are read in one turn: an account with a full memory of events takes a fraction of a millisecond. */
const ENTRIES_PER_TURN = 20;

interface SnapshotJson {
  readonly format: number;
  readonly instruments: readonly Instrument[];
  readonly accounts: readonly AccountJson[];
  /** Last changes of the accounts that are not OK; absent for none. */
  readonly steps?: readonly StateChange[];
}

/** Integers of the ledger are decimal strings; maps are lists in their order, which is part of the state. */
interface AccountJson {
  readonly accountId: string;
  readonly details: AccountDetails;
  readonly seq: number;
  /** Terms, quantity, cost, funding. */
  readonly positions: readonly (readonly [Instrument, string, string, string])[];
  readonly balances: readonly (readonly [string, string])[];
  /** Currency, deposits, realised P&L, fees, funding. */
  readonly flows: readonly (readonly [string, string, string, string, string])[];
  readonly orders: readonly OpenOrder[];
  readonly groups: readonly ProtectionGroup[];
  readonly reservations: readonly Reservation[];
  readonly events: EventMemoryJson;
}

/** Equal states have equal bytes. */
export function encodeSnapshot(state: BookState): Uint8Array {
  return Buffer.concat([...snapshotParts(state)]);
}

/**
 * The bytes of `encodeSnapshot` part by part, so that others get their turn between, with where accounts stand on the ladder behind
 * them; neither may change meanwhile.
 */
export function* snapshotParts(state: BookState, steps: Iterable<StateChange> = []): Generator<Uint8Array> {
  const instruments = JSON.stringify([...state.instruments.values()]);
  yield Buffer.from(`{"format":${String(FORMAT_VERSION)},"instruments":${instruments},"accounts":[`, 'utf8');
  yield* listParts(state.accounts.values(), accountToJson);
  const standing = [...steps];
  if (standing.length > 0) {
    yield Buffer.from('],"steps":[', 'utf8');
    yield* listParts(standing, (step) => step);
  }
  yield Buffer.from(']}', 'utf8');
}

/** The entries of a JSON list, some at a time. */
function* listParts<Entry>(
  entries: Iterable<Entry>,
  toJson: (entry: Entry) => unknown,
): Generator<Uint8Array> {
  let part: string[] = [];
  let isFirst = true;
  for (const entry of entries) {
    part.push(JSON.stringify(toJson(entry)));
    if (part.length < ENTRIES_PER_PART) continue;
    yield Buffer.from(`${isFirst ? '' : ','}${part.join(',')}`, 'utf8');
    part = [];
    isFirst = false;
  }
  if (part.length > 0) yield Buffer.from(`${isFirst ? '' : ','}${part.join(',')}`, 'utf8');
}

/** Throws for bytes of another format: they must come from `encodeSnapshot`, and the journal checks that they do. */
export function decodeSnapshot(bytes: Uint8Array): BookState {
  return readSnapshot(bytes).state;
}

/** As `decodeSnapshot`, with where accounts stand on the ladder. */
export function readSnapshot(bytes: Uint8Array): { state: BookState; steps: StandingSteps } {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  const { format, instruments, accounts, steps } = JSON.parse(text) as SnapshotJson;
  checkFormat(format);
  const state = new BookState();
  for (const terms of instruments) state.instruments.set(terms.name, terms);
  for (const account of accounts) state.accounts.set(account.accountId, accountFromJson(account));
  return { state, steps: new StandingSteps(steps) };
}

/** As `readSnapshot`, a few accounts a turn: others go on while a large book is read. */
export async function readSnapshotInTurns(
  bytes: Uint8Array,
  pause: () => Promise<void>,
): Promise<{ state: BookState; steps: StandingSteps }> {
  const [, format] = FORMAT.exec(Buffer.from(bytes.subarray(0, FORMAT_BYTES_MAX)).toString('utf8')) ?? [];
  checkFormat(Number(format));
  const state = new BookState();
  const steps: StateChange[] = [];
  let read = 0;
  for (const { list, value } of snapshotEntries(bytes)) {
    if (list === 'instruments') state.instruments.set((value as Instrument).name, value as Instrument);
    else if (list === 'accounts') {
      const account = accountFromJson(value as AccountJson);
      state.accounts.set(account.accountId, account);
    } else steps.push(value as StateChange);
    read += 1;
    if (read % ENTRIES_PER_TURN === 0) await pause();
  }
  return { state, steps: new StandingSteps(steps) };
}

/** What every snapshot begins with. */
const FORMAT = /^\{"format":(\d+),/;
const FORMAT_BYTES_MAX = 32;

function checkFormat(format: number): void {
  if (format === FORMAT_VERSION) return;
  throw new Error(
    `Expected a book of format ${String(FORMAT_VERSION)} but received format ${String(format)}`,
  );
}

function accountToJson(account: Account): AccountJson {
  return {
    accountId: account.accountId,
    details: account.details,
    seq: account.seq,
    positions: [...account.positions.values()].map(({ terms, ledger, unsettledFunding }) => [
      terms,
      ledger.quantityUnits.toString(),
      ledger.openCost.toString(),
      unsettledFunding.toString(),
    ]),
    balances: [...account.balances].map(([asset, units]) => [asset, units.toString()]),
    flows: [...account.flows].map(([currency, { netDeposits, realisedPnl, feesPaid, fundingReceived }]) => [
      currency,
      netDeposits.toString(),
      realisedPnl.toString(),
      feesPaid.toString(),
      fundingReceived.toString(),
    ]),
    orders: [...account.orders.values()],
    groups: [...account.groups.values()],
    reservations: [...account.reservations.values()],
    events: account.events.toJson(),
  };
}

function accountFromJson(json: AccountJson): Account {
  return {
    accountId: json.accountId,
    details: json.details,
    seq: json.seq,
    positions: new Map(
      json.positions.map(([terms, quantity, cost, funding]) => [
        terms.name,
        {
          terms,
          ledger: { quantityUnits: BigInt(quantity), openCost: BigInt(cost), realisedPnl: 0n, feesPaid: 0n },
          unsettledFunding: BigInt(funding),
        },
      ]),
    ),
    balances: new Map(json.balances.map(([asset, units]) => [asset, BigInt(units)])),
    flows: new Map(
      json.flows.map(([currency, deposits, realised, fees, funding]) => [
        currency,
        {
          netDeposits: BigInt(deposits),
          realisedPnl: BigInt(realised),
          feesPaid: BigInt(fees),
          fundingReceived: BigInt(funding),
        },
      ]),
    ),
    orders: new Map(json.orders.map((order) => [order.orderId, order])),
    groups: new Map(json.groups.map((group) => [group.name, group])),
    reservations: new Map(json.reservations.map((reservation) => [reservation.order.orderId, reservation])),
    events: EventMemory.fromJson(json.events),
  };
}
