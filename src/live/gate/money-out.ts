import type { AccountEvent, Fill } from '../../domain/account-event.js';
import type { Amount } from '../../domain/money.js';
import { failure, failureUnder } from '../../domain/outcome.js';
import type { Failure } from '../../domain/outcome.js';
import type { AccountBook } from '../book/account-book.js';
import type { AccountView } from '../book/account.js';
import { ledgerUnits } from '../book/ledger.js';
import type { MarginGate } from './margin-gate.js';

/**
 * Why an event must not happen although its source says so: money that leaves an account whose margin needs it, and blocks at
 * prices outside their bands or that leave a side short (market-and-risk.md section 14). Undefined for everything else: a fill
 * has happened.
 */
export function refusalOf(book: AccountBook, gate: MarginGate, event: AccountEvent): Failure | undefined {
  const { change } = event;
  const account = book.get(event.accountId);
  if (account === undefined) return undefined;
  switch (change.kind) {
    case 'WITHDRAWAL':
      return moneyRefusal(gate, account, change.amount, 'withdrawal');
    case 'TRANSFER':
      if (change.toAccountId === account.accountId) return undefined;
      return moneyRefusal(gate, account, change.amount, 'transfer.amount');
    case 'BLOCK_TRADE':
      return blockRefusal(gate, account, change.fills);
    default:
      return undefined;
  }
}

function moneyRefusal(
  gate: MarginGate,
  account: AccountView,
  amount: Amount,
  field: string,
): Failure | undefined {
  const units = ledgerUnits(amount);
  // A malformed amount is refused where it is booked, with its own path.
  if (!units.ok) return undefined;
  const left = (account.balances.get(amount.asset) ?? 0n) - units.value;
  const holdsNothing = account.positions.size + account.orders.size + account.reservations.size === 0;
  if (holdsNothing && left >= 0n) return undefined;
  const excess = gate.excessAfterPayment(account, amount.asset, left);
  if (!excess.ok) return failureUnder(field, excess.failure).failure;
  if (excess.value >= 0) return undefined;
  const short = `it would leave the initial margin short by ${String(-excess.value)}`;
  const wanted = `Expected at most what is available to ${account.accountId} but ${short}`;
  return failure('LIMIT_EXCEEDED', field, wanted).failure;
}

function blockRefusal(gate: MarginGate, account: AccountView, fills: readonly Fill[]): Failure | undefined {
  for (const [index, { instrument, price, side }] of fills.entries()) {
    if (gate.isInBand(instrument, side, price)) continue;
    const field = `blockTrade.fills[${String(index)}].price`;
    const wanted = `Expected a price inside the band of ${instrument} but received ${String(price)}`;
    return failure('LIMIT_EXCEEDED', field, wanted).failure;
  }
  const excess = gate.excessAfterFills(account, fills);
  if (excess === undefined || excess.after >= 0 || excess.after >= excess.before) return undefined;
  const short = `it would leave the initial margin short by ${String(-excess.after)}`;
  const wanted = `Expected a block that ${account.accountId} can margin but ${short}`;
  return failure('LIMIT_EXCEEDED', 'blockTrade.fills', wanted).failure;
}
