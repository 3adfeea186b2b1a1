import { success } from '../../domain/outcome.js';
import type { Outcome } from '../../domain/outcome.js';
import type { Portfolio } from '../../domain/portfolio.js';
import type { Instrument } from '../../domain/instrument.js';
import type { Leg } from '../../domain/simulation.js';
import type { Market } from '../../market/snapshot/market.js';
import type { CandidateTrade } from './minimal-cost.js';
import type { PlanCalculator } from './plan-calculator.js';
import { sliceFor } from './depth-slices.js';
import type { PlanRules } from './plan-types.js';
import { touchPrice } from './touch-price.js';

/** A hedge and the price that it assumes. */
export interface PricedTrade {
  readonly trade: CandidateTrade;
  readonly price: number;
}

/**
 * Perpetuals and futures of the book's underlyings that it does not hold, bought or sold, each up to as many coins as the book has
 * under its contracts: more could only turn the risk around. What the model refuses is left out, and,
 * where the rules cut trades into slices, what shows no depth.
 */
export function hedgingTrades(
  calculator: PlanCalculator,
  market: Market,
  portfolio: Portfolio,
  currency: string,
  { slices }: Pick<PlanRules, 'slices'>,
  costOf: (leg: Leg) => Outcome<number>,
): Outcome<PricedTrade[]> {
  const coins = coinsByUnderlying(market, portfolio);
  const found: PricedTrade[] = [];
  for (const terms of market.table.instruments) {
    const { name, kind, underlying, contractSize } = terms;
    const isLinear = kind === 'PERPETUAL' || kind === 'FUTURE';
    const size = coins.get(underlying);
    if (!isLinear || size === undefined || terms.settlementCurrency !== currency) continue;
    if (portfolio.positions.some(({ instrument }) => instrument === name)) continue;
    const pnlPerContract = unitVector(calculator, portfolio, name);
    if (pnlPerContract === undefined) continue;
    const quantityMax = (size * (isCoinSettled(terms) ? indexOf(market, underlying) : 1)) / contractSize;
    for (const direction of [1, -1] as const) {
      const price =
        slices === undefined
          ? touchPrice(market, name, -direction)
          : sliceFor(slices, name, -direction)?.worstPrice;
      if (price === undefined) continue;
      const cost = costOf({ instrument: name, quantity: direction, price });
      if (!cost.ok) continue;
      const costPerContract = Math.max(cost.value, 0);
      const trade = {
        instrument: name,
        direction,
        isHedge: true,
        quantityMax,
        costPerContract,
        pnlPerContract,
      };
      found.push({ trade, price });
    }
  }
  return success(found);
}

/** P&L of one contract held long, per scenario; undefined for what the model does not margin. */
function unitVector(
  calculator: PlanCalculator,
  portfolio: Portfolio,
  instrument: string,
): Float64Array | undefined {
  const alone = { ...portfolio, positions: [{ instrument, quantity: 1 }], openOrders: [] };
  const report = calculator.marginWithVectors(alone);
  const pnl = report.ok ? report.value.positionVectors?.[0]?.pnl : undefined;
  return pnl && Float64Array.from(pnl);
}

/** Coins under the contracts of a book, whatever their direction. */
function coinsByUnderlying(market: Market, { positions }: Portfolio): Map<string, number> {
  const coins = new Map<string, number>();
  for (const { instrument, quantity } of positions) {
    const terms = market.table.instruments[market.table.instrumentIndex.get(instrument) ?? -1];
    if (terms === undefined) continue;
    const { underlying, contractSize } = terms;
    const perContract = isCoinSettled(terms) ? contractSize / indexOf(market, underlying) : contractSize;
    coins.set(underlying, (coins.get(underlying) ?? 0) + Math.abs(quantity) * perContract);
  }
  return coins;
}

/** Futures whose contract is an amount of dollars. */
function isCoinSettled({ kind, settlement }: Instrument): boolean {
  return settlement === 'INVERSE' && kind !== 'OPTION';
}

function indexOf({ table, columns }: Market, underlying: string): number {
  return columns.indexPrice[table.underlyingIndex.get(underlying) ?? -1] ?? NaN;
}
