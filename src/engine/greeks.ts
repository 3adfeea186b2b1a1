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
  const sums: Sum[] = [];
  let sum: Sum | undefined;
  for (const { instrument, quantity } of positions) {
    const underlying = market.columns.underlying[instrument] ?? 0;
    // Positions are sorted by underlying, so that it changes rarely.
    if (sum?.underlying !== underlying) sum = sumOf(sums, underlying);
    const coins = quantity * (market.columns.contractSize[instrument] ?? NaN);
    sum.delta += quantity * (repriced.unitDelta[instrument] ?? NaN);
    sum.gamma += coins * (valuation.gamma[instrument] ?? NaN);
    sum.vega += coins * (valuation.vega[instrument] ?? NaN);
    sum.theta += coins * (valuation.theta[instrument] ?? NaN);
  }
  return sums.map(({ underlying, delta, gamma, vega, theta }) => ({
    underlying: market.table.underlyings[underlying] ?? '',
    deltaCoins: delta,
    gammaCoinsPerUsd: gamma,
    vegaUsdPerPoint: vega / POINTS_PER_UNIT,
    thetaUsdPerDay: theta / DAYS_PER_YEAR,
  }));
}

interface Sum {
  readonly underlying: number;
  delta: number;
  gamma: number;
  vega: number;
  theta: number;
}

function sumOf(sums: Sum[], underlying: number): Sum {
  const known = sums.find((sum) => sum.underlying === underlying);
  if (known !== undefined) return known;
  const added = { underlying, delta: 0, gamma: 0, vega: 0, theta: 0 };
  sums.push(added);
  return added;
}
