import { KIND } from '../domain/codes.js';
import { success, type Outcome } from '../domain/outcome.js';
import type { LiquidationPrice } from '../domain/report.js';
import type { Market } from '../market/snapshot/market.js';
import { moveUnderlying, selectInstruments } from '../market/snapshot/derived-market.js';
import type { ResolvedPosition } from '../models/model.js';
import { brentRoot } from './roots.js';
import type { ResolvedPortfolio } from './resolve-portfolio.js';

/** Spots at which the excess is sampled: even points on [0.01 S, 5 S] (margin-models.md 11). Every sign change is refined. */
const SAMPLE_COUNT = 300;
const LOWEST_FACTOR = 0.01;
const HIGHEST_FACTOR = 5;

/** The maintenance excess of a book on some market. */
export type MaintenanceExcess = (market: Market, book: ResolvedPortfolio) => Outcome<number>;

/**
 * Prices of each underlying, all others unchanged, at which equity meets the maintenance margin. Margin is not monotone in
 * spot, so all roots are given; none is reported where none was found.
 */
export function liquidationPrices(
  market: Market,
  book: ResolvedPortfolio,
  excess: MaintenanceExcess,
): Outcome<LiquidationPrice[]> {
  const held = [...new Set([...book.positions, ...book.orders].map(({ instrument }) => instrument))];
  const underlyings = [...new Set(held.map((instrument) => market.columns.underlying[instrument] ?? 0))];
  const ownMarket = selectInstruments(market, held);
  const ownBook = onMarket(book, (instrument) => held.indexOf(instrument));
  const prices: LiquidationPrice[] = [];
  for (const underlying of underlyings) {
    const found = rootsOf(ownMarket, ownBook, underlying, excess);
    if (!found.ok) return found;
    prices.push(found.value);
  }
  return success(prices);
}

function onMarket(book: ResolvedPortfolio, row: (instrument: number) => number): ResolvedPortfolio {
  return {
    ...book,
    positions: book.positions.map((position) => ({ ...position, instrument: row(position.instrument) })),
    orders: book.orders.map((order) => ({ ...order, instrument: row(order.instrument) })),
  };
}

function rootsOf(
  market: Market,
  book: ResolvedPortfolio,
  underlying: number,
  excess: MaintenanceExcess,
): Outcome<LiquidationPrice> {
  const spot = market.columns.indexPrice[underlying] ?? NaN;
  const excessAt = (spotFactor: number): Outcome<number> => {
    const moved = moveUnderlying(market, { underlying, spotFactor, volatilityFactor: 1 });
    return excess(moved, movedBook(book, market, moved));
  };
  const factors = Array.from(
    { length: SAMPLE_COUNT },
    (_, i) => LOWEST_FACTOR + ((HIGHEST_FACTOR - LOWEST_FACTOR) * i) / (SAMPLE_COUNT - 1),
  );
  const rootsUsd: number[] = [];
  let previous: { factor: number; value: number } | undefined;
  for (const factor of factors) {
    const sampled = excessAt(factor);
    if (!sampled.ok) return sampled;
    const value = sampled.value;
    if (previous !== undefined && previous.value > 0 !== value > 0) {
      const refined = (x: number): number => {
        const outcome = excessAt(x);
        return outcome.ok ? outcome.value : NaN;
      };
      rootsUsd.push(spot * brentRoot(refined, previous.factor, factor, previous.value, value));
    }
    previous = { factor, value };
  }
  const below = rootsUsd.filter((root) => root < spot).at(-1);
  const above = rootsUsd.find((root) => root >= spot);
  return success({
    underlying: market.table.underlyings[underlying] ?? '',
    rootsUsd,
    ...(below === undefined ? {} : { nearestBelowUsd: below }),
    ...(above === undefined ? {} : { nearestAboveUsd: above }),
  });
}

/** Futures gain or lose with their mark; options are valued anew by the model. */
function movedBook(book: ResolvedPortfolio, before: Market, after: Market): ResolvedPortfolio {
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
