import type { Outcome } from '../domain/outcome.js';
import { success } from '../domain/outcome.js';
import { numberToAmount, type Amount } from '../domain/money.js';
import type { Portfolio } from '../domain/portfolio.js';
import type { MarginReport, ScenarioPnl, UnderlyingGreeks } from '../domain/report.js';
import { DEFAULT_REPORT_OPTIONS } from '../engine/margin-engine-types.js';
import type { MarginEngine } from '../engine/margin-engine.js';
import type { Market } from '../market/snapshot/market.js';
import { resolveModel, type ResolvedModel } from '../models/catalogue.js';
import { cryptoAddOn } from '../models/charges/credit/crypto-add-on.js';
import { creditValuationAdjustment } from '../models/charges/credit/cva.js';
import { defaultProbabilityOf } from '../models/charges/credit/default-probability.js';
import { exposureProfile, timeMean } from '../models/charges/credit/exposure-profile.js';
import { saCcrExposure } from '../models/charges/credit/sa-ccr.js';
import { daysToUnwind, UNWIND_DAYS_MAX } from '../models/charges/liquidity/concentration.js';
import { underlyingRules } from '../models/drawn/law.js';
import { mergeParameters } from '../models/overrides.js';
import { parseHouseParameters, type HouseParameters } from '../models/house/parameters.js';

/** Dates of an exposure profile: the close-out period, and as long as anybody waits. Hours. */
export const PROFILE_HOURS = [8, 24, 48, 120, 240] as const;

const HOURS_PER_DAY = 24;
const HOURS_PER_YEAR = HOURS_PER_DAY * 365;
const CASH_DECIMALS = 6;

/** What an account may cost the venue. US dollars. */
export interface AccountCredit {
  readonly accountId: string;
  /** Whose default probability was taken; `worst` where the account has none that is known. */
  readonly tier: string;
  readonly equity: number;
  readonly maintenanceMargin: number;
  /** Expected loss beyond the maintenance margin at close-out, as far as nobody is liable for it. */
  readonly beyondMargin: number;
  /** What the account is expected to owe beyond its equity if its book is left alone, one entry per `PROFILE_HOURS`. */
  readonly expectedExposure: readonly number[];
  /** Quantile 95 % of the same. */
  readonly potentialFutureExposure: readonly number[];
  /** Mean of the expected exposure over time. */
  readonly expectedPositiveExposure: number;
  /** How much of that mean comes from collateral that loses value together with the book; negative where it hedges. */
  readonly wrongWayExposure: number;
  /** Price of the account's default over the profile. */
  readonly creditValuationAdjustment: number;
  /** Basel's standardised exposure at default. */
  readonly exposureAtDefault: number;
  /** Time that the largest delta of an underlying takes to unwind at the share of volume that the parameters allow. */
  readonly unwindHours: number;
  /** P&L of every stress of the library, in its order. */
  readonly stressPnl: readonly ScenarioPnl[];
  readonly warnings: readonly string[];
}

export interface CreditTerms {
  readonly engine: MarginEngine;
  readonly market: Market;
  /** Overrides of the parameters of `house`; the law of exposures is the same. */
  readonly overrides?: unknown;
  /** Tier of an account; absent: that of the parameters. */
  readonly tierOf?: (accountId: string) => string | undefined;
}

/**
 * Credit of every account, each by itself: one that fails names the field of its portfolio. A failure of the whole is one of the
 * parameters.
 */
export function accountCredits(
  terms: CreditTerms,
  portfolios: readonly Portfolio[],
): Outcome<readonly Outcome<AccountCredit>[]> {
  const law = houseParameters(terms, undefined);
  if (!law.ok) return law;
  const margins = portfolios.map((portfolio) => marginOf(terms, portfolio));
  const exposures = portfolios.map((): { moving: Exposure; frozen: Exposure } => ({
    moving: { expected: [], future: [] },
    frozen: { expected: [], future: [] },
  }));
  // Date by date, so that the engine keeps one set of repriced instruments for all accounts.
  for (const hours of PROFILE_HOURS) {
    const es = resolveModel({
      name: 'es',
      overrides: { ...drawnLaw(law.value.parameters), holdingHours: hours },
    });
    if (!es.ok) return es;
    for (const [at, portfolio] of portfolios.entries()) {
      const margin = margins[at];
      const own = exposures[at];
      if (margin?.ok !== true || own === undefined) continue;
      const { equity } = margin.value.report;
      const frozen = withFrozenCollateral(terms.market, law.value.parameters, portfolio);
      const failed =
        addExposure(own.moving, terms, es.value, portfolio, equity) ??
        addExposure(own.frozen, terms, es.value, frozen, equity);
      if (failed !== undefined) margins[at] = failed;
    }
  }
  return success(
    margins.map((margin, at) => {
      const own = exposures[at];
      if (!margin.ok || own === undefined) return margin as Outcome<never>;
      return creditOf(terms.market, margin.value, own.moving, own.frozen);
    }),
  );
}

/** By date. US dollars. */
interface Exposure {
  readonly expected: number[];
  readonly future: number[];
}

interface HouseMargin {
  readonly report: MarginReport;
  readonly parameters: HouseParameters;
}

function houseParameters(
  { overrides = {} }: CreditTerms,
  tier: string | undefined,
): Outcome<{ readonly model: ResolvedModel; readonly parameters: HouseParameters }> {
  const own = tier === undefined ? overrides : mergeParameters(overrides, { credit: { tier } });
  const model = resolveModel({ name: 'house', overrides: own });
  if (!model.ok) return model;
  const parameters = parseHouseParameters(model.value.parameters);
  return parameters.ok ? success({ model: model.value, parameters: parameters.value }) : parameters;
}

function marginOf(terms: CreditTerms, portfolio: Portfolio): Outcome<HouseMargin> {
  const house = houseParameters(terms, terms.tierOf?.(portfolio.accountId));
  if (!house.ok) return house;
  const { model, parameters } = house.value;
  const report = calculate(terms, model, portfolio);
  return report.ok ? success({ report: report.value, parameters }) : report;
}

/** Appends the exposure of a date beyond the account's equity, by the draws of a law that `es` gives as P&L of the book. */
function addExposure(
  exposure: Exposure,
  terms: CreditTerms,
  es: ResolvedModel,
  portfolio: Portfolio,
  equity: number,
): Outcome<never> | undefined {
  // Orders that are not filled owe nothing.
  const drawn = calculate(terms, es, { ...portfolio, openOrders: [] });
  if (!drawn.ok) return drawn;
  const losses = Float64Array.from(drawn.value.scenarioVector ?? [], ({ pnl }) => -pnl);
  const profile = exposureProfile(losses, [equity]);
  if (!profile.ok) return profile;
  exposure.expected.push(profile.value.expectedExposure[0] ?? NaN);
  exposure.future.push(profile.value.potentialFutureExposure[0] ?? NaN);
  return undefined;
}

function creditOf(
  market: Market,
  { report, parameters }: HouseMargin,
  moving: Exposure,
  frozen: Exposure,
): Outcome<AccountCredit> {
  const { credit, tail } = parameters;
  const probability = defaultProbabilityOf(credit.tier, credit);
  const hazardRate = (-Math.log1p(-probability) * HOURS_PER_YEAR) / tail.closeOutHours;
  const cva = creditValuationAdjustment({
    timesYears: PROFILE_HOURS.map((hours) => hours / HOURS_PER_YEAR),
    expectedExposure: moving.expected,
    spread: hazardRate * credit.lossGivenDefault,
    recovery: 1 - credit.lossGivenDefault,
  });
  if (!cva.ok) return cva;
  const isKnown = credit.tier !== undefined && Object.hasOwn(credit.defaultProbability, credit.tier);
  const durations = PROFILE_HOURS.map((hours, date) => hours - (PROFILE_HOURS[date - 1] ?? 0));
  const expectedPositiveExposure = timeMean(moving.expected, durations);
  return success({
    accountId: report.accountId,
    tier: isKnown ? (credit.tier ?? '') : 'worst',
    equity: report.equity,
    maintenanceMargin: report.maintenanceMargin,
    beyondMargin: report.components.find(({ name }) => name === 'counterparty_credit')?.initial ?? 0,
    expectedExposure: moving.expected,
    potentialFutureExposure: moving.future,
    expectedPositiveExposure,
    wrongWayExposure: expectedPositiveExposure - timeMean(frozen.expected, durations),
    creditValuationAdjustment: cva.value.value,
    exposureAtDefault: exposureAtDefault(market, report),
    unwindHours: unwindHours(market, parameters, report),
    stressPnl: (report.scenarioVector ?? []).filter(({ family }) => family === 'stress'),
    warnings: report.warnings,
  });
}

function calculate(
  { engine, market }: CreditTerms,
  model: ResolvedModel,
  portfolio: Portfolio,
): Outcome<MarginReport> {
  const options = { ...DEFAULT_REPORT_OPTIONS, includeScenarioVector: true };
  const [outcome] = engine.calculate({ model, market, portfolios: [portfolio], options });
  if (outcome === undefined) throw new RangeError('no outcome');
  return outcome;
}

/** What `es` shares with `house`. */
function drawnLaw({ draws, tenorsDays, underlyings, proxies }: HouseParameters): object {
  return {
    draws,
    tenorsDays,
    proxies,
    underlyings: Object.fromEntries(
      Object.entries(underlyings).map(([name, { dailyVolatility, degreesOfFreedom, volatility }]) => [
        name,
        { dailyVolatility, degreesOfFreedom, volatility },
      ]),
    ),
  };
}

/** The same account with its balances as cash of today's worth: what is left of its exposure is the book's alone. */
function withFrozenCollateral(
  { table, columns }: Market,
  { cashAsset }: HouseParameters,
  portfolio: Portfolio,
): Portfolio {
  const balances = portfolio.balances.map((balance): Amount => {
    const price = columns.assetPriceUsd[table.assetIndex.get(balance.asset) ?? -1] ?? NaN;
    const isMoving = balance.asset !== cashAsset && table.underlyingIndex.has(balance.asset);
    if (!isMoving || Number.isNaN(price)) return balance;
    const worth = (price * Number(balance.units)) / 10 ** balance.decimals;
    return numberToAmount(cashAsset, worth, CASH_DECIMALS);
  });
  return { ...portfolio, balances };
}

/** Deltas are the market's, not the supervisors'. */
function exposureAtDefault(market: Market, report: MarginReport): number {
  const { markToMarket, equity } = report;
  return saCcrExposure({
    value: -markToMarket,
    collateral: equity - markToMarket,
    addOn: cryptoAddOn(report.greeks.map((greeks) => deltaUsd(market, greeks))),
  }).exposureAtDefault;
}

function unwindHours(
  market: Market,
  { underlyings, liquidity }: HouseParameters,
  report: MarginReport,
): number {
  const hours = report.greeks.map((greeks) => {
    const volume = underlyingRules({ underlyings }, greeks.underlying)?.liquidity.deltaOneAdvUsd ?? 0;
    const days = daysToUnwind(Math.abs(deltaUsd(market, greeks)), volume, liquidity.participation);
    return HOURS_PER_DAY * Math.min(UNWIND_DAYS_MAX, days);
  });
  return Math.max(0, ...hours);
}

function deltaUsd({ table, columns }: Market, { underlying, deltaCoins }: UnderlyingGreeks): number {
  return deltaCoins * (columns.indexPrice[table.underlyingIndex.get(underlying) ?? -1] ?? NaN);
}
