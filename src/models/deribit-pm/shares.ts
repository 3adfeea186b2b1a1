import { KIND, NONE } from '../../domain/codes.js';
import { secondsBetween, secondsToYears } from '../../domain/time.js';
import type { ComponentShares, ModelInput } from '../model.js';
import { groupOfPosition, sharesOf } from '../shared/shares.js';
import type { Worst } from '../shared/worst.js';
import { shockedIndex } from './aggregate.js';
import { chargedDelta, rollMove } from './charges.js';
import type { CurrencyBook } from './currency-book.js';
import type { DeribitPmParameters } from './parameters.js';
import { cellWeight, priceMove } from './risk-matrix.js';

type Input = ModelInput<DeribitPmParameters>;

/** What each position loses in the worst cell; dampening and bounded gains belong to no position. */
export function worstCaseShares(input: Input, books: readonly CurrencyBook[], worst: Worst): ComponentShares {
  const { parameters } = input;
  const factors = new Map(
    books.map((book) => {
      const weight = cellWeight(parameters, book.parameters, worst.index);
      const gains = (book.cells[worst.index] ?? 0) > 0;
      const price =
        books.length > 1 ? shockedIndex(book, priceMove(parameters, book.parameters, worst.index)) : 1;
      return [book.currency, weight * price * (gains ? book.parameters.pnlOffset : 1)];
    }),
  );
  return sharesOf(input, -worst.pnl, ({ instrument, quantity }) => {
    const factor = factors.get(currencyOf(input, instrument)) ?? 0;
    return -factor * quantity * input.unitPnl(instrument, worst.index);
  });
}

/** Futures pay on their size, options on their part of their expiry's net delta. */
export function rollShares(input: Input, books: readonly CurrencyBook[], total: number): ComponentShares {
  const { kind, expiryMs } = input.market.columns;
  const groups = groupOfPosition(input);
  const netDelta = new Float64Array(input.groups.length);
  input.positions.forEach(({ instrument, quantity }, at) => {
    const group = groups[at] ?? 0;
    netDelta[group] = (netDelta[group] ?? 0) + quantity * (input.unitDelta[instrument] ?? NaN);
  });
  return sharesOf(input, total, ({ instrument, quantity }, at) => {
    const book = books.find(({ currency }) => currency === currencyOf(input, instrument));
    if (book === undefined) return 0;
    const group = groups[at] ?? 0;
    const coins = quantity * (input.unitDelta[instrument] ?? NaN);
    const terms = input.market.table.instruments[instrument];
    const optionExpiryMs = expiryMs[input.groups[group]?.expiry ?? NONE];
    const ownExpiryMs = terms?.kind === 'FUTURE' ? terms.expiryMs : optionExpiryMs;
    const years =
      ownExpiryMs === undefined ? 0 : secondsToYears(secondsBetween(input.market.timeMs, ownExpiryMs));
    const size = kind[instrument] === KIND.OPTION ? Math.sign(netDelta[group] ?? 0) * coins : Math.abs(coins);
    return size * rollMove(book.parameters, years) * inReport(books, book);
  });
}

/** The charge depends on one number, the delta it is on: every position that makes it up pays in proportion. */
export function deltaShares(input: Input, books: readonly CurrencyBook[]): ComponentShares {
  const { kind } = input.market.columns;
  const charged = new Map(books.map((book) => [book.currency, chargedDelta(book)]));
  const total = books.reduce((sum, book) => sum + Math.abs(chargedDelta(book)) * inReport(books, book), 0);
  return sharesOf(input, total, ({ instrument, quantity }) => {
    const currency = currencyOf(input, instrument);
    const book = books.find((candidate) => candidate.currency === currency);
    const delta = charged.get(currency) ?? 0;
    const coins = quantity * (input.unitDelta[instrument] ?? NaN);
    const isLongOption = kind[instrument] === KIND.OPTION && quantity > 0;
    if (book === undefined || delta === 0 || (isLongOption && book.longOptionDelta * delta > 0)) return 0;
    return Math.sign(delta) * coins * inReport(books, book);
  });
}

function inReport(books: readonly CurrencyBook[], book: CurrencyBook): number {
  return books.length > 1 ? book.indexPrice : 1;
}

function currencyOf(input: Input, instrument: number): string {
  return input.market.table.instruments[instrument]?.settlementCurrency ?? '';
}
