import { KIND } from '../domain/codes.js';
import { DAYS_PER_YEAR } from '../domain/time.js';
import type { Market } from '../market/snapshot/market.js';
import type { ScenarioLabel } from '../scenarios/scenario-set.js';
import { cubeIndex } from '../kernel/layout.js';
import { AGGREGATED_SCENARIOS_MAX } from '../limits.js';
import type { RepricedMarket } from './repriced-market.js';
import type { Valuation } from './valuation.js';

const POINTS_PER_UNIT = 100;

/** Columns of `UnitRisk.greeks`. */
export const GREEK = { delta: 0, gamma: 1, vega: 2, theta: 3 } as const;
export const GREEK_COUNT = 4;

/**
 * Risk of one long contract of every instrument of a market: what sums over positions are made of. Arrays run over the market's
 * instruments unless stated; rows of what cannot be priced are 0 and not usable. Read-only, shared.
 */
export interface UnitRisk {
  readonly market: Market;
  /** 1 where the rows are real. */
  readonly usable: Uint8Array;
  /** `[instrument][GREEK]`: delta in coins, gamma in coins per US dollar, vega in US dollars per point, theta in US dollars a day. */
  readonly greeks: Float64Array;
  /** US dollars: of an option its value, of what is margined daily 0, because its gain is cash. */
  readonly valueUsd: Float64Array;
  /** US dollars at the index, >= 0. */
  readonly notionalUsd: Float64Array;
  readonly labels: readonly ScenarioLabel[];
  /** `[instrument][scenario]`, US dollars at today's price of the settlement currency, before any rule of a model. */
  readonly scenarioPnlUsd: Float64Array;
}

/** `labels` is empty where the model has too many scenarios to be summed up (`AGGREGATED_SCENARIOS_MAX`). */
export function unitRisk(market: Market, valuation: Valuation, repriced: RepricedMarket): UnitRisk {
  const { columns, table } = market;
  const count = table.instruments.length;
  const { scenarios } = repriced.spec;
  const isSummed = repriced.rowOf === undefined && scenarios.columns.count <= AGGREGATED_SCENARIOS_MAX;
  const labels = isSummed ? scenarios.labels : [];
  const scenarioCount = labels.length;
  const usable = new Uint8Array(count);
  const greeks = new Float64Array(count * GREEK_COUNT);
  const valueUsd = new Float64Array(count);
  const notionalUsd = new Float64Array(count);
  const scenarioPnlUsd = new Float64Array(count * scenarioCount);
  table.instruments.forEach(({ settlementCurrency, settlement, contractSize }, row) => {
    const asset = table.assetIndex.get(settlementCurrency);
    const settlementUsd = asset === undefined ? NaN : (columns.assetPriceUsd[asset] ?? NaN);
    if (valuation.usable[row] !== 1 || repriced.usable[row] !== 1 || !(settlementUsd > 0)) return;
    usable[row] = 1;
    const isOption = columns.kind[row] === KIND.OPTION;
    const index = columns.indexPrice[columns.underlying[row] ?? -1] ?? NaN;
    const at = row * GREEK_COUNT;
    greeks[at + GREEK.delta] = repriced.unitDelta[row] ?? NaN;
    greeks[at + GREEK.gamma] = contractSize * (valuation.gamma[row] ?? NaN);
    greeks[at + GREEK.vega] = (contractSize * (valuation.vega[row] ?? NaN)) / POINTS_PER_UNIT;
    greeks[at + GREEK.theta] = (contractSize * (valuation.theta[row] ?? NaN)) / DAYS_PER_YEAR;
    valueUsd[row] = isOption ? (repriced.unitValue[row] ?? NaN) * settlementUsd : 0;
    notionalUsd[row] = settlement === 'INVERSE' && !isOption ? contractSize : contractSize * index;
    for (let s = 0; s < scenarioCount; s += 1)
      scenarioPnlUsd[row * scenarioCount + s] =
        (repriced.pnl[cubeIndex(row, s, repriced.instrumentCount)] ?? NaN) * settlementUsd;
  });
  return { market, usable, greeks, valueUsd, notionalUsd, labels, scenarioPnlUsd };
}
