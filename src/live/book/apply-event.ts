/** One event into the accounts that it touches: pure, all or nothing, the same at its first coming and in a replay. */
import type { AccountEvent, Fill } from '../../domain/account-event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { Amount } from '../../domain/money.js';
import { expected, failure, failureUnder, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import { FILLS_PER_BLOCK_MAX } from '../../limits.js';
import { AccountDraft } from './account-draft.js';
import type { Account } from './account.js';
import { ledgerUnits, positiveLedgerUnits } from './ledger.js';
import { checkName } from './names.js';
import { bookOrder, cancelMany, cancelOrder, changeGroup, replaceOrder, underlyingFrom } from './orders.js';
import { bookSettlement } from './settle.js';
import { bookFill } from './trade.js';

/** Terms of an instrument by name; undefined where nobody knows it. */
export type TermsOf = (instrument: string) => Instrument | undefined;

export interface EventWorld {
  /** Accounts that exist. */
  account(accountId: string): Account | undefined;
  /** Instruments that the market or the record knows; what an account holds has its terms beside it. */
  readonly termsOf: TermsOf;
}

/** The drafts of an event, to be committed together: the event's own account first. */
export function draftEvent(event: AccountEvent, world: EventWorld): Outcome<AccountDraft[]> {
  const account = world.account(event.accountId);
  if (account === undefined) return unknownAccount('accountId', event.accountId);
  const draft = new AccountDraft(account);
  const drafts = [draft];
  const { change } = event;
  const termsOf: TermsOf = (name) => draft.termsOf(name) ?? world.termsOf(name);
  switch (change.kind) {
    case 'FILL':
      return under('fill', fillAt(draft, change.fill, event, termsOf), drafts);
    case 'ORDER_PLACED':
      return under(
        'orderPlaced',
        known(change.order, termsOf, () => bookOrder(draft, change.order)),
        drafts,
      );
    case 'ORDER_REPLACED': {
      const { orderId, replacement } = change;
      const replaced = known(replacement, termsOf, () => replaceOrder(draft, orderId, replacement));
      return under('orderReplaced', replaced, drafts);
    }
    case 'ORDER_CANCELLED':
      return under('orderCancelled', cancelOrder(draft, change.orderId), drafts);
    case 'MASS_CANCELLED':
      cancelMany(draft, change, underlyingFrom(termsOf));
      return success(drafts);
    case 'MMP_CHANGED':
      return under('mmpChanged', changeGroup(draft, change.change, change.group), drafts);
    case 'TRANSFER':
      return transfer(draft, change.toAccountId, change.amount, world);
    case 'DEPOSIT':
      return pay(draft, change.amount, 'deposit', 1n, drafts);
    case 'WITHDRAWAL':
      return pay(draft, change.amount, 'withdrawal', -1n, drafts);
    case 'FUNDING':
      return under('funding', funding(draft, change.instrument, change.amount, termsOf), drafts);
    case 'SETTLEMENT':
      return under('settlement', settlementAt(draft, change, event, termsOf), drafts);
    case 'BLOCK_TRADE':
      return under('blockTrade', block(draft, change.fills, event, termsOf), drafts);
  }
}

export function unknownAccount(field: string, accountId: string): ReturnType<typeof failure> {
  return failure(
    'UNKNOWN_ACCOUNT',
    field,
    expected('an account that PutPortfolio has made', field, accountId),
  );
}

function under(path: string, done: Outcome<undefined>, drafts: AccountDraft[]): Outcome<AccountDraft[]> {
  return done.ok ? success(drafts) : failureUnder(path, done.failure);
}

function fillAt(draft: AccountDraft, fill: Fill, event: AccountEvent, termsOf: TermsOf): Outcome<undefined> {
  const terms = tradable(fill.instrument, event.timeMs, termsOf);
  return terms.ok ? bookFill(draft, fill, terms.value) : terms;
}

/** An instrument that is known and has not expired at the time of the event. */
function tradable(name: string, timeMs: number, termsOf: TermsOf): Outcome<Instrument> {
  const terms = termsOf(name);
  if (terms === undefined) return unknownInstrument(name);
  if (!('expiryMs' in terms) || timeMs < terms.expiryMs) return success(terms);
  const before = `an instrument that expires after ${new Date(timeMs).toISOString()}`;
  return failure('EXPIRED_INSTRUMENT', 'instrument', expected(before, 'instrument', name));
}

function unknownInstrument(name: string): ReturnType<typeof failure> {
  return failure(
    'UNKNOWN_INSTRUMENT',
    'instrument',
    expected('an instrument of the market', 'instrument', name),
  );
}

function known(
  { instrument }: { readonly instrument: string },
  termsOf: TermsOf,
  change: () => Outcome<undefined>,
): Outcome<undefined> {
  return termsOf(instrument) === undefined ? unknownInstrument(instrument) : change();
}

function pay(
  draft: AccountDraft,
  amount: Amount,
  path: string,
  sign: bigint,
  drafts: AccountDraft[],
): Outcome<AccountDraft[]> {
  const units = positiveLedgerUnits(amount, path);
  if (!units.ok) return units;
  move(draft, amount.asset, sign * units.value);
  return success(drafts);
}

function move(draft: AccountDraft, asset: string, units: bigint): void {
  draft.addBalance(asset, units);
  draft.addFlows(asset, { netDeposits: units });
}

/** Both sides or none; money that an account sends to itself stays where it is. */
function transfer(
  draft: AccountDraft,
  toAccountId: string,
  amount: Amount,
  world: EventWorld,
): Outcome<AccountDraft[]> {
  const units = positiveLedgerUnits(amount, 'transfer.amount');
  if (!units.ok) return units;
  if (toAccountId === draft.account.accountId) return success([draft]);
  const receiver = world.account(toAccountId);
  if (receiver === undefined) return unknownAccount('transfer.toAccountId', toAccountId);
  const received = new AccountDraft(receiver);
  move(draft, amount.asset, -units.value);
  move(received, amount.asset, units.value);
  return success([draft, received]);
}

/** What was accrued and is paid now is owed no longer. */
function funding(draft: AccountDraft, name: string, amount: Amount, termsOf: TermsOf): Outcome<undefined> {
  const terms = termsOf(name);
  if (terms === undefined) return unknownInstrument(name);
  if (amount.asset !== terms.settlementCurrency) {
    const wanted = `the settlement currency ${terms.settlementCurrency}`;
    return failure('INVALID_VALUE', 'amount.asset', expected(wanted, 'amount.asset', amount.asset));
  }
  const units = ledgerUnits(amount);
  if (!units.ok) return failureUnder('amount', units.failure);
  draft.addBalance(amount.asset, units.value);
  draft.addFlows(amount.asset, { fundingReceived: units.value });
  const held = draft.position(name);
  if (held !== undefined) draft.setPosition(name, { ...held, unsettledFunding: 0n });
  return success(undefined);
}

function settlementAt(
  draft: AccountDraft,
  change: Parameters<typeof bookSettlement>[1],
  event: AccountEvent,
  termsOf: TermsOf,
): Outcome<undefined> {
  const terms = termsOf(change.instrument);
  if (terms !== undefined && 'expiryMs' in terms && event.timeMs < terms.expiryMs) {
    const after = `an instrument that has expired at ${new Date(event.timeMs).toISOString()}`;
    return failure('INVALID_VALUE', 'instrument', expected(after, 'instrument', change.instrument));
  }
  return bookSettlement(draft, change);
}

function block(
  draft: AccountDraft,
  fills: readonly Fill[],
  event: AccountEvent,
  termsOf: TermsOf,
): Outcome<undefined> {
  if (fills.length === 0 || fills.length > FILLS_PER_BLOCK_MAX) {
    const count = `1 to ${String(FILLS_PER_BLOCK_MAX)} fills`;
    return failure('LIMIT_EXCEEDED', 'fills', expected(count, 'fills', fills.length));
  }
  for (const [index, fill] of fills.entries()) {
    const booked = fillAt(draft, fill, event, termsOf);
    if (!booked.ok) return failureUnder(`fills[${String(index)}]`, booked.failure);
  }
  return success(undefined);
}

/** What is wrong with an event whatever it does. */
export function checkEnvelope({ eventId, source, sourceSequence, timeMs }: AccountEvent): Outcome<undefined> {
  const named = checkName(eventId, 'eventId');
  if (!named.ok) return named;
  const reported = checkName(source, 'source', sourceSequence === 0);
  if (!reported.ok) return reported;
  if (!Number.isSafeInteger(sourceSequence) || sourceSequence < 0) {
    const range = 'an integer from 0 to 2^53';
    return failure('INVALID_VALUE', 'sourceSequence', expected(range, 'sourceSequence', sourceSequence));
  }
  if (!Number.isSafeInteger(timeMs) || timeMs <= 0) {
    return failure('INVALID_VALUE', 'time', expected('a time after 1970', 'time', timeMs));
  }
  return success(undefined);
}
