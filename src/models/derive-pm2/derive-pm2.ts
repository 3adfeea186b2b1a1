import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { basisContingency } from '../charges/basis.js';
import { confidenceCharge } from '../charges/confidence.js';
import { nakedShortContracts } from '../charges/naked-short.js';
import type { ComponentShares, MarginModel, ModelComponent, ModelInput, ModelResult } from '../model.js';
import {
  confidenceShares,
  nakedShares,
  perpetualShares,
  scenarioLossShares,
  type DeriveScenarioRule,
} from '../shared/derive-shares.js';
import { ignoredOrdersWarning } from '../shared/orders.js';
import { buildResult, exact } from '../shared/result.js';
import { worstOf, type Worst } from '../shared/worst.js';
import { arrangeBook, type DerivePm2Book, type DerivePm2Expiry } from './book.js';
import { allocateCharges, CHARGE_NAMES, fillCharges } from './charges.js';
import { derivePm2Columns } from './column-margins.js';
import { derivePm2Warnings, parseDerivePm2Parameters, type DerivePm2Parameters } from './parameters.js';
import { addExpiry, startVector } from './scenario-vector.js';
import { derivePm2TradedMargins } from './traded-margins.js';
import { derivePm2Scenarios, derivePm2ShockFactors, scenarioTable } from './shocks.js';

/**
 * Derive's PMRM_2: the worst of a grid of spot and volatility moves, dampened far tails, two twists of the skew and a basis
 * contingency, plus contingencies that no scenario sees. Formulas: margin-models.md 3; every number is in cash units.
 */
export const derivePm2: MarginModel<DerivePm2Parameters> = {
  id: 'derive-pm2',
  title: 'Derive portfolio margin (PMRM_2)',
  version: '1.0.0',
  parseParameters: parseDerivePm2Parameters,
  parameterWarnings: derivePm2Warnings,
  cube: (parameters) => ({
    scenarios: derivePm2Scenarios(parameters),
    discounted: true,
    factorRow: () => 0,
    shockFactors: (option) => derivePm2ShockFactors(parameters, option),
    weight: (_underlying, scenario) => parameters.scenarios[scenario]?.dampening ?? 1,
  }),
  margin,
  tradedMargins: (input, _before, sums) => derivePm2TradedMargins(input, sums),
  columns: derivePm2Columns,
};

function margin(input: ModelInput<DerivePm2Parameters>): Outcome<ModelResult> {
  const arranged = arrangeBook(input);
  if (!arranged.ok) return arranged;
  const book = arranged.value;
  const { parameters } = input;

  const scenarioPnl = pnlOfScenarios(input, book);
  const worst = worstOf(scenarioPnl, basisContingency(input, book.expiries, parameters.basis));
  return success(
    buildResult(input, {
      currency: parameters.cashAsset,
      cash: book.cash,
      markToMarket: bookValue(book),
      components: marginComponents(input, book, worst),
      scenarioPnl,
      worst,
      confidences: confidences(book),
      warnings: ignoredOrdersWarning(input),
    }),
  );
}

/** The vector of `scenario-vector.ts` for one book. */
function pnlOfScenarios(input: ModelInput<DerivePm2Parameters>, book: DerivePm2Book): Float64Array {
  const table = scenarioTable(input.parameters);
  const { stride } = input.scenarios.columns;
  const pnl = new Float64Array(table.count);
  const moving: number[] = [];
  for (const leg of book.collateral) if (leg.riskCancelling) moving.push(leg.value);
  const { contracts, price } = book.perpetual ?? { contracts: 0, price: 0 };
  startVector(pnl, table, contracts, price, moving, moving.length);
  for (const { row, value, discount } of book.expiries)
    addExpiry(pnl, table, input.groupPnl, row * stride, value, discount);
  return pnl;
}

function bookValue(book: DerivePm2Book): number {
  let value = book.perpetual?.unrealised ?? 0;
  for (const expiry of book.expiries) value += expiry.value;
  for (const leg of book.collateral) value += leg.value;
  return value;
}

function marginComponents(
  input: ModelInput<DerivePm2Parameters>,
  book: DerivePm2Book,
  worst: Worst,
): ModelComponent[] {
  const naked = book.expiries.reduce((sum, expiry) => sum + nakedShortContracts(input, expiry.group), 0);
  const maintenanceHaircut = book.collateral.reduce(
    (sum, leg) => sum + leg.value * leg.maintenanceHaircut,
    0,
  );
  const initialHaircut = book.collateral.reduce((sum, leg) => sum + leg.value * leg.initialHaircut, 0);
  const confidence = confidenceContingency(input.parameters, book);
  const charges = allocateCharges();
  fillCharges(
    charges,
    input.parameters,
    Math.max(0, -worst.pnl),
    book.stablePrice,
    book.spot,
    Math.abs(book.perpetual?.contracts ?? 0),
    naked,
    initialHaircut,
    maintenanceHaircut,
    confidence,
  );
  const lossShares = (): ComponentShares =>
    scenarioLossShares(input, book, worst, scenarioRule(input.parameters));
  const shares: Readonly<Partial<Record<(typeof CHARGE_NAMES)[number], () => ComponentShares>>> = {
    scenario_loss: lossShares,
    depeg: lossShares,
    perpetual_contingency: () => perpetualShares(input),
    short_option_contingency: () => nakedShares(input, book.expiries, naked),
    confidence: () => confidenceSharesOf(input, book, confidence),
  };
  return CHARGE_NAMES.map((name, at) =>
    exact(name, charges.initial[at] ?? NaN, charges.maintenance[at] ?? NaN, shares[name]),
  );
}

function scenarioRule(parameters: DerivePm2Parameters): DeriveScenarioRule<DerivePm2Expiry> {
  const { count, spotMove, dampening, isSkewed } = scenarioTable(parameters);
  return {
    scenarioCount: count,
    dampening: (s) => dampening[s] ?? NaN,
    spotMove: (s) => spotMove[s] ?? NaN,
    discount: (expiry, value) => (value >= 0 ? expiry.discount.long : expiry.discount.short),
    isSkew: (s) => isSkewed[s] === 1,
    basis: parameters.basis,
  };
}

/**
 * What is uncertain pays on its notional: the perpetual with the worse of spot and perpetual confidence, every expiry with
 * the worst of all that prices it (gross contracts), collateral with the worse of its own and spot, never the perpetual's.
 */
function confidenceContingency(parameters: DerivePm2Parameters, book: DerivePm2Book): number {
  const { threshold, margin: rate } = parameters.confidence;
  const perpetualConfidence = book.perpetual?.confidence ?? 1;
  const common = Math.min(book.spotConfidence, perpetualConfidence);
  let total = 0;
  if (book.perpetual !== undefined) {
    total += confidenceCharge(common, Math.abs(book.perpetual.contracts) * book.spot, threshold, rate);
  }
  for (const expiry of book.expiries) {
    const confidence = Math.min(common, expiry.confidence);
    total += confidenceCharge(confidence, expiry.grossContracts * book.spot, threshold, rate);
  }
  for (const leg of book.collateral) {
    total += confidenceCharge(Math.min(leg.confidence, book.spotConfidence), leg.value, threshold, rate);
  }
  return total;
}

function confidenceSharesOf(
  input: ModelInput<DerivePm2Parameters>,
  book: DerivePm2Book,
  total: number,
): ComponentShares {
  const { threshold, margin: rate } = input.parameters.confidence;
  const common = Math.min(book.spotConfidence, book.perpetual?.confidence ?? 1);
  const charged = (confidence: number, coins: number): number =>
    confidenceCharge(confidence, coins * book.spot, threshold, rate);
  return confidenceShares(
    input,
    book.expiries,
    total,
    (expiry) => charged(Math.min(common, expiry.confidence), expiry.grossContracts),
    charged(common, Math.abs(book.perpetual?.contracts ?? 0)),
  );
}

/** Confidences of all market data that the book uses. */
function confidences(book: DerivePm2Book): number[] {
  const used = book.collateral.map((leg) => leg.confidence);
  if (book.perpetual !== undefined) used.push(book.perpetual.confidence);
  for (const expiry of book.expiries) used.push(expiry.confidence);
  return used.length === 0 ? [] : [book.spotConfidence, ...used];
}
