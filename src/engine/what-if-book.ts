import { KIND } from '../domain/codes.js';
import { expected, failure, failureUnder, success, type Outcome } from '../domain/outcome.js';
import type { LiquidationPrice } from '../domain/report.js';
import type { Leg, MarginNumbers } from '../domain/simulation.js';
import { LEGS_PER_PATH_MAX, PRICE_MAX, QUANTITY_MAX } from '../limits.js';
import type { Market } from '../market/snapshot/market.js';
import type { MarginTrade, TradedMargins } from '../models/traded-margins.js';
import type { ModelInput, ModelResult, ResolvedOrder, ResolvedPosition } from '../models/model.js';
import { unitPnl } from './repriced-market.js';
import { BookVectors, type HeldBook } from './book-vectors.js';
import { groupPositions, type ResolvedPortfolio } from './resolve-portfolio.js';
import { KernelSums } from './kernel-sums.js';
import { liquidationPrices } from './liquidation-price.js';
import { marketIndex } from './market-index.js';
import type { MovedMarketCalculator } from './spot-excess.js';
import { refusedResult, type ReportContext } from './report.js';

/** One trade with its names resolved. */
export interface ResolvedLeg {
  readonly instrument: number;
  /** Signed contracts; positive buys. */
  readonly quantity: number;
  /** Quote unit; absent trades at the unshocked value. */
  readonly price?: number;
}

/**
 * A book whose vectors are kept, and its margins after trades that are not done. Each trade sums the vectors of the one group
 * that it touches anew, in the order of instruments, so that they have the bits of a calculation from scratch; nothing is
 * resolved, repriced or aggregated again. Cash is added in doubles: margins and equity differ from a calculation from scratch
 * by at most 1e-12 of the gross value of the book.
 */
export class WhatIfBook {
  readonly #book: HeldBook;
  readonly #tradedMargins: TradedMargins | undefined;

  private constructor(
    private readonly context: ReportContext,
    private readonly accountId: string,
    private readonly portfolio: Pick<ResolvedPortfolio, 'mmpGroups'>,
    book: HeldBook,
    /** Margins of the book as it is. */
    readonly before: ModelResult,
    private readonly movedMarkets: MovedMarketCalculator,
  ) {
    this.#book = book;
    this.#tradedMargins = context.model.tradedMargins(
      modelInput(context, accountId, portfolio.mmpGroups, book),
      before,
      new KernelSums(context.kernels, context.repriced),
    );
  }

  static open(
    context: ReportContext,
    portfolio: ResolvedPortfolio,
    movedMarkets: MovedMarketCalculator,
  ): Outcome<WhatIfBook> {
    const { positions, groups, balances, orders } = portfolio;
    const vectors = BookVectors.of(context.kernels, context.repriced, positions, groups);
    const book: HeldBook = { positions, groups, balances, orders, vectors };
    const before = marginOf(context, portfolio.accountId, portfolio.mmpGroups, book);
    if (!before.ok) return before;
    const { accountId } = portfolio;
    return success(new WhatIfBook(context, accountId, portfolio, book, before.value, movedMarkets));
  }

  /** Margins after all legs, with other orders than the book's if they are given; failures name `legs[i]`. */
  after(legs: readonly ResolvedLeg[], orders?: readonly ResolvedOrder[]): Outcome<ModelResult> {
    const traded = this.#traded(legs);
    if (!traded.ok) return traded;
    return this.#margin(orders === undefined ? traded.value : { ...traded.value, orders });
  }

  /** The main numbers after all legs, by the model's own form for trades where it has one: for many sizes of one trade. */
  numbersAfter(legs: readonly ResolvedLeg[]): Outcome<MarginNumbers> {
    if (this.#tradedMargins === undefined) return this.after(legs);
    const trades: MarginTrade[] = [];
    for (const [index, leg] of legs.entries()) {
      const earned = this.#earnedBy(leg);
      if (!earned.ok) return failureUnder(`legs[${String(index)}]`, earned.failure);
      trades.push({ instrument: leg.instrument, quantity: leg.quantity, earned: earned.value });
    }
    return this.#tradedMargins.after(trades) ?? this.after(legs);
  }

  /** Liquidation prices after all legs, per underlying of the book. */
  liquidationPricesAfter(legs: readonly ResolvedLeg[]): Outcome<LiquidationPrice[]> {
    const traded = this.#traded(legs);
    if (!traded.ok) return traded;
    const { accountId, portfolio } = this;
    const book = { accountId, ...traded.value, mmpGroups: portfolio.mmpGroups };
    return liquidationPrices(this.context.market, book, this.movedMarkets);
  }

  /** Margins after every prefix of the legs, the whole list last; orders as in `after`. */
  path(legs: readonly ResolvedLeg[], orders?: readonly ResolvedOrder[]): Outcome<ModelResult[]> {
    if (legs.length === 0 || legs.length > LEGS_PER_PATH_MAX) {
      const count = `1 to ${String(LEGS_PER_PATH_MAX)} legs`;
      return failure('LIMIT_EXCEEDED', 'legs', expected(count, 'legs', legs.length));
    }
    const states: ModelResult[] = [];
    let book = orders === undefined ? this.#book : { ...this.#book, orders };
    for (const [index, leg] of legs.entries()) {
      const traded = this.#trade(book, leg);
      if (!traded.ok) return failureUnder(`legs[${String(index)}]`, traded.failure);
      book = traded.value;
      const result = this.#margin(book);
      if (!result.ok) return failureUnder(`legs[${String(index)}]`, result.failure);
      states.push(result.value);
    }
    return success(states);
  }

  /** Margins with other open orders than the book has. */
  withOrders(orders: readonly ResolvedOrder[]): Outcome<ModelResult> {
    return this.#margin({ ...this.#book, orders });
  }

  get orders(): readonly ResolvedOrder[] {
    return this.#book.orders;
  }

  /** Rows of the underlyings of the book's positions. */
  get underlyings(): readonly number[] {
    return this.#book.groups.map(({ underlying }) => underlying);
  }

  /** P&L of one contract in every scenario of the first set, settlement currency; undefined for what has no row. */
  unitPnlOf(instrument: number): Float64Array | undefined {
    const { repriced } = this.context;
    if (repriced.usable[instrument] !== 1) return undefined;
    const { count } = repriced.spec.scenarios.columns;
    return Float64Array.from({ length: count }, (_, scenario) => unitPnl(repriced, instrument, scenario));
  }

  /** Contracts of an instrument in the book. */
  quantityOf(instrument: number): number {
    return this.#book.positions.find((position) => position.instrument === instrument)?.quantity ?? 0;
  }

  #traded(legs: readonly ResolvedLeg[]): Outcome<HeldBook> {
    let book = this.#book;
    for (const [index, leg] of legs.entries()) {
      const traded = this.#trade(book, leg);
      if (!traded.ok) return failureUnder(`legs[${String(index)}]`, traded.failure);
      book = traded.value;
    }
    return success(book);
  }

  #margin(book: HeldBook): Outcome<ModelResult> {
    return marginOf(this.context, this.accountId, this.portfolio.mmpGroups, book);
  }

  /** The book after one trade: the position, its group's vectors, and the money that changes hands. */
  #trade(book: HeldBook, leg: ResolvedLeg): Outcome<HeldBook> {
    const { market, repriced } = this.context;
    const { instrument, quantity } = leg;
    const gained = this.#earnedBy(leg);
    if (!gained.ok) return gained;
    const held = book.positions.find((position) => position.instrument === instrument);
    const after = (held?.quantity ?? 0) + quantity;
    const isPaidUpFront = paysUpFront(market, instrument);
    const pnl = (held?.unrealisedPnl ?? 0) + (isPaidUpFront ? 0 : gained.value);
    // Closing realises: what a position of zero contracts has earned is cash.
    const cash = isPaidUpFront ? gained.value : after === 0 ? pnl : 0;
    const owed = after === 0 ? (held?.unsettledFunding ?? 0) : 0;
    const positions = this.#withPosition(book.positions, held, instrument, after, pnl);
    const groups = groupPositions(positions, market);
    const settlementCurrency = market.table.instruments[instrument]?.settlementCurrency ?? '';
    return success({
      positions,
      groups,
      balances: withCash(book.balances, settlementCurrency, cash + owed),
      orders: book.orders,
      vectors: book.vectors.regrouped(this.context.kernels, repriced, positions, groups, instrument),
    });
  }

  /** Cash and unrealised P&L that a trade brings: minus the premium, or the gain of a future at its mark. */
  #earnedBy(leg: ResolvedLeg): Outcome<number> {
    const { market, repriced } = this.context;
    const { instrument, quantity, price } = leg;
    const checked = checkLeg(leg);
    if (!checked.ok) return checked;
    const terms = market.table.instruments[instrument];
    if (terms === undefined || repriced.usable[instrument] !== 1)
      return failure('MISSING_MARKET_DATA', 'instrument', expected('a price', 'instrument', terms?.name));
    const size = quantity * terms.contractSize;
    if (paysUpFront(market, instrument))
      return success(
        price === undefined ? -quantity * (repriced.unitValue[instrument] ?? NaN) : -size * price,
      );
    const mark = market.columns.markPrice[instrument] ?? NaN;
    const paid = price ?? mark;
    if (terms.settlement === 'LINEAR') return success(size * (mark - paid));
    if (paid > 0) return success(size * (1 / paid - 1 / mark));
    return failure('INVALID_VALUE', 'price', expected('a price > 0', 'price', price));
  }

  /** Keeps the order of the market's index, in which vectors are summed. */
  #withPosition(
    positions: readonly ResolvedPosition[],
    held: ResolvedPosition | undefined,
    instrument: number,
    quantity: number,
    earned: number,
  ): readonly ResolvedPosition[] {
    const { market } = this.context;
    const isOption = market.columns.kind[instrument] === KIND.OPTION;
    const pnl =
      isOption || (held?.unrealisedPnl === undefined && earned === 0) ? {} : { unrealisedPnl: earned };
    const position: ResolvedPosition =
      held === undefined
        ? { requestIndex: positions.length, instrument, quantity, ...pnl }
        : { ...held, quantity, ...pnl };
    if (held !== undefined) {
      return quantity === 0
        ? positions.filter((other) => other !== held)
        : positions.map((other) => (other === held ? position : other));
    }
    const { rank } = marketIndex(market);
    const own = rank[instrument] ?? 0;
    const at = positions.findIndex((other) => (rank[other.instrument] ?? 0) > own);
    const place = at < 0 ? positions.length : at;
    return [...positions.slice(0, place), position, ...positions.slice(place)];
  }
}

function paysUpFront({ columns }: Market, instrument: number): boolean {
  return columns.kind[instrument] === KIND.OPTION || columns.kind[instrument] === KIND.SPOT;
}

function checkLeg({ quantity, price }: Pick<Leg, 'quantity' | 'price'>): Outcome<undefined> {
  if (!(Math.abs(quantity) > 0 && Math.abs(quantity) <= QUANTITY_MAX)) {
    const wanted = expected('a finite number other than 0', 'quantity', quantity);
    return failure('INVALID_VALUE', 'quantity', wanted);
  }
  if (price !== undefined && !(price >= 0 && price <= PRICE_MAX))
    return failure('INVALID_VALUE', 'price', expected('a price >= 0', 'price', price));
  return success(undefined);
}

function withCash(balances: HeldBook['balances'], asset: string, change: number): HeldBook['balances'] {
  if (change === 0) return balances;
  if (balances.some((balance) => balance.asset === asset)) {
    return balances.map((balance) =>
      balance.asset === asset ? { ...balance, amount: balance.amount + change } : balance,
    );
  }
  return [...balances, { requestIndex: balances.length, asset, amount: change }];
}

function marginOf(
  context: ReportContext,
  accountId: string,
  mmpGroups: ModelInput<unknown>['mmpGroups'],
  book: HeldBook,
): Outcome<ModelResult> {
  const result = context.model.margin(modelInput(context, accountId, mmpGroups, book));
  if (!result.ok) return result;
  return refusedResult(context, result.value) ?? result;
}

function modelInput(
  { market, repriced }: ReportContext,
  accountId: string,
  mmpGroups: ModelInput<unknown>['mmpGroups'],
  { positions, groups, balances, orders, vectors }: HeldBook,
): Omit<ModelInput<unknown>, 'parameters'> {
  return {
    accountId,
    positions,
    groups,
    balances,
    orders,
    mmpGroups,
    market,
    scenarios: repriced.spec.scenarios,
    groupPnl: vectors.of(0),
    unitPnl: (instrument, scenario) => unitPnl(repriced, instrument, scenario),
    further: repriced.further.map((cube, at) => ({
      scenarios: cube.spec.scenarios,
      groupPnl: vectors.of(at + 1),
      unitPnl: (instrument: number, scenario: number) => unitPnl(cube, instrument, scenario),
    })),
    unitValue: repriced.unitValue,
    unitDelta: repriced.unitDelta,
  };
}
