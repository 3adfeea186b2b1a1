import { numberToAmount } from '../domain/money.js';
import type { OpenOrder, Portfolio } from '../domain/portfolio.js';
import type { MarginReport } from '../domain/report.js';
import type { MarginCalculator } from '../engine/margin-engine-types.js';
import type { ExpiryQuote, InstrumentQuote, MarketSnapshot } from '../market/snapshot/market-snapshot.js';
import type { CaseResult, Check } from './case-result.js';
import { runCase } from './run-case.js';
import { readVectorFile } from './vector-files.js';

/** Stated by the file. */
const RELATIVE_TOLERANCE = 1e-9;
const ABSOLUTE_FLOOR_USD = 1e-8;
const FILE = ['margin-models', 'paradex', 'portfolios.json'];
const CASH = 'USDC';
const AMOUNT_DECIMALS = 18;

interface PublishedMarket {
  readonly kind: 'perp' | 'option';
  readonly optionType?: 'call' | 'put';
  readonly strike?: number;
  readonly expiry?: string;
  readonly mark_price: number;
  readonly mark_iv?: number;
  readonly delta: number;
  readonly underlying_price: number;
  readonly funding_rate: number;
  readonly interest_rate: number;
  readonly fee_rate: number;
}

interface PublishedCase {
  readonly number: number;
  readonly name: string;
  readonly now: string;
  readonly positions: readonly {
    readonly market: string;
    readonly side: 'BUY' | 'SELL';
    readonly size: number;
  }[];
  readonly orders: readonly {
    readonly market: string;
    readonly side: 'BUY' | 'SELL';
    readonly size: number;
    readonly price: number;
  }[];
  readonly balances: readonly { readonly token: string; readonly size: number }[];
  readonly markets: Readonly<Record<string, PublishedMarket>>;
  readonly expected_pm: Readonly<Record<'IMR' | 'MMR' | 'worst_loss' | 'funding_provision', number>> & {
    readonly fee_provision_imr: number;
    readonly spot_balance_margin: number;
    readonly worst_scenario_index: number;
  };
  readonly expected_position_scenario_pnl: readonly number[];
  readonly expected_xm: Readonly<Record<'IMR' | 'MMR' | 'net_imr' | 'net_mmr' | 'open_loss', number>>;
}

interface PublishedFile {
  readonly about: { readonly title: string };
  readonly pm_config: {
    readonly base_asset: string;
    readonly hedged_margin_factor: number;
    readonly unhedged_margin_factor: number;
    readonly mmf_factor: number;
    readonly vol_shock_params: Readonly<
      Record<'vega_power_short_dte' | 'vega_power_long_dte' | 'dte_floor_days' | 'min_vol_shock_up', number>
    >;
    readonly scenarios: readonly Readonly<Record<'spot_shock' | 'vol_shock' | 'weight', number>>[];
  };
  readonly xm_option_params: Readonly<Record<'imf' | 'mmf', Readonly<Record<string, number>>>>;
  readonly xm_perp_params: Readonly<Record<'imf_base' | 'mmf_factor', number>>;
  readonly protocol_constants: { readonly option_fee_cap: number };
}

/** Portfolio margin of every published book; an absent file has no cases. */
export function runParadexPmCases(vectors: string, engine: MarginCalculator): CaseResult[] {
  return runCases(vectors, engine, 'paradex-pm', portfolioMarginParameters, portfolioMarginChecks);
}

/** Cross margin of every published book; an absent file has no cases. */
export function runParadexXmCases(vectors: string, engine: MarginCalculator): CaseResult[] {
  return runCases(vectors, engine, 'paradex-xm', crossMarginParameters, crossMarginChecks);
}

function runCases(
  vectors: string,
  engine: MarginCalculator,
  model: string,
  parameters: (file: PublishedFile) => unknown,
  compare: (one: PublishedCase, report: MarginReport) => readonly Check[],
): CaseResult[] {
  const file = readVectorFile(vectors, ...FILE) as
    (PublishedFile & { cases: readonly PublishedCase[] }) | undefined;
  if (file === undefined) return [];
  return file.cases.map((one) =>
    runCase(
      engine,
      {
        name: `${String(one.number)} ${one.name}`,
        source: file.about.title,
        model: { name: `${model}@btc-2026-04-22`, overrides: parameters(file) },
        market: marketOf(one, file.pm_config.base_asset),
        portfolio: portfolioOf(one),
      },
      (report) => compare(one, report),
    ),
  );
}

function portfolioMarginChecks(one: PublishedCase, report: MarginReport): Check[] {
  const { expected_pm } = one;
  const checks = [
    check('initial margin', expected_pm.IMR, report.initialMargin),
    check('maintenance margin', expected_pm.MMR, report.maintenanceMargin),
    check('worst loss', expected_pm.worst_loss, componentOf(report, 'scenario_loss')),
    check('funding provision', expected_pm.funding_provision, componentOf(report, 'funding_provision')),
    check('fee provision', expected_pm.fee_provision_imr, componentOf(report, 'fee_provision')),
    check('spot balances', expected_pm.spot_balance_margin, componentOf(report, 'other_balances')),
  ];
  // The published vector holds positions alone: comparable where no order adds to it.
  if (one.orders.length > 0) return checks;
  return checks.concat(
    one.expected_position_scenario_pnl.map((pnl, index) =>
      check(`scenario ${String(index)}`, pnl, report.scenarioVector?.[index]?.pnl ?? NaN),
    ),
  );
}

function crossMarginChecks({ expected_xm }: PublishedCase, report: MarginReport): Check[] {
  return [
    check('initial margin', expected_xm.IMR, report.initialMargin),
    check('maintenance margin', expected_xm.MMR, report.maintenanceMargin),
    check('open loss', expected_xm.open_loss, componentOf(report, 'open_loss')),
  ];
}

function componentOf(report: MarginReport, name: string): number {
  return report.components.find((component) => component.name === name)?.initial ?? NaN;
}

function check(quantity: string, expected: number, actual: number): Check {
  const tolerance = Math.max(RELATIVE_TOLERANCE * Math.abs(expected), ABSOLUTE_FLOOR_USD);
  return { quantity, expected, actual, tolerance };
}

function portfolioMarginParameters({ pm_config, protocol_constants }: PublishedFile): unknown {
  const volatility = pm_config.vol_shock_params;
  return {
    scenarios: pm_config.scenarios.map(({ spot_shock, vol_shock, weight }) => ({
      spotShock: spot_shock,
      volShock: vol_shock,
      weight,
    })),
    volatility: {
      shortPower: volatility.vega_power_short_dte,
      longPower: volatility.vega_power_long_dte,
      floorDays: volatility.dte_floor_days,
      minVolUp: volatility.min_vol_shock_up,
    },
    hedgedFactor: pm_config.hedged_margin_factor,
    unhedgedFactor: pm_config.unhedged_margin_factor,
    maintenanceFactor: pm_config.mmf_factor,
    optionFeeCap: protocol_constants.option_fee_cap,
  };
}

function crossMarginParameters({
  xm_option_params,
  xm_perp_params,
  protocol_constants,
}: PublishedFile): unknown {
  const rates = (table: Readonly<Record<string, number>>): unknown => ({
    longItm: table.long_itm,
    premiumMultiplier: table.premium_multiplier,
    shortItm: table.short_itm,
    shortOtm: table.short_otm,
    shortPutCap: table.short_put_cap,
  });
  return {
    perpetual: { initial: xm_perp_params.imf_base, maintenanceFactor: xm_perp_params.mmf_factor },
    option: { initial: rates(xm_option_params.imf), maintenance: rates(xm_option_params.mmf) },
    optionFeeCap: protocol_constants.option_fee_cap,
  };
}

function marketOf(one: PublishedCase, underlying: string): MarketSnapshot {
  const markets = Object.entries(one.markets);
  const indexPrice = markets[0]?.[1].underlying_price ?? 1;
  const perpetual = markets.map(([, market]) => market).find(({ kind }) => kind === 'perp');
  const expiries = new Map<string, ExpiryQuote>();
  for (const [, { expiry, interest_rate }] of markets) {
    if (expiry === undefined) continue;
    const expiryMs = Date.parse(expiry);
    expiries.set(expiry, {
      underlying,
      expiryMs,
      forward: indexPrice,
      forwardConfidence: 1,
      rate: interest_rate,
    });
  }
  return {
    epoch: 0,
    timeMs: Date.parse(one.now),
    venue: 'paradex',
    underlyings: [{ name: underlying, indexPrice, confidence: 1 }],
    // The venue values a coin balance at the mark of its perpetual.
    assets: [{ asset: underlying, priceUsd: perpetual?.mark_price ?? indexPrice, confidence: 1 }],
    expiries: [...expiries.values()],
    instruments: markets.map(([name, market]) => instrumentQuote(name, market, underlying)),
  };
}

function instrumentQuote(name: string, market: PublishedMarket, underlying: string): InstrumentQuote {
  const common = {
    name,
    underlying,
    settlement: 'LINEAR',
    settlementCurrency: CASH,
    contractSize: 1,
  } as const;
  const quote = {
    markPrice: market.mark_price,
    delta: market.delta,
    eightHourFundingRate: market.funding_rate,
    feeRate: market.fee_rate,
  };
  if (market.kind === 'perp') return { instrument: { ...common, kind: 'PERPETUAL' }, ...quote };
  return {
    instrument: {
      ...common,
      kind: 'OPTION',
      expiryMs: Date.parse(market.expiry ?? ''),
      strike: market.strike ?? NaN,
      optionType: market.optionType === 'call' ? 'CALL' : 'PUT',
    },
    ...quote,
    ...(market.mark_iv === undefined ? {} : { markVolatility: market.mark_iv }),
  };
}

function portfolioOf(one: PublishedCase): Portfolio {
  return {
    accountId: one.name,
    positions: one.positions.map(({ market, side, size }) => ({
      instrument: market,
      quantity: side === 'BUY' ? size : -size,
    })),
    balances: one.balances.map(({ token, size }) => numberToAmount(token, size, AMOUNT_DECIMALS)),
    openOrders: one.orders.map(({ market, side, size, price }, index): OpenOrder => ({
      orderId: String(index),
      instrument: market,
      side,
      quantity: size,
      limitPrice: price,
    })),
    mmpGroups: [],
  };
}
