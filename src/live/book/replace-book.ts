import type { AccountReplacement } from '../../domain/account-event.js';
import type { Instrument } from '../../domain/instrument.js';
import { expected, failure, failureUnder, success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import type { Portfolio, Position } from '../../domain/portfolio.js';
import { BALANCES_PER_PORTFOLIO_MAX, POSITIONS_PER_PORTFOLIO_MAX, PRICE_MAX } from '../../limits.js';
import { decimalOf } from '../../market/marks/decimal.js';
import { FLAT, futureValue } from '../../market/marks/future-position.js';
import type { FuturePosition } from '../../market/marks/future-position.js';
import type { AccountDraft } from './account-draft.js';
import type { TermsOf } from './apply-event.js';
import { isPaidUpFront, ledgerTerms, ledgerUnits, numberToLedgerUnits, quantityUnits } from './ledger.js';
import { checkName } from './names.js';
import { bookOrder, changeGroup } from './orders.js';

/** Mark of an instrument in its quote unit; NaN where the market has none. */
export type MarkOf = (instrument: string) => number;

/**
 * What every position of a portfolio cost, ledger units: from its entry price, else from its mark less the P&L that is stated
 * (none stated is none). It is found once, when the book is replaced, and kept in the record of that.
 */
export function openCosts(portfolio: Portfolio, termsOf: TermsOf, markOf: MarkOf): Outcome<bigint[]> {
  const costs: bigint[] = [];
  for (const [index, position] of portfolio.positions.entries()) {
    const cost = openCost(position, termsOf(position.instrument), markOf);
    if (!cost.ok) return failureUnder(`positions[${String(index)}]`, cost.failure);
    costs.push(cost.value);
  }
  return success(costs);
}

function openCost(position: Position, terms: Instrument | undefined, markOf: MarkOf): Outcome<bigint> {
  const { instrument, averageEntryPrice, unrealisedPnl } = position;
  if (terms === undefined) {
    return failure(
      'UNKNOWN_INSTRUMENT',
      'instrument',
      expected('an instrument of the market', 'instrument', instrument),
    );
  }
  const field =
    averageEntryPrice === undefined || unrealisedPnl !== undefined ? 'unrealisedPnl' : 'averageEntryPrice';
  const isStated = unrealisedPnl !== undefined && !isPaidUpFront(terms);
  const mark = markOf(instrument);
  const price = isStated || averageEntryPrice === undefined ? mark : averageEntryPrice;
  if (
    !(price >= 0 && price <= PRICE_MAX) ||
    (price === 0 && terms.settlement === 'INVERSE' && !isPaidUpFront(terms))
  ) {
    // An option that has no mark and no entry price has cost nothing that anybody knows.
    if (averageEntryPrice === undefined && isPaidUpFront(terms)) return success(0n);
    return failure('INVALID_VALUE', field, expected('a price, or a mark in the market', field, price));
  }
  const worth = valueAt(position, terms, price);
  if (!worth.ok) return worth;
  if (!isStated) return worth;
  if (!(Math.abs(unrealisedPnl) <= PRICE_MAX)) {
    return failure('INVALID_VALUE', field, expected('a finite number', field, unrealisedPnl));
  }
  return success(worth.value - numberToLedgerUnits(unrealisedPnl));
}

function valueAt({ quantity }: Position, terms: Instrument, price: number): Outcome<bigint> {
  const units = quantityUnits(quantity, 'quantity');
  if (!units.ok) return units;
  const ledger = ledgerTerms(terms);
  if (!ledger.ok) return ledger;
  const at = decimalOf(price, 'averageEntryPrice');
  return at.ok ? success(futureValue(ledger.value, { ...FLAT, quantityUnits: units.value }, at.value)) : at;
}

/** Puts a whole book in the place of what the account held; failures name the field below the portfolio. */
export function bookReplacement(
  draft: AccountDraft,
  { portfolio, details }: AccountReplacement,
  costs: readonly bigint[],
  termsOf: TermsOf,
): Outcome<undefined> {
  const sized = checkSizes(portfolio);
  if (!sized.ok) return sized;
  draft.clear();
  if (details !== undefined) draft.setDetails(details);
  for (const [index, amount] of portfolio.balances.entries()) {
    const field = `balances[${String(index)}]`;
    const units = ledgerUnits(amount);
    if (!units.ok) return failureUnder(field, units.failure);
    if (draft.balance(amount.asset) !== 0n) return twice(`${field}.asset`, amount.asset);
    draft.addBalance(amount.asset, units.value);
  }
  const seen = new Set<string>();
  for (const [index, position] of portfolio.positions.entries()) {
    const { instrument } = position;
    if (seen.has(instrument)) return twice(`positions[${String(index)}].instrument`, instrument);
    seen.add(instrument);
    const placed = placePosition(draft, position, costs[index] ?? 0n, termsOf(instrument));
    if (!placed.ok) return failureUnder(`positions[${String(index)}]`, placed.failure);
  }
  for (const [index, group] of portfolio.mmpGroups.entries()) {
    const path = `mmpGroups[${String(index)}]`;
    if (draft.group(group.name) !== undefined) return twice(`${path}.name`, group.name);
    const set = changeGroup(draft, 'SET', group);
    if (!set.ok) {
      return { ok: false, failure: { ...set.failure, field: set.failure.field.replace(/^group/, path) } };
    }
  }
  for (const [index, order] of portfolio.openOrders.entries()) {
    const path = `openOrders[${String(index)}]`;
    if (termsOf(order.instrument) === undefined) return unknown(`${path}.instrument`, order.instrument);
    const booked = bookOrder(draft, order);
    if (!booked.ok) return failureUnder(path, booked.failure);
  }
  draft.restartFlows();
  return success(undefined);
}

function placePosition(
  draft: AccountDraft,
  { instrument, quantity, unsettledFunding }: Position,
  cost: bigint,
  terms: Instrument | undefined,
): Outcome<undefined> {
  if (terms === undefined) return unknown('instrument', instrument);
  const units = quantityUnits(quantity, 'quantity');
  if (!units.ok) return units;
  const owed = unsettledFunding === undefined ? success(0n) : ledgerUnits(unsettledFunding);
  if (!owed.ok) return failureUnder('unsettledFunding', owed.failure);
  if (unsettledFunding !== undefined && unsettledFunding.asset !== terms.settlementCurrency) {
    const field = 'unsettledFunding.asset';
    const wanted = `the settlement currency ${terms.settlementCurrency}`;
    return failure('INVALID_VALUE', field, expected(wanted, field, unsettledFunding.asset));
  }
  if (units.value === 0n) {
    if (cost === 0n && owed.value === 0n) return success(undefined);
    const wanted = 'contracts beside P&L or funding (what a closed position has earned is a balance)';
    return failure('INVALID_VALUE', 'quantity', expected(wanted, 'quantity', quantity));
  }
  const ledger: FuturePosition = { ...FLAT, quantityUnits: units.value, openCost: cost };
  draft.setPosition(instrument, { terms, ledger, unsettledFunding: owed.value });
  return success(undefined);
}

function checkSizes({ accountId, positions, balances }: Portfolio): Outcome<undefined> {
  const named = checkName(accountId, 'accountId');
  if (!named.ok) return named;
  if (positions.length > POSITIONS_PER_PORTFOLIO_MAX) {
    return tooMany('positions', positions.length, POSITIONS_PER_PORTFOLIO_MAX);
  }
  if (balances.length > BALANCES_PER_PORTFOLIO_MAX) {
    return tooMany('balances', balances.length, BALANCES_PER_PORTFOLIO_MAX);
  }
  return success(undefined);
}

function tooMany(field: string, count: number, max: number): ReturnType<typeof failure> {
  return failure('LIMIT_EXCEEDED', field, expected(`at most ${String(max)} entries`, field, count));
}

function twice(field: string, name: string): ReturnType<typeof failure> {
  return failure('DUPLICATE', field, `Expected each once but ${name} stands twice`);
}

function unknown(field: string, name: string): ReturnType<typeof failure> {
  return failure('UNKNOWN_INSTRUMENT', field, expected('an instrument of the market', field, name));
}
