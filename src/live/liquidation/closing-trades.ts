import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type { Portfolio } from '../../domain/portfolio.js';
import type { MarginReport } from '../../domain/report.js';
import type { Leg } from '../../domain/simulation.js';
import type { Market } from '../../market/snapshot/market.js';
import type { CandidateTrade } from './minimal-cost.js';
import { sliceFor } from './depth-slices.js';
import type { PlanRules } from './plan-types.js';
import { touchPrice } from './touch-price.js';

/** Trades that a plan may use. */
export interface PricedTrades {
  readonly trades: readonly CandidateTrade[];
  /** Price of each trade, quote unit of the instrument. */
  readonly prices: readonly number[];
}

export interface ClosingTrades extends PricedTrades {
  readonly unquoted: readonly string[];
}

/**
 * Every position as a close at the touch, or at the worst price of a slice where the rules cut it into slices: what it costs, asked of `costOf`, and what a contract makes in every scenario. Needs the
 * position vectors of the report. Positions that settle in another currency than the report's cannot be compared, and fail.
 */
export function closingTrades(
  market: Market,
  portfolio: Portfolio,
  report: MarginReport,
  rules: PlanRules,
  costOf: (leg: Leg) => Outcome<number>,
): Outcome<ClosingTrades> {
  const trades: CandidateTrade[] = [];
  const prices: number[] = [];
  const unquoted: string[] = [];
  for (const [index, { instrument, quantity }] of portfolio.positions.entries()) {
    if (quantity === 0) continue;
    const field = `positions[${String(index)}]`;
    const pnl = report.positionVectors?.find((vector) => vector.instrument === instrument)?.pnl;
    const terms = market.table.instruments[market.table.instrumentIndex.get(instrument) ?? -1];
    if (pnl === undefined || terms === undefined)
      return failure('UNSUPPORTED', field, `No scenario vector of ${instrument} to plan with`);
    if (!isSameMoney(market, terms.settlementCurrency, report.currency))
      return failure(
        'UNSUPPORTED',
        field,
        `Expected positions that settle in ${report.currency}, the currency of the margin, but ${instrument} settles in ${terms.settlementCurrency}`,
      );
    const { slices } = rules;
    const price =
      slices === undefined
        ? touchPrice(market, instrument, quantity)
        : sliceFor(slices, instrument, quantity)?.worstPrice;
    if (price === undefined && slices !== undefined)
      return failure(
        'MISSING_MARKET_DATA',
        field,
        `Expected visible ${quantity > 0 ? 'bids' : 'asks'} of ${instrument} to take a share of, but the market shows none`,
      );
    if (price === undefined) {
      unquoted.push(instrument);
      continue;
    }
    const cost = costOf({ instrument, quantity: -quantity, price });
    if (!cost.ok) return cost;
    const size = Math.abs(quantity);
    trades.push({
      instrument,
      direction: quantity > 0 ? -1 : 1,
      isHedge: false,
      quantityMax: Math.min(size, rules.quantityMax?.get(instrument) ?? Infinity),
      costPerContract: Math.max(cost.value, 0) / size,
      pnlPerContract: Float64Array.from(pnl, (value) => value / quantity),
    });
    prices.push(price);
  }
  return success({ trades, prices, unquoted });
}

/** A stablecoin at one dollar is a dollar. */
function isSameMoney({ table, columns }: Market, settlement: string, currency: string): boolean {
  if (settlement === currency) return true;
  return currency === 'USD' && columns.assetPriceUsd[table.assetIndex.get(settlement) ?? -1] === 1;
}
