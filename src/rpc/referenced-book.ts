import type { Caller } from '../access/caller.js';
import { expected, failureUnder } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import type { OpenOrder, Portfolio } from '../domain/portfolio.js';
import type { ReportOptions } from '../engine/margin-engine-types.js';
import type { WhatIfBook } from '../engine/what-if-book.js';
import type { BookReference__Output } from '../gen/margincube/v1/BookReference.js';
import type { Calculation__Output } from '../gen/margincube/v1/Calculation.js';
import { accountPortfolio } from '../live/book/account-portfolio.js';
import { pendingOrders } from '../live/gate/pending-orders.js';
import type { Market } from '../market/snapshot/market.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import { resolveModel } from '../models/catalogue.js';
import type { ResolvedModel } from '../models/resolved-model.js';
import { failureOfCalculation, termsFromMessage } from '../wire/convert/calculation.js';
import type { ModelName } from '../wire/convert/calculation.js';
import { snapshotFromMessage } from '../wire/convert/market.js';
import { portfolioFromMessage } from '../wire/convert/portfolio.js';
import { failed, unknownEpoch } from './errors.js';
import type { ServerContext } from './server-context.js';
import { noSuchAccount, requireVisible } from './visible-account.js';

/** The book that a what-if is about, with everything that its margins rest on. */
export interface ReferencedBook {
  readonly market: Market;
  readonly model: ResolvedModel;
  /** Vectors of the book without its orders. */
  readonly book: WhatIfBook;
  /** Orders that may still fill. */
  readonly pending: readonly OpenOrder[];
  /** 0 for a book of the request. */
  readonly accountSeq: number;
  readonly accountId: string;
}

/** What a calculation on a referenced book rests on. */
export interface ReferencedTerms {
  readonly market: Market;
  readonly model: ResolvedModel;
  /** How threads find the model. */
  readonly reference: ModelName;
  readonly options: ReportOptions;
  readonly portfolio: Portfolio;
  /** Orders that may still fill. */
  readonly pending: readonly OpenOrder[];
  /** 0 for a book of the request. */
  readonly accountSeq: number;
}

/** Finds model, market and book of a request of the caller; throws the error of the RPC. */
export function referencedTerms(
  context: ServerContext,
  caller: Caller,
  calculation: Calculation__Output | null | undefined,
  reference: BookReference__Output | null | undefined,
): ReferencedTerms {
  if (!calculation) throw missing('calculation');
  const terms = orFail(termsFromMessage(calculation), (failure) =>
    failureOfCalculation(failure, 'calculation'),
  );
  const model = orFail(resolveModel(terms.model), (failure) => failureOfCalculation(failure, 'calculation'));
  const market = marketOf(context, calculation, terms.epoch);
  return {
    market,
    model,
    reference: terms.model,
    options: terms.options,
    ...portfolioOf(context, caller, reference),
  };
}

/** The vectors of a referenced book. `others` are instruments that may be traded. */
export function referencedBook(
  context: ServerContext,
  caller: Caller,
  calculation: Calculation__Output | null | undefined,
  reference: BookReference__Output | null | undefined,
  others: readonly string[] = [],
): ReferencedBook {
  const terms = referencedTerms(context, caller, calculation, reference);
  const { market, model, portfolio, pending, accountSeq } = terms;
  const rows = others.flatMap((name) => market.table.instrumentIndex.get(name) ?? []);
  const book = context.engine.whatIf({
    model,
    market,
    options: terms.options,
    portfolio: { ...portfolio, openOrders: [] },
    others: rows,
  });
  if (!book.ok) throw failed(failureUnder('book.portfolio', book.failure).failure);
  return { market, model, book: book.value, pending, accountSeq, accountId: portfolio.accountId };
}

function marketOf(context: ServerContext, { inline }: Calculation__Output, epoch: number): Market {
  if (inline) {
    const snapshot = snapshotFromMessage(inline);
    const resolved = snapshot.ok ? resolveMarket(snapshot.value) : snapshot;
    return orFail(resolved, (failure) => failureOfCalculation(failure, 'calculation'));
  }
  const published = context.epochs.find(epoch);
  if (published === undefined) throw unknownEpoch(epoch, context.epochs.known);
  return published.market;
}

function portfolioOf(
  { accounts, now }: ServerContext,
  caller: Caller,
  reference: BookReference__Output | null | undefined,
): { portfolio: Portfolio; pending: readonly OpenOrder[]; accountSeq: number } {
  if (reference?.portfolio) {
    const read = portfolioFromMessage(reference.portfolio);
    if (!read.ok) throw failed(failureUnder('book.portfolio', read.failure).failure);
    return { portfolio: read.value, pending: read.value.openOrders, accountSeq: 0 };
  }
  const accountId = reference?.accountId;
  if (accountId === undefined || accountId === '') throw missing('book');
  requireVisible(caller, accountId, 'book.accountId');
  const account = accounts.book.get(accountId);
  if (account === undefined) throw noSuchAccount(accountId, 'book.accountId');
  const pending = pendingOrders(account, now());
  return { portfolio: accountPortfolio(account), pending, accountSeq: account.seq };
}

/** The value, or the error of the RPC with the failure put under its path in the request. */
export function orFail<T>(
  outcome: Outcome<T>,
  place: (
    failure: Extract<Outcome<T>, { ok: false }>['failure'],
  ) => Extract<Outcome<T>, { ok: false }>['failure'] = (failure) => failure,
): T {
  if (outcome.ok) return outcome.value;
  throw failed(place(outcome.failure));
}

function missing(field: string): ReturnType<typeof failed> {
  return failed({ reason: 'MISSING_FIELD', field, message: expected('a value', field, undefined) });
}
