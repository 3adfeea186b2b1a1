import { KIND } from '../domain/codes.js';
import { numberToAmount } from '../domain/money.js';
import { expected, failure, failureUnder, success, type Outcome } from '../domain/outcome.js';
import type { Portfolio, Position } from '../domain/portfolio.js';
import type { MarginReport } from '../domain/report.js';
import type { Leg, PathMargin } from '../domain/simulation.js';
import { LEGS_PER_PATH_MAX, PRICE_MAX, QUANTITY_MAX } from '../limits.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedPortfolio } from './resolve-portfolio.js';

/** What the path needs of the engine. */
export interface PathCalculator {
  readonly resolve: (portfolio: Portfolio) => Outcome<ResolvedPortfolio>;
  margin(portfolio: Portfolio): Outcome<MarginReport>;
  /** Value of one contract in its settlement currency. */
  unitValue(instrument: number): number;
}

/** Ledger precision of premiums: finer than any asset's smallest unit. */
const PREMIUM_DECIMALS = 18;

/**
 * Margins after every prefix of the legs, in their order. Premium counts when it is paid or received, and a future trades
 * against its mark at once. Every state is a calculation from scratch by the path that enforces margins, never an estimate.
 */
export function pathMargin(
  market: Market,
  portfolio: Portfolio,
  legs: readonly Leg[],
  calculator: PathCalculator,
): Outcome<PathMargin> {
  if (legs.length === 0 || legs.length > LEGS_PER_PATH_MAX) {
    return failure(
      'LIMIT_EXCEEDED',
      'legs',
      expected(`1 to ${String(LEGS_PER_PATH_MAX)} legs`, 'legs', legs.length),
    );
  }
  const stated = withStatedPnl(portfolio, calculator);
  if (!stated.ok) return stated;
  const before = calculator.margin(portfolio);
  if (!before.ok) return before;
  let book = stated.value;
  let after = before.value;
  let peak = before.value;
  let peakAfterLegs = 0;
  for (const [index, leg] of legs.entries()) {
    const path = `legs[${String(index)}]`;
    const traded = tradeLeg(market, book, leg, calculator);
    if (!traded.ok) return failureUnder(path, traded.failure);
    book = traded.value;
    const state = calculator.margin(book);
    if (!state.ok) return failureUnder(path, state.failure);
    after = state.value;
    if (after.initialExcess < peak.initialExcess) {
      peak = after;
      peakAfterLegs = index + 1;
    }
  }
  return success({ before: before.value, after, peak, peakAfterLegs });
}

/** The book after all legs, as the path trades them; margins in between are not asked for. */
export function tradedBook(
  market: Market,
  portfolio: Portfolio,
  legs: readonly Leg[],
  calculator: Omit<PathCalculator, 'margin'>,
): Outcome<Portfolio> {
  const stated = withStatedPnl(portfolio, calculator);
  if (!stated.ok) return stated;
  let book = stated.value;
  for (const [index, leg] of legs.entries()) {
    const traded = tradeLeg(market, book, leg, calculator);
    if (!traded.ok) return failureUnder(`legs[${String(index)}]`, traded.failure);
    book = traded.value;
  }
  return success(book);
}

/** The same book with every unrealised P&L as a number, so that trades can add to it. */
function withStatedPnl(
  portfolio: Portfolio,
  { resolve }: Pick<PathCalculator, 'resolve'>,
): Outcome<Portfolio> {
  const resolved = resolve(portfolio);
  if (!resolved.ok) return resolved;
  const { positions } = resolved.value;
  const pnl = new Map(positions.map(({ requestIndex, unrealisedPnl }) => [requestIndex, unrealisedPnl]));
  return success({
    ...portfolio,
    positions: portfolio.positions.map((position, index) => {
      const stated = pnl.get(index);
      return stated === undefined ? position : { ...position, unrealisedPnl: stated };
    }),
  });
}

function tradeLeg(
  market: Market,
  book: Portfolio,
  leg: Leg,
  calculator: Pick<PathCalculator, 'unitValue'>,
): Outcome<Portfolio> {
  const { quantity, price } = leg;
  if (!(Math.abs(quantity) > 0 && Math.abs(quantity) <= QUANTITY_MAX)) {
    return failure(
      'INVALID_VALUE',
      'quantity',
      expected('a finite number other than 0', 'quantity', quantity),
    );
  }
  if (price !== undefined && !(price >= 0 && price <= PRICE_MAX)) {
    return failure('INVALID_VALUE', 'price', expected('a price >= 0', 'price', price));
  }
  // The engine's own check of the new book names an unknown instrument; here it only has no effect on money.
  const row = market.table.instrumentIndex.get(leg.instrument);
  const terms = row === undefined ? undefined : market.table.instruments[row];
  const held = book.positions.find(({ instrument }) => instrument === leg.instrument);
  const others = book.positions.filter(({ instrument }) => instrument !== leg.instrument);
  const position: Position = {
    ...held,
    instrument: leg.instrument,
    quantity: (held?.quantity ?? 0) + quantity,
  };
  if (row === undefined || terms === undefined) return success({ ...book, positions: [...others, position] });

  const { columns } = market;
  const size = quantity * terms.contractSize;
  if (columns.kind[row] === KIND.OPTION || columns.kind[row] === KIND.SPOT) {
    const premium = price === undefined ? quantity * calculator.unitValue(row) : size * price;
    const balances = addToBalance(book, terms.settlementCurrency, -premium);
    return success({ ...book, balances, positions: [...others, position] });
  }
  const mark = columns.markPrice[row] ?? NaN;
  const paid = price ?? mark;
  if (terms.settlement === 'INVERSE' && !(paid > 0)) {
    return failure('INVALID_VALUE', 'price', expected('a price > 0', 'price', price));
  }
  const gain = terms.settlement === 'INVERSE' ? size * (1 / paid - 1 / mark) : size * (mark - paid);
  const unrealisedPnl = (held?.unrealisedPnl ?? 0) + gain;
  // Closing realises: what a position of zero contracts has earned belongs to the balance.
  if (position.quantity === 0) {
    return success({
      ...book,
      balances: addToBalance(book, terms.settlementCurrency, unrealisedPnl),
      positions: others,
    });
  }
  return success({ ...book, positions: [...others, { ...position, unrealisedPnl }] });
}

function addToBalance(book: Portfolio, asset: string, change: number): Portfolio['balances'] {
  const delta = numberToAmount(asset, change, PREMIUM_DECIMALS);
  const held = book.balances.find((balance) => balance.asset === asset);
  const others = book.balances.filter((balance) => balance.asset !== asset);
  if (held === undefined) return [...others, delta];
  const decimals = Math.max(held.decimals, delta.decimals);
  const scaled = (units: string, from: number): bigint => BigInt(units) * 10n ** BigInt(decimals - from);
  const units = (scaled(held.units, held.decimals) + scaled(delta.units, delta.decimals)).toString();
  return [...others, { asset, units, decimals }];
}
