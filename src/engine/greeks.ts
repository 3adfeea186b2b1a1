import { DAYS_PER_YEAR } from '../domain/time.js';
import type { UnderlyingGreeks } from '../domain/report.js';
import type { Market } from '../market/snapshot/market.js';
import type { ResolvedPosition } from '../models/model.js';
import type { RepricedMarket } from './repriced-market.js';
import type { Valuation } from './valuation.js';

const POINTS_PER_UNIT = 100;

/** Black Greeks per underlying, undiscounted, summed over the positions in the order of their groups. */
export function bookGreeks(
  positions: readonly ResolvedPosition[],
  market: Market,
  valuation: Valuation,
  repriced: RepricedMarket,
): UnderlyingGreeks[] {
  const sums = new Map<number, { delta: number; gamma: number; vega: number; theta: number }>();
  for (const { instrument, quantity } of positions) {
    const underlying = market.columns.underlying[instrument] ?? 0;
    let sum = sums.get(underlying);
    if (sum === undefined) sums.set(underlying, (sum = { delta: 0, gamma: 0, vega: 0, theta: 0 }));
    const coins = quantity * (market.columns.contractSize[instrument] ?? NaN);
    sum.delta += quantity * (repriced.unitDelta[instrument] ?? NaN);
    sum.gamma += coins * (valuation.gamma[instrument] ?? NaN);
    sum.vega += coins * (valuation.vega[instrument] ?? NaN);
    sum.theta += coins * (valuation.theta[instrument] ?? NaN);
  }
  return [...sums].map(([underlying, sum]) => ({
    underlying: market.table.underlyings[underlying] ?? '',
    deltaCoins: sum.delta,
    gammaCoinsPerUsd: sum.gamma,
    vegaUsdPerPoint: sum.vega / POINTS_PER_UNIT,
    thetaUsdPerDay: sum.theta / DAYS_PER_YEAR,
  }));
}
