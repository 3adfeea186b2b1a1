import type { Portfolio } from '../domain/portfolio.js';
import type { MarginReport } from '../domain/report.js';
import type { MarginCalculator } from '../engine/margin-engine-types.js';
import type { InstrumentQuote, MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import type { CaseResult, Check } from './case-result.js';
import { runCase } from './run-case.js';
import { listVectorFiles, readVectorFile } from './vector-files.js';

const FOLDER = ['margin-models', 'deribit-pm'];
const CELL_TOLERANCE = 1e-12;
/** Printed with nine decimals. */
const INITIAL_MARGIN_TOLERANCE = 1e-9;
const MAINTENANCE_MARGIN_TOLERANCE = 1e-12;
/** Deribit's BTC futures are contracts of 10 US dollars. */
const CONTRACT_SIZE_USD = 10;
const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const EXPIRY_HOUR_UTC = 8;

interface RiskVectors {
  readonly standard: readonly number[];
  readonly extended: readonly number[];
}

interface PublishedMargins {
  readonly initial_margin: number;
  readonly maintenance_margin: number;
  readonly initial_margin_details: {
    readonly mmp_margin: number;
    readonly open_orders_margin: number;
    readonly spot_margin: number;
    readonly risk_matrix_margin: number;
    readonly risk_matrix_margin_details: {
      readonly worst_case: number;
      readonly roll_shock: number;
      readonly delta_shock: number;
      readonly correlation_contingency: number;
      readonly worst_case_bucket: { readonly index: number };
    };
  };
}

interface PublishedCase {
  readonly about: { readonly title: string };
  readonly response: {
    readonly result: {
      readonly model_params: {
        readonly currency_pair: Readonly<Record<string, Readonly<Record<string, number>>>>;
        readonly currency: Readonly<Record<string, Readonly<Record<string, number>>>>;
        readonly general: {
          readonly mm_factor: number;
          readonly buckets_count: number;
          readonly timestamp: number;
        };
      };
      readonly aggregated_risk_vectors: Readonly<Record<string, RiskVectors>>;
      readonly initial_risk_vectors: Readonly<Record<string, RiskVectors>>;
      readonly margins: Readonly<Record<string, PublishedMargins>>;
      readonly portfolio: { readonly position: Readonly<Record<string, number>> };
      readonly index_price: Readonly<Record<string, number>>;
      readonly ticker: Readonly<Record<string, { readonly mark_price: number }>>;
    };
  };
}

/** Runs every published `pme/simulate` response of a folder; an absent folder has no cases. */
export function runDeribitPmCases(vectors: string, engine: MarginCalculator): CaseResult[] {
  return listVectorFiles(vectors, FOLDER, /^pme_simulate_.*\.json$/).map((file) =>
    runFile(readVectorFile(vectors, ...FOLDER, file) as PublishedCase, file, engine),
  );
}

function runFile(published: PublishedCase, file: string, engine: MarginCalculator): CaseResult {
  const name = file.replace('.json', '');
  const source = published.about.title;
  const { result } = published.response;
  const coin = Object.keys(result.margins)[0] ?? '';
  const margins = result.margins[coin];
  if (margins === undefined) return { name, source, checks: [], error: 'the response holds no margins' };
  return runCase(
    engine,
    {
      name,
      source,
      model: { name: 'deribit-pm@2024-06-17', overrides: parametersOf(published, coin) },
      market: marketOf(published, coin),
      portfolio: portfolioOf(published, coin),
    },
    (report) => [...marginChecks(published, margins, report), ...cellChecks(published, coin, report)],
  );
}

function marginChecks(published: PublishedCase, margins: PublishedMargins, report: MarginReport): Check[] {
  const { result } = published.response;
  const details = margins.initial_margin_details;
  const matrix = details.risk_matrix_margin_details;
  const component = (key: string): number =>
    report.components.find((candidate) => candidate.name === key)?.initial ?? NaN;
  return [
    cellCheck('worst case', matrix.worst_case, -(report.bindingScenario?.pnl ?? NaN)),
    cellCheck(
      'risk matrix margin',
      details.risk_matrix_margin,
      report.maintenanceMargin / result.model_params.general.mm_factor,
    ),
    cellCheck('worst case index', matrix.worst_case_bucket.index, (report.bindingScenario?.index ?? NaN) + 1),
    cellCheck('roll shock', matrix.roll_shock, component('roll_shock')),
    cellCheck('delta shock', matrix.delta_shock, component('delta_shock')),
    cellCheck(
      'correlation contingency',
      matrix.correlation_contingency,
      component('correlation_contingency'),
    ),
    cellCheck('mmp margin', details.mmp_margin, component('mmp')),
    {
      quantity: 'initial margin',
      expected: margins.initial_margin,
      // The response states what its open orders cost and not the orders, so that one published number is added.
      actual: report.initialMargin + details.open_orders_margin + details.spot_margin,
      tolerance: INITIAL_MARGIN_TOLERANCE,
    },
    {
      quantity: 'maintenance margin',
      expected: margins.maintenance_margin,
      actual: report.maintenanceMargin,
      tolerance: MAINTENANCE_MARGIN_TOLERANCE,
    },
  ];
}

function cellChecks(published: PublishedCase, coin: string, report: MarginReport): Check[] {
  const { result } = published.response;
  const checks: Check[] = [];
  const aggregated = result.aggregated_risk_vectors[`${coin}_${coin}`];
  const cells = aggregated === undefined ? [] : [...aggregated.standard, ...aggregated.extended];
  cells.forEach((cell, index) => {
    checks.push(
      cellCheck(`aggregated cell ${String(index)}`, cell, report.scenarioVector?.[index]?.pnl ?? NaN),
    );
  });
  for (const [instrument, vectors] of Object.entries(result.initial_risk_vectors)) {
    const ours = report.positionVectors?.find((vector) => vector.instrument === instrument)?.pnl ?? [];
    [...vectors.standard, ...vectors.extended].forEach((cell, index) => {
      checks.push(cellCheck(`${instrument} cell ${String(index)}`, cell, ours[index] ?? NaN));
    });
  }
  return checks;
}

function cellCheck(quantity: string, expected: number, actual: number): Check {
  return { quantity, expected, actual, tolerance: CELL_TOLERANCE };
}

function parametersOf({ response }: PublishedCase, coin: string): unknown {
  const { currency_pair, currency, general } = response.result.model_params;
  const pair = currency_pair[`${coin}_usd`] ?? {};
  const own = currency[coin] ?? {};
  return {
    currencies: {
      [coin.toUpperCase()]: {
        annualisedMoveRisk: own.annualised_move_risk,
        minAnnualisedMove: own.min_annualised_move,
        extendedDampenerUsd: own.extended_dampener,
        pnlOffset: own.pnl_offset,
        maxOffsetablePnlUsd: own.max_offsetable_pnl,
        priceRange: pair.price_range,
        volatilityRangeUp: pair.volatility_range_up,
        volatilityRangeDown: pair.volatility_range_down,
        minVolatilityForShockUp: pair.min_volatility_for_shock_up,
        shortTermVegaPower: pair.short_term_vega_power,
        longTermVegaPower: pair.long_term_vega_power,
        extendedTableFactor: pair.extended_table_factor,
        deltaIncrement: pair.m_inc,
        maxDeltaShock: pair.max_delta_shock,
        deltaShockThresholdUsd: pair.delta_total_liq_shock_threshold,
      },
    },
    maintenanceFactor: general.mm_factor,
    bucketsCount: general.buckets_count,
  };
}

function marketOf({ response }: PublishedCase, coin: string): MarketSnapshot {
  const { index_price, ticker, model_params } = response.result;
  const underlying = coin.toUpperCase();
  const instruments = Object.entries(ticker).map(([name, { mark_price }]): InstrumentQuote => {
    const terms = {
      name,
      underlying,
      settlement: 'INVERSE',
      settlementCurrency: underlying,
      contractSize: CONTRACT_SIZE_USD,
    } as const;
    const expiry = expiryOf(name);
    return {
      instrument:
        expiry === undefined
          ? { ...terms, kind: 'PERPETUAL' }
          : { ...terms, kind: 'FUTURE', expiryMs: expiry },
      markPrice: mark_price,
      priceConfidence: 1,
    };
  });
  return {
    epoch: 0,
    timeMs: model_params.general.timestamp,
    venue: 'deribit',
    underlyings: [{ name: underlying, indexPrice: index_price[`${coin}_usd`] ?? NaN, confidence: 1 }],
    assets: [],
    expiries: [],
    instruments,
  };
}

/** `BTC-28JUN24` expires on that day at 08:00 UTC; a perpetual has no date. */
function expiryOf(name: string): number | undefined {
  const match = /-(\d{1,2})([A-Z]{3})(\d{2})$/.exec(name);
  if (match === null) return undefined;
  const [, day, month, year] = match;
  return Date.UTC(2000 + Number(year), MONTHS.indexOf(month ?? ''), Number(day), EXPIRY_HOUR_UTC);
}

/** The response states positions in coins; a contract is worth its dollars over the mark. */
function portfolioOf({ response }: PublishedCase, coin: string): Portfolio {
  const { portfolio, ticker, margins } = response.result;
  const mmpMargin = margins[coin]?.initial_margin_details.mmp_margin ?? 0;
  return {
    accountId: 'published',
    positions: Object.entries(portfolio.position).map(([instrument, coins]) => ({
      instrument,
      quantity: (coins * (ticker[instrument]?.mark_price ?? NaN)) / CONTRACT_SIZE_USD,
    })),
    balances: [],
    openOrders: [],
    // 3 % of the quantity limit: .06 in the example is a limit of two coins.
    mmpGroups:
      mmpMargin > 0
        ? [{ name: 'published', underlying: coin.toUpperCase(), quantityLimit: mmpMargin / 0.03 }]
        : [],
  };
}
