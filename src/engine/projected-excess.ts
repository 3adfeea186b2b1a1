import { KIND } from '../domain/codes.js';
import { success, type Outcome } from '../domain/outcome.js';
import type { Portfolio } from '../domain/portfolio.js';
import { moveUnderlying, selectInstruments } from '../market/snapshot/derived-market.js';
import type { Market } from '../market/snapshot/market.js';
import type { RepricedMarket } from './repriced-market.js';
import type { ResolvedPortfolio } from './resolve-portfolio.js';
import type { ProjectedExcess } from './margin-engine-types.js';
import { carryOptionMarks, onMarket, withMovedPnl, type MovedMarketCalculator } from './spot-excess.js';

/** Moves at which an account is looked at, in standard deviations of every underlying at once; 0 is the present. */
export const PROJECTED_DEVIATIONS = [-4, -2, 0, 2, 4] as const;

/** Volatilities a fifth higher: the shock of the early warning (market-and-risk.md 6). */
const VOLATILITY_SHOCK_FACTOR = 1.2;

/** Whose excess is projected. */
export interface ProjectionTerms {
  readonly portfolio: Portfolio;
  /** As in `projectedExcess`. */
  readonly deviation: Float64Array;
}

/** What projecting needs of the engine. */
export interface ProjectionCalculator extends MovedMarketCalculator {
  /** The margins of a book, whose currency is that of every excess. */
  excesses(
    market: Market,
    repriced: RepricedMarket,
    book: ResolvedPortfolio,
  ): Outcome<{ readonly currency: string }>;
}

/**
 * Moves all underlyings of a book together: a fall of one is a fall of all, which is what a day of margin calls looks like.
 * `deviation` is the standard deviation of the logarithm of every underlying over the horizon, by row; NaN where it is not known, and
 * then the excesses of whoever holds it are NaN.
 */
export function projectedExcess(
  market: Market,
  book: ResolvedPortfolio,
  deviation: Float64Array,
  calculator: ProjectionCalculator,
): Outcome<ProjectedExcess> {
  const held = [...new Set(book.positions.map(({ instrument }) => instrument))];
  const underlyings = [...new Set(held.map((instrument) => market.columns.underlying[instrument] ?? 0))];
  const ownMarket = selectInstruments(market, held);
  const ownBook = onMarket({ ...book, orders: [] }, (instrument) => held.indexOf(instrument));
  const present = calculator.reprice(ownMarket, ownBook);
  const margins = calculator.excesses(ownMarket, present, ownBook);
  if (!margins.ok) return margins;
  const { currency } = margins.value;
  const { unitValue } = present;
  const excessAt = (deviations: number, volatilityFactor: number): Outcome<number> => {
    let moved = ownMarket;
    for (const underlying of underlyings) {
      // What is not known moves nothing when nothing moves.
      const spotFactor = deviations === 0 ? 1 : Math.exp(deviations * (deviation[underlying] ?? NaN));
      if (!Number.isFinite(spotFactor)) return success(NaN);
      moved = moveUnderlying(moved, { underlying, spotFactor, volatilityFactor });
    }
    const movedBook = withMovedPnl(ownBook, ownMarket, moved);
    const repriced = calculator.reprice(moved, movedBook);
    carryOptionMarks(ownMarket, unitValue, moved, repriced.unitValue);
    return calculator.excess(moved, repriced, movedBook);
  };
  const excess: number[] = [];
  for (const deviations of PROJECTED_DEVIATIONS) {
    const found = excessAt(deviations, 1);
    if (!found.ok) return found;
    excess.push(found.value);
  }
  const shocked = excessAt(0, VOLATILITY_SHOCK_FACTOR);
  if (!shocked.ok) return shocked;
  const asset = market.table.assetIndex.get(currency) ?? -1;
  const spreadCost = halfSpreadUsd(ownMarket, ownBook) / (market.columns.assetPriceUsd[asset] ?? 1);
  return success({ excess, excessAtHigherVolatility: shocked.value, spreadCost });
}

/** Half of the quoted spreads of all positions, US dollars; what nobody quotes on both sides says nothing about its depth. */
function halfSpreadUsd({ columns }: Market, { positions }: ResolvedPortfolio): number {
  let sum = 0;
  for (const { instrument, quantity } of positions) {
    const bid = columns.bidPrice[instrument] ?? NaN;
    const ask = columns.askPrice[instrument] ?? NaN;
    if (!(bid > 0 && ask >= bid)) continue;
    const size = Math.abs(quantity) * (columns.contractSize[instrument] ?? NaN);
    const indexPrice = columns.indexPrice[columns.underlying[instrument] ?? 0] ?? NaN;
    const isInverse = columns.isInverse[instrument] === 1;
    const isOption = columns.kind[instrument] === KIND.OPTION;
    if (!isInverse) sum += (size * (ask - bid)) / 2;
    else if (isOption) sum += (size * (ask - bid) * indexPrice) / 2;
    else sum += (size * (1 / bid - 1 / ask) * indexPrice) / 2;
  }
  return sum;
}
