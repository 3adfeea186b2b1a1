import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { basisContingency } from '../charges/basis.js';
import { confidenceCharge } from '../charges/confidence.js';
import { nakedShortContracts } from '../charges/naked-short.js';
import { spotVolatilityScenarios } from '../charges/spot-volatility.js';
import { volatilityTermFactor } from '../charges/volatility-term.js';
import type { ComponentShares, MarginModel, ModelComponent, ModelInput, ModelResult } from '../model.js';
import {
  confidenceShares,
  nakedShares,
  perpetualShares,
  scenarioLossShares,
  type DeriveScenarioRule,
} from '../shared/derive-shares.js';
import { arrangeAccount, type DeriveMarket, type ExpiryLeg } from '../shared/derive-account.js';
import { groupPnl } from '../shared/group-pnl.js';
import { ignoredOrdersWarning } from '../shared/orders.js';
import { buildResult, exact } from '../shared/result.js';
import { worstOf, type Worst } from '../shared/worst.js';
import { parseDerivePm1Parameters, type DerivePm1Parameters } from './parameters.js';

/**
 * Derive's first portfolio manager (PMRM): the worst of a grid of spot and volatility moves and a basis contingency, static
 * charges on notional, the lot scaled for initial margin. Formulas: margin-models.md 4; every number is in cash units.
 */
export const derivePm1: MarginModel<DerivePm1Parameters> = {
  id: 'derive-pm1',
  title: 'Derive portfolio margin, first version (PMRM)',
  version: '1.0.0',
  parseParameters: parseDerivePm1Parameters,
  parameterWarnings: () => [],
  cube: (parameters) => ({
    scenarios: spotVolatilityScenarios(
      'derive-pm1',
      parameters.scenarios,
      parameters.volatility,
      parameters.basis,
    ),
    discounted: false,
    factorRow: () => 0,
    shockFactors: (option) => ({
      term: volatilityTermFactor(parameters.volatility, option.secondsToExpiry),
      skew: 0,
      smile: 0,
    }),
    weight: () => 1,
  }),
  margin,
};

function margin(input: ModelInput<DerivePm1Parameters>): Outcome<ModelResult> {
  const { parameters } = input;
  const arranged = arrangeAccount(input, {
    model: 'derive-pm1',
    cashAsset: parameters.cashAsset,
    underlyings: parameters.underlyings,
    severalUnderlyings: false,
    needsRate: true,
    isCollateral: (asset) => input.market.table.underlyingIndex.has(asset),
  });
  if (!arranged.ok) return arranged;
  const account = arranged.value;
  const market = account.markets[0];
  const baseCoins = account.collateral.reduce((sum, leg) => sum + leg.amount, 0);
  const spot = market?.spot ?? 0;
  const baseValue = (baseCoins * spot) / account.stablePrice;

  const scenarioPnl = parameters.scenarios.map((_, index) =>
    pnlUnderScenario(input, market, baseValue, index),
  );
  const worst = worstOf(scenarioPnl, basisContingency(input, market?.expiries ?? [], parameters.basis));
  const markToMarket =
    (market?.expiries ?? []).reduce((sum, expiry) => sum + expiry.value, 0) +
    (market?.perpetual?.unrealised ?? 0) +
    baseValue;
  return success(
    buildResult(input, {
      currency: parameters.cashAsset,
      cash: account.cash,
      markToMarket,
      components: components(input, market, baseCoins, account.stablePrice, worst),
      scenarioPnl,
      worst,
      confidences:
        market === undefined ? [] : [market.spotConfidence, ...market.expiries.map(expiryConfidence)],
      warnings: ignoredOrdersWarning(input),
    }),
  );
}

/** PnL_s = sum over expiries of (discounted V_s - V_0) + base and perpetual on the spot move. */
function pnlUnderScenario(
  input: ModelInput<DerivePm1Parameters>,
  market: DeriveMarket | undefined,
  baseValue: number,
  index: number,
): number {
  const spotMove = (input.parameters.scenarios[index]?.spotFactor ?? NaN) - 1;
  let pnl =
    baseValue * spotMove + (market?.perpetual?.contracts ?? 0) * spotMove * (market?.perpetual?.price ?? 0);
  for (const expiry of market?.expiries ?? []) {
    const shocked = expiry.value + groupPnl(input, expiry.row, index);
    pnl += (shocked > 0 ? shocked * staticDiscount(input.parameters, expiry) : shocked) - expiry.value;
  }
  return pnl;
}

/** Only positive values are marked down. */
function staticDiscount({ staticDiscount: rule }: DerivePm1Parameters, expiry: ExpiryLeg): number {
  const decay = expiry.timeToExpiryYears * (Math.max(expiry.rate, 0) * rule.rateMultiplier + rule.rateAdd);
  return rule.base * Math.exp(-decay);
}

function components(
  input: ModelInput<DerivePm1Parameters>,
  market: DeriveMarket | undefined,
  baseCoins: number,
  stablePrice: number,
  worst: Worst,
): ModelComponent[] {
  const { parameters } = input;
  const loss = Math.max(0, -worst.pnl);
  const legs = { expiries: market?.expiries ?? [], perpetual: market?.perpetual };
  const confidence = confidenceContingency(parameters, market, baseCoins);
  const spot = market?.spot ?? 0;
  const pegFactor = Math.max(0, parameters.peg.threshold - stablePrice) * parameters.peg.lossFactor;
  const scale = parameters.initialLossFactor + pegFactor;
  const perpetual = Math.abs(market?.perpetual?.contracts ?? 0) * spot * parameters.perpetualPercent;
  const base = baseCoins * spot * parameters.basePercent;
  const naked = (market?.expiries ?? []).reduce(
    (sum, { group }) => sum + nakedShortContracts(input, group),
    0,
  );
  const option = naked * spot * parameters.optionPercent;
  return [
    exact('scenario_loss', scale * loss, loss, () =>
      scenarioLossShares(input, legs, worst, scenarioRule(parameters)),
    ),
    exact('perpetual_contingency', scale * perpetual, perpetual, () => perpetualShares(input)),
    exact('base_contingency', scale * base, base),
    exact('short_option_contingency', scale * option, option, () => nakedShares(input, legs.expiries, naked)),
    exact('confidence', confidence, 0, () => confidenceSharesOf(input, market, confidence)),
  ];
}

function scenarioRule(parameters: DerivePm1Parameters): DeriveScenarioRule<ExpiryLeg> {
  return {
    scenarioCount: parameters.scenarios.length,
    dampening: () => 1,
    spotMove: (s) => (parameters.scenarios[s]?.spotFactor ?? NaN) - 1,
    discount: (expiry, value) => (value > 0 ? staticDiscount(parameters, expiry) : 1),
    isSkew: () => false,
    basis: parameters.basis,
  };
}

function confidenceSharesOf(
  input: ModelInput<DerivePm1Parameters>,
  market: DeriveMarket | undefined,
  total: number,
): ComponentShares {
  const { threshold, margin: rate } = input.parameters.confidence;
  const spot = market?.spot ?? 0;
  const common = Math.min(market?.spotConfidence ?? 1, market?.perpetual?.confidence ?? 1);
  const charged = (confidence: number, coins: number): number =>
    confidenceCharge(confidence, coins * spot, threshold, rate);
  return confidenceShares(
    input,
    market?.expiries ?? [],
    total,
    (expiry) => charged(Math.min(common, expiryConfidence(expiry)), expiry.grossContracts),
    charged(common, Math.abs(market?.perpetual?.contracts ?? 0)),
  );
}

function confidenceContingency(
  { confidence: { threshold, margin: rate } }: DerivePm1Parameters,
  market: DeriveMarket | undefined,
  baseCoins: number,
): number {
  if (market === undefined) return 0;
  const { spot, spotConfidence, perpetual } = market;
  const common = Math.min(spotConfidence, perpetual?.confidence ?? 1);
  const deltaOne = (Math.abs(perpetual?.contracts ?? 0) + baseCoins) * spot;
  return market.expiries.reduce(
    (sum, expiry) =>
      sum +
      confidenceCharge(
        Math.min(common, expiryConfidence(expiry)),
        expiry.grossContracts * spot,
        threshold,
        rate,
      ),
    confidenceCharge(common, deltaOne, threshold, rate),
  );
}

function expiryConfidence(expiry: ExpiryLeg): number {
  return Math.min(expiry.forwardConfidence, expiry.rateConfidence, expiry.volatilityConfidence);
}
