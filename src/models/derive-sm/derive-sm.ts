import { KIND } from '../../domain/codes.js';
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { confidenceCharge } from '../charges/confidence.js';
import type { ComponentShares, MarginModel, ModelComponent, ModelInput, ModelResult } from '../model.js';
import {
  arrangeAccount,
  type CollateralLeg,
  type DeriveMarket,
  type ExpiryLeg,
} from '../shared/derive-account.js';
import { perpetualShares } from '../shared/derive-shares.js';
import { ignoredOrdersWarning } from '../shared/orders.js';
import { noCube } from '../shared/no-cube.js';
import { ownEntry } from '../shared/own-entry.js';
import { buildResult, exact } from '../shared/result.js';
import { expiryMargin, type ExpiryMargin } from './expiry-margin.js';
import { parseDeriveSmParameters, type DeriveSmMarket, type DeriveSmParameters } from './parameters.js';

/**
 * Derive's standard manager: every short option, perpetual and coin by a formula of its own, options of an expiry netted by
 * their worst payoff, any number of underlyings in one account. Formulas: margin-models.md 5; every number is in cash units.
 */
export const deriveSm: MarginModel<DeriveSmParameters> = {
  id: 'derive-sm',
  title: 'Derive standard margin',
  version: '1.0.0',
  parseParameters: parseDeriveSmParameters,
  parameterWarnings: () => [],
  cube: () => noCube('derive-sm'),
  margin,
};

interface MarketMargin {
  readonly market: DeriveMarket;
  readonly rule: DeriveSmMarket;
  readonly expiries: readonly ExpiryMargin[];
}

function margin(input: ModelInput<DeriveSmParameters>): Outcome<ModelResult> {
  const { parameters } = input;
  const arranged = arrangeAccount(input, {
    model: 'derive-sm',
    cashAsset: parameters.cashAsset,
    underlyings: [],
    severalUnderlyings: true,
    needsRate: false,
    isCollateral: (asset) => entryOrDefault(parameters.base, asset) !== undefined,
  });
  if (!arranged.ok) return arranged;
  const account = arranged.value;
  const markets: MarketMargin[] = [];
  for (const market of account.markets) {
    const rule = entryOrDefault(parameters.markets, market.name);
    if (rule === undefined) return unknownMarket(input, market);
    const expiries = market.expiries.map((expiry) => expiryMargin(input, market, expiry, rule.option));
    markets.push({ market, rule, expiries });
  }
  const { collateral, stablePrice } = account;
  const confidence = confidenceContingency(parameters, markets, collateral, stablePrice);
  const depegRate = Math.max(0, parameters.depeg.threshold - stablePrice) * parameters.depeg.factor;
  const depeg = depegContingency(markets, depegRate);
  const components = [
    ...markets.flatMap(({ market, rule, expiries }) => marketComponents(input, market, rule, expiries)),
    ...collateral.map((leg) => collateralHaircut(parameters, leg, stablePrice)),
    exact('confidence', confidence, 0, () =>
      contractShares(
        input,
        markets,
        confidence,
        (market) => perpetualConfidenceCharge(parameters, market),
        (market, expiry, margin) => optionConfidenceCharge(parameters, market, expiry, margin),
      ),
    ),
    exact('depeg', depeg, 0, () =>
      contractShares(
        input,
        markets,
        depeg,
        ({ spot, perpetual }) => depegRate * spot * Math.abs(perpetual?.contracts ?? 0),
        ({ spot }, _, { shortContracts }) => depegRate * spot * shortContracts,
      ),
    ),
  ];
  const markToMarket =
    account.markets.reduce((sum, market) => sum + marketValue(market), 0) +
    collateral.reduce((sum, leg) => sum + leg.value, 0);
  return success(
    buildResult(input, {
      currency: parameters.cashAsset,
      cash: account.cash,
      markToMarket,
      components,
      scenarioPnl: [],
      worst: { pnl: 0, index: 0 },
      confidences: account.markets.flatMap(usedConfidences),
      warnings: ignoredOrdersWarning(input),
    }),
  );
}

function entryOrDefault<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return ownEntry(record, key) ?? ownEntry(record, '*');
}

function unknownMarket(
  input: ModelInput<DeriveSmParameters>,
  market: DeriveMarket,
): ReturnType<typeof failure> {
  const group = input.groups.find(({ underlying }) => underlying === market.underlying);
  const position = group === undefined ? undefined : input.positions[group.firstPosition];
  const known = Object.keys(input.parameters.markets).join(', ');
  return failure(
    'UNSUPPORTED',
    `positions[${String(position?.requestIndex ?? 0)}].instrument`,
    `Expected an underlying of parameters.markets (${known}) but received ${market.name}`,
  );
}

function marketValue(market: DeriveMarket): number {
  return market.expiries.reduce((sum, expiry) => sum + expiry.value, 0) + (market.perpetual?.unrealised ?? 0);
}

/** Requirement = value - excess: long options lose their value, short ones need more than theirs. */
function marketComponents(
  input: ModelInput<DeriveSmParameters>,
  market: DeriveMarket,
  rule: DeriveSmMarket,
  expiries: readonly ExpiryMargin[],
): ModelComponent[] {
  const value = market.expiries.reduce((sum, expiry) => sum + expiry.value, 0);
  const initial = expiries.reduce((sum, expiry) => sum + expiry.initial, 0);
  const maintenance = expiries.reduce((sum, expiry) => sum + expiry.maintenance, 0);
  const notional = Math.abs(market.perpetual?.contracts ?? 0) * (market.perpetual?.price ?? 0);
  return [
    exact(`${market.name}.options`, value - initial, value - maintenance, () =>
      optionShares(input, market, expiries, value - initial),
    ),
    exact(
      `${market.name}.perpetual`,
      notional * rule.perpetual.initial,
      notional * rule.perpetual.maintenance,
      () => perpetualShares(input, market.underlying),
    ),
  ];
}

function optionShares(
  input: ModelInput<DeriveSmParameters>,
  market: DeriveMarket,
  expiries: readonly ExpiryMargin[],
  total: number,
): ComponentShares {
  const byPosition = new Float64Array(input.positions.length);
  market.expiries.forEach(({ group }, index) => {
    byPosition.set(expiries[index]?.initialByLeg ?? [], group.firstPosition);
  });
  return { total, byPosition };
}

/** A coin counts with its margin factor, undivided by the stable price that its mark-to-market is divided by. */
function collateralHaircut(
  parameters: DeriveSmParameters,
  leg: CollateralLeg,
  stablePrice: number,
): ModelComponent {
  const rule = entryOrDefault(parameters.base, leg.asset);
  const credit = leg.value * stablePrice * (rule?.marginFactor ?? 0);
  return exact(`${leg.asset}.haircut`, leg.value - credit * (rule?.initialScale ?? 0), leg.value - credit);
}

/** Doubtful prices pay on the size they price; a coin without margin credit pays nothing. */
function confidenceContingency(
  parameters: DeriveSmParameters,
  markets: readonly MarketMargin[],
  collateral: readonly CollateralLeg[],
  stablePrice: number,
): number {
  const { baseThreshold, factor } = parameters.oracle;
  let total = 0;
  for (const { market, expiries } of markets) {
    total += perpetualConfidenceCharge(parameters, market);
    for (const [index, expiry] of market.expiries.entries()) {
      const ofExpiry = expiries[index];
      if (ofExpiry !== undefined) total += optionConfidenceCharge(parameters, market, expiry, ofExpiry);
    }
  }
  for (const leg of collateral) {
    if ((entryOrDefault(parameters.base, leg.asset)?.marginFactor ?? 0) === 0) continue;
    total += confidenceCharge(leg.confidence, leg.value * stablePrice, baseThreshold, factor);
  }
  return total;
}

function perpetualConfidenceCharge(
  { oracle }: DeriveSmParameters,
  { spot, spotConfidence, perpetual }: DeriveMarket,
): number {
  if (perpetual === undefined) return 0;
  const confidence = Math.min(perpetual.confidence, spotConfidence);
  const notional = Math.abs(perpetual.contracts) * spot;
  return confidenceCharge(confidence, notional, oracle.perpetualThreshold, oracle.factor);
}

function optionConfidenceCharge(
  { oracle }: DeriveSmParameters,
  { spot, spotConfidence }: DeriveMarket,
  { forwardConfidence, volatilityConfidence }: ExpiryLeg,
  { shortContracts }: ExpiryMargin,
): number {
  const confidence = Math.min(spotConfidence, forwardConfidence, volatilityConfidence);
  return confidenceCharge(confidence, shortContracts * spot, oracle.optionThreshold, oracle.factor);
}

/** A charge on perpetuals, and one on the short options of every expiry that they share by contracts. */
function contractShares(
  input: ModelInput<DeriveSmParameters>,
  markets: readonly MarketMargin[],
  total: number,
  onPerpetual: (market: DeriveMarket) => number,
  onExpiry: (market: DeriveMarket, expiry: ExpiryLeg, margin: ExpiryMargin) => number,
): ComponentShares {
  const { underlying, kind, contractSize } = input.market.columns;
  const byPosition = new Float64Array(input.positions.length);
  const marketOf = new Map(markets.map(({ market }) => [market.underlying, market]));
  input.positions.forEach(({ instrument }, at) => {
    const market = marketOf.get(underlying[instrument] ?? -1);
    if (market !== undefined && kind[instrument] === KIND.PERPETUAL) byPosition[at] = onPerpetual(market);
  });
  for (const { market, expiries } of markets) {
    for (const [index, expiry] of market.expiries.entries()) {
      const ofExpiry = expiries[index];
      if (ofExpiry === undefined || ofExpiry.shortContracts === 0) continue;
      const perContract = onExpiry(market, expiry, ofExpiry) / ofExpiry.shortContracts;
      const { firstPosition, positionCount } = expiry.group;
      for (let at = firstPosition; at < firstPosition + positionCount; at += 1) {
        const position = input.positions[at];
        const contracts = (position?.quantity ?? NaN) * (contractSize[position?.instrument ?? 0] ?? NaN);
        byPosition[at] = perContract * Math.max(0, -contracts);
      }
    }
  }
  return { total, byPosition };
}

/** Below the peg the cash asset itself is worth less than what it covers. */
function depegContingency(markets: readonly MarketMargin[], rate: number): number {
  return markets.reduce((sum, { market, expiries }) => {
    const short = expiries.reduce((contracts, expiry) => contracts + expiry.shortContracts, 0);
    return sum + rate * market.spot * (Math.abs(market.perpetual?.contracts ?? 0) + short);
  }, 0);
}

function usedConfidences(market: DeriveMarket): number[] {
  const used = market.expiries.flatMap((expiry) => [expiry.forwardConfidence, expiry.volatilityConfidence]);
  return [
    market.spotConfidence,
    ...used,
    ...(market.perpetual === undefined ? [] : [market.perpetual.confidence]),
  ];
}
