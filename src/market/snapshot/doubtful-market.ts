import { KIND } from '../../domain/codes.js';
import { PRICE_CONFIDENCE_RANGE, VOLATILITY_CONFIDENCE_RANGE } from './confidence-range.js';
import { allocateMarketColumns, countsOf } from './market-columns.js';
import type { Market, MarketColumns } from './market.js';

/** A number without a confidence is as doubtful as one with none. */
function doubt(confidence: number | undefined): number {
  return confidence !== undefined && confidence >= 0 ? 1 - confidence : 1;
}

/**
 * The same market with the volatility of every option off by as much as its confidence says; `direction` is 1 for up and -1
 * for down. Marks of options are left out: whoever needs them carries them along.
 */
export function withDoubtfulVolatilities(market: Market, direction: 1 | -1): Market {
  const columns = copyColumns(market.columns);
  for (let i = 0; i < columns.kind.length; i += 1) {
    if (columns.kind[i] !== KIND.OPTION) continue;
    const error = doubt(columns.volatilityConfidence[i]) * VOLATILITY_CONFIDENCE_RANGE;
    columns.volatility[i] = (columns.volatility[i] ?? NaN) * (1 + direction * error);
    columns.markPrice[i] = NaN;
    columns.delta[i] = NaN;
  }
  return { ...market, hash: `${market.hash} volatility ${String(direction)}`, columns };
}

/** The same market with every price (index, forward, mark of a future, coin as collateral) off by as much as its confidence says. */
export function withDoubtfulPrices(market: Market, direction: 1 | -1): Market {
  const columns = copyColumns(market.columns);
  const factor = (confidence: number | undefined): number =>
    1 + direction * doubt(confidence) * PRICE_CONFIDENCE_RANGE;
  for (let u = 0; u < columns.indexPrice.length; u += 1) {
    const moved = factor(columns.indexConfidence[u]);
    columns.indexPrice[u] = (columns.indexPrice[u] ?? NaN) * moved;
    const asset = market.table.assetIndex.get(market.table.underlyings[u] ?? '');
    if (asset !== undefined) columns.assetPriceUsd[asset] = (columns.assetPriceUsd[asset] ?? NaN) * moved;
  }
  for (let e = 0; e < columns.forward.length; e += 1) {
    const fixed = columns.fixedForward[e] ?? NaN;
    const forward = columns.forward[e] ?? NaN;
    const moved = factor(columns.forwardConfidence[e]);
    columns.forward[e] = fixed > 0 ? fixed + (forward - fixed) * moved : forward * moved;
  }
  for (let i = 0; i < columns.kind.length; i += 1) {
    columns.delta[i] = NaN;
    const isOption = columns.kind[i] === KIND.OPTION;
    columns.markPrice[i] = isOption
      ? NaN
      : (columns.markPrice[i] ?? NaN) * factor(columns.priceConfidence[i]);
  }
  return { ...market, hash: `${market.hash} price ${String(direction)}`, columns };
}

function copyColumns(columns: MarketColumns): MarketColumns {
  const copy = allocateMarketColumns(countsOf(columns));
  for (const name of Object.keys(columns) as (keyof MarketColumns)[]) copy[name].set(columns[name]);
  return copy;
}
