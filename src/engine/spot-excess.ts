import { KIND } from '../domain/codes.js';
import { success, type Outcome } from '../domain/outcome.js';
import { moveUnderlying, selectInstruments } from '../market/snapshot/derived-market.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedPosition } from '../models/model.js';
import type { RepricedMarket } from './repriced-market.js';
import type { ResolvedPortfolio } from './resolve-portfolio.js';
import { brentRoot } from './roots.js';

/** Spots at which the excess is sampled: even points on [0.01 S, 5 S] (margin-models.md 11). Every sign change is refined. */
const SAMPLE_COUNT = 300;
const LOWEST_FACTOR = 0.01;
const HIGHEST_FACTOR = 5;

/** What moving a market needs of the engine. */
export interface MovedMarketCalculator {
  /** The instruments of the book on a market that is used once. */
  reprice(market: Market, book: ResolvedPortfolio): RepricedMarket;
  /** Equity less maintenance margin. */
  excess(market: Market, repriced: RepricedMarket, book: ResolvedPortfolio): Outcome<number>;
}

/** The maintenance excess of a book as a function of one underlying, all others unchanged. */
export interface UnderlyingExcess {
  readonly name: string;
  /** Present index price. */
  readonly spotUsd: number;
  /** At the present spot and volatilities times these factors. */
  at(spotFactor: number, volatilityFactor: number): Outcome<number>;
}

/** One function per underlying that the book holds or has orders in, in order of the first position. */
export function excessByUnderlying(
  market: Market,
  book: ResolvedPortfolio,
  calculator: MovedMarketCalculator,
): UnderlyingExcess[] {
  const held = [...new Set([...book.positions, ...book.orders].map(({ instrument }) => instrument))];
  const underlyings = [...new Set(held.map((instrument) => market.columns.underlying[instrument] ?? 0))];
  const ownMarket = selectInstruments(market, held);
  const ownBook = onMarket(book, (instrument) => held.indexOf(instrument));
  const { unitValue } = calculator.reprice(ownMarket, ownBook);
  return underlyings.map((underlying) => ({
    name: market.table.underlyings[underlying] ?? '',
    spotUsd: market.columns.indexPrice[underlying] ?? NaN,
    at: (spotFactor, volatilityFactor) => {
      const moved = moveUnderlying(ownMarket, { underlying, spotFactor, volatilityFactor });
      const movedBook = withMovedPnl(ownBook, ownMarket, moved);
      const repriced = calculator.reprice(moved, movedBook);
      carryOptionMarks(ownMarket, unitValue, moved, repriced.unitValue);
      return calculator.excess(moved, repriced, movedBook);
    },
  }));
}

/** Every spot, in US dollars and ascending, at which the excess changes its sign at one level of volatility. */
export function rootsOverSpot(
  underlying: UnderlyingExcess,
  volatilityFactor: number,
): Outcome<readonly number[]> {
  const roots: number[] = [];
  let previous: { factor: number; value: number } | undefined;
  for (let i = 0; i < SAMPLE_COUNT; i += 1) {
    const factor = LOWEST_FACTOR + ((HIGHEST_FACTOR - LOWEST_FACTOR) * i) / (SAMPLE_COUNT - 1);
    const sampled = underlying.at(factor, volatilityFactor);
    if (!sampled.ok) return sampled;
    const { value } = sampled;
    if (previous !== undefined && previous.value > 0 !== value > 0) {
      const refined = (x: number): number => {
        const outcome = underlying.at(x, volatilityFactor);
        return outcome.ok ? outcome.value : NaN;
      };
      roots.push(underlying.spotUsd * brentRoot(refined, previous.factor, factor, previous.value, value));
    }
    previous = { factor, value };
  }
  return success(roots);
}

/** The book with its instruments named by the rows of another market. */
export function onMarket(book: ResolvedPortfolio, row: (instrument: number) => number): ResolvedPortfolio {
  return {
    ...book,
    positions: book.positions.map((position) => ({ ...position, instrument: row(position.instrument) })),
    orders: book.orders.map((order) => ({ ...order, instrument: row(order.instrument) })),
  };
}

/** Futures gain or lose with their mark; options are valued anew by the model. */
export function withMovedPnl(book: ResolvedPortfolio, before: Market, after: Market): ResolvedPortfolio {
  return {
    ...book,
    positions: book.positions.map((position): ResolvedPosition => {
      const { instrument, quantity } = position;
      if (before.columns.kind[instrument] === KIND.OPTION) return position;
      const size = quantity * (before.columns.contractSize[instrument] ?? NaN);
      const was = before.columns.markPrice[instrument] ?? NaN;
      const is = after.columns.markPrice[instrument] ?? NaN;
      const gain = before.columns.isInverse[instrument] === 1 ? size * (1 / was - 1 / is) : size * (is - was);
      return { ...position, unrealisedPnl: (position.unrealisedPnl ?? 0) + gain };
    }),
  };
}

/**
 * The venue's mark of an option after a move is not known. It is taken to change by as much as the model's value and never
 * to fall below 0, so that a market that does not move has the marks it had.
 */
export function carryOptionMarks(
  before: Market,
  valueBefore: Float64Array,
  moved: Market,
  valueAfter: Float64Array,
): void {
  const { kind, contractSize, markPrice } = moved.columns;
  for (let i = 0; i < kind.length; i += 1) {
    const mark = before.columns.markPrice[i] ?? NaN;
    if (kind[i] !== KIND.OPTION || !Number.isFinite(mark)) continue;
    const change = ((valueAfter[i] ?? NaN) - (valueBefore[i] ?? NaN)) / (contractSize[i] ?? NaN);
    markPrice[i] = Math.max(0, mark + change);
  }
}
