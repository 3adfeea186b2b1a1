import { success, type Outcome } from '../domain/outcome.js';
import type { LiquidationPrice } from '../domain/report.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedPortfolio } from './resolve-portfolio.js';
import { excessByUnderlying, rootsOverSpot, type MovedMarketCalculator } from './spot-excess.js';

/**
 * Prices of each underlying, all others unchanged, at which equity meets the maintenance margin. Margin is not monotone in
 * spot, so all roots are given; none is reported where none was found.
 */
export function liquidationPrices(
  market: Market,
  book: ResolvedPortfolio,
  calculator: MovedMarketCalculator,
): Outcome<LiquidationPrice[]> {
  const prices: LiquidationPrice[] = [];
  for (const underlying of excessByUnderlying(market, book, calculator)) {
    const roots = rootsOverSpot(underlying, 1);
    if (!roots.ok) return roots;
    const below = roots.value.filter((root) => root < underlying.spotUsd).at(-1);
    const above = roots.value.find((root) => root >= underlying.spotUsd);
    prices.push({
      underlying: underlying.name,
      rootsUsd: roots.value,
      ...(below === undefined ? {} : { nearestBelowUsd: below }),
      ...(above === undefined ? {} : { nearestAboveUsd: above }),
    });
  }
  return success(prices);
}
