import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import type { Portfolio } from '../../domain/portfolio.js';
import type { MarginReport } from '../../domain/report.js';
import type { Leg } from '../../domain/simulation.js';
import type { Market } from '../../market/snapshot/market.js';
import type { CandidateTrade } from './minimal-cost.js';
import type { PlanRules } from './plan-types.js';

/** Spread of a future or perpetual that is not quoted, as a share of its mark: its mark is a price, not an offer. */
const UNQUOTED_SPREAD = 0.01;

export interface ClosingTrades {
  readonly trades: readonly CandidateTrade[];
  /** Price of each trade, quote unit of the instrument. */
  readonly prices: readonly number[];
  readonly unquoted: readonly string[];
}

/**
 * Every position as a close at the touch: what it costs, asked of `costOf`, and what a contract makes in every scenario. Needs the
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
    if (terms.settlementCurrency !== report.currency)
      return failure(
        'UNSUPPORTED',
        field,
        `Expected positions that settle in ${report.currency}, the currency of the margin, but ${instrument} settles in ${terms.settlementCurrency}`,
      );
    const price = touchPrice(market, instrument, quantity);
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

/** The bid for what is sold, the ask for what is bought; undefined for an option that nobody quotes. */
function touchPrice({ table, columns }: Market, instrument: string, held: number): number | undefined {
  const index = table.instrumentIndex.get(instrument) ?? -1;
  const quoted = (held > 0 ? columns.bidPrice[index] : columns.askPrice[index]) ?? NaN;
  if (quoted > 0) return quoted;
  if (table.instruments[index]?.kind === 'OPTION') return undefined;
  const mark = columns.markPrice[index] ?? NaN;
  return mark > 0 ? mark * (held > 0 ? 1 - UNQUOTED_SPREAD : 1 + UNQUOTED_SPREAD) : undefined;
}
