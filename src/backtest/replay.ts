import type { Portfolio } from '../domain/portfolio.js';
import { failure, success, type Outcome } from '../domain/outcome.js';
import { DEFAULT_REPORT_OPTIONS } from '../engine/margin-engine-types.js';
import { MarginEngine } from '../engine/margin-engine.js';
import type { Kernels } from '../kernel/kernels.js';
import type { MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import { resolveMarket } from '../market/snapshot/resolve-market.js';
import { resolveModel } from '../models/catalogue.js';
import { dailyDeviation } from './daily-deviation.js';
import type { PriceHistory } from './price-history.js';

/** A policy: constant dollars in the perpetual of each underlying, rebalanced every day; negative is short. */
export interface PolicyBook {
  readonly name: string;
  readonly legs: readonly { readonly underlying: string; readonly notionalUsd: number }[];
}

/** One day of a replay. Dollars. */
export interface ReplayDay {
  readonly dateMs: number;
  readonly initialMargin: number;
  readonly maintenanceMargin: number;
  /** Of models that estimate a tail; positive is a loss. */
  readonly valueAtRisk?: number;
  readonly expectedShortfall?: number;
  /** Of the book until the next day's close. */
  readonly pnl: number;
}

export interface ReplayRequest {
  readonly kernels: Kernels;
  readonly history: PriceHistory;
  readonly book: PolicyBook;
  /** `house`, `derive-pm2@...`, ... */
  readonly model: string;
  readonly overrides?: Readonly<Record<string, unknown>>;
  /** Days that only feed the volatility estimate. */
  readonly warmUpDays: number;
}

/** Models whose daily volatility follows the history; venues keep their published numbers. */
const CALIBRATED_MODELS = new Set(['house', 'es']);

const CASH = 'USDC';

/** Margins the book on every day after the warm-up with nothing but what was known at its close. */
export function replay(request: ReplayRequest): Outcome<readonly ReplayDay[]> {
  const { history, book, warmUpDays } = request;
  const engine = new MarginEngine(request.kernels);
  const legs: { readonly prices: Float64Array; readonly underlying: string; readonly notionalUsd: number }[] =
    [];
  for (const [at, leg] of book.legs.entries()) {
    const prices = history.prices.get(leg.underlying);
    if (prices === undefined)
      return failure(
        'MISSING_MARKET_DATA',
        `books.${book.name}.legs[${String(at)}].underlying`,
        `Expected an underlying with prices (${[...history.prices.keys()].join(', ')}) but received ${leg.underlying}`,
      );
    legs.push({ ...leg, prices });
  }
  const deviations = legs.map(({ prices }) => dailyDeviation(prices));
  const days: ReplayDay[] = [];
  for (let t = warmUpDays; t + 1 < history.datesMs.length; t += 1) {
    const calibration = Object.fromEntries(
      legs.map(({ underlying }, at) => [underlying, { dailyVolatility: deviations[at]?.[t] ?? NaN }]),
    );
    const modelId = request.model.split('@')[0] ?? '';
    const overrides = CALIBRATED_MODELS.has(modelId)
      ? { ...request.overrides, underlyings: calibration }
      : request.overrides;
    const model = resolveModel(
      overrides === undefined ? { name: request.model } : { name: request.model, overrides },
    );
    if (!model.ok) return model;
    const dateMs = history.datesMs[t] ?? NaN;
    const market = resolveMarket(
      marketOfDay(
        dateMs,
        legs.map(({ underlying, prices }) => [underlying, prices[t] ?? NaN]),
      ),
    );
    if (!market.ok) return market;
    const portfolio = bookOfDay(
      book,
      legs.map(({ prices }) => prices[t] ?? NaN),
    );
    const [outcome] = engine.calculate({
      model: model.value,
      market: market.value,
      portfolios: [portfolio],
      options: { ...DEFAULT_REPORT_OPTIONS, allowApproximations: true },
    });
    if (outcome === undefined) throw new RangeError('no outcome');
    if (!outcome.ok) return outcome;
    const { initialMargin, maintenanceMargin, tailStatistics } = outcome.value;
    const pnl = legs.reduce(
      (sum, { prices, notionalUsd }) => sum + notionalUsd * ((prices[t + 1] ?? NaN) / (prices[t] ?? NaN) - 1),
      0,
    );
    days.push({
      dateMs,
      initialMargin,
      maintenanceMargin,
      pnl,
      ...(tailStatistics === undefined
        ? {}
        : { valueAtRisk: tailStatistics.valueAtRisk, expectedShortfall: tailStatistics.expectedShortfall }),
    });
  }
  return success(days);
}

/** A market of perpetuals at the day's close; full confidence, no funding. */
function marketOfDay(
  dateMs: number,
  closes: readonly (readonly [underlying: string, price: number])[],
): MarketSnapshot {
  return {
    epoch: 0,
    timeMs: dateMs,
    venue: 'history',
    underlyings: closes.map(([name, indexPrice]) => ({ name, indexPrice, confidence: 1 })),
    assets: [
      { asset: CASH, priceUsd: 1, confidence: 1 },
      ...closes.map(([asset, priceUsd]) => ({ asset, priceUsd, confidence: 1 })),
    ],
    expiries: [],
    instruments: closes.map(([underlying, markPrice]) => ({
      instrument: {
        name: perpetualOf(underlying),
        kind: 'PERPETUAL',
        underlying,
        settlement: 'LINEAR',
        settlementCurrency: CASH,
        contractSize: 1,
      },
      markPrice,
      priceConfidence: 1,
      feeRate: 0,
      eightHourFundingRate: 0,
    })),
  };
}

function bookOfDay({ name, legs }: PolicyBook, prices: readonly number[]): Portfolio {
  return {
    accountId: name,
    positions: legs.map(({ underlying, notionalUsd }, at) => ({
      instrument: perpetualOf(underlying),
      quantity: notionalUsd / (prices[at] ?? NaN),
      unrealisedPnl: 0,
    })),
    balances: [],
    openOrders: [],
    mmpGroups: [],
  };
}

function perpetualOf(underlying: string): string {
  return `${underlying}-${CASH}-PERPETUAL`;
}
