import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { secondsBetween, secondsToYears } from '../../domain/time.js';
import { KIND, NONE } from '../../domain/codes.js';
import type { ModelInput, PositionGroup } from '../model.js';
import type { DerivePm2Parameters } from './parameters.js';
import { staticDiscount, type StaticDiscount } from './static-discount.js';

/** The book in the terms of the formulas: one underlying, one stable cash balance, a perpetual, options by expiry. */
export interface DerivePm2Book {
  readonly spot: number;
  readonly spotConfidence: number;
  readonly stablePrice: number;
  readonly cash: number;
  readonly perpetual: PerpetualLeg | undefined;
  readonly expiries: readonly ExpiryLeg[];
  readonly collateral: readonly CollateralLeg[];
}

export interface PerpetualLeg {
  /** Signed contracts of one coin. */
  readonly contracts: number;
  readonly price: number;
  readonly confidence: number;
  /** Unrealised P&L and unsettled funding, in cash units. */
  readonly unrealised: number;
}

export interface ExpiryLeg {
  readonly group: PositionGroup;
  /** Row of the group among the aggregated vectors. */
  readonly row: number;
  readonly timeToExpiryYears: number;
  readonly discount: StaticDiscount;
  /** Discounted value of all legs, unshocked. */
  readonly value: number;
  /** Sum of |contracts|. */
  readonly grossContracts: number;
  /** Lowest of the forward's, the rate's and every held strike's. */
  readonly confidence: number;
}

export interface CollateralLeg {
  readonly asset: string;
  /** amount x price / stable price, in cash units. */
  readonly value: number;
  readonly confidence: number;
  readonly maintenanceHaircut: number;
  readonly initialHaircut: number;
  readonly riskCancelling: boolean;
}

/** Sorts the resolved portfolio into legs and refuses what the model cannot margin. */
export function arrangeBook(input: ModelInput<DerivePm2Parameters>): Outcome<DerivePm2Book> {
  const underlying = onlyUnderlying(input);
  if (!underlying.ok) return underlying;
  const cashAsset = assetQuote(input, input.parameters.cashAsset);
  if (!cashAsset.ok) return cashAsset;
  const collateral = collateralLegs(input, cashAsset.value.price);
  if (!collateral.ok) return collateral;

  const expiries: ExpiryLeg[] = [];
  let perpetual: PerpetualLeg | undefined;
  for (const [row, group] of input.groups.entries()) {
    if (group.expiry === NONE) {
      const leg = perpetualLeg(input, group);
      if (!leg.ok) return leg;
      perpetual = leg.value;
    } else {
      const leg = expiryLeg(input, group, row);
      if (!leg.ok) return leg;
      expiries.push(leg.value);
    }
  }
  const { indexPrice, indexConfidence } = input.market.columns;
  const hasUnderlying = underlying.value !== NONE;
  return success({
    spot: hasUnderlying ? (indexPrice[underlying.value] ?? NaN) : 0,
    spotConfidence: hasUnderlying ? (indexConfidence[underlying.value] ?? NaN) : 1,
    stablePrice: cashAsset.value.price,
    cash: cashBalance(input),
    perpetual,
    expiries,
    collateral: collateral.value,
  });
}

function onlyUnderlying(input: ModelInput<DerivePm2Parameters>): Outcome<number> {
  const { groups, market, parameters, positions } = input;
  const first = groups[0];
  const allowed = parameters.underlyings;
  if (first === undefined) {
    const named = allowed[0] === undefined ? undefined : market.table.underlyingIndex.get(allowed[0]);
    return success(named ?? (market.table.underlyings.length === 1 ? 0 : NONE));
  }
  for (const group of groups) {
    const position = positions[group.firstPosition];
    const field = `positions[${String(position?.requestIndex ?? 0)}].instrument`;
    const name = market.table.underlyings[group.underlying] ?? '';
    if (group.underlying !== first.underlying) {
      const other = market.table.underlyings[first.underlying] ?? '';
      return failure(
        'UNSUPPORTED',
        field,
        `Expected one underlying per account for derive-pm2 but received ${other} and ${name}`,
      );
    }
    if (allowed.length > 0 && !allowed.includes(name)) {
      return failure(
        'UNSUPPORTED',
        field,
        `Expected an underlying of the parameter set (${allowed.join(', ')}) but received ${name}; override parameters.underlyings to use these numbers for it`,
      );
    }
  }
  return success(first.underlying);
}

function perpetualLeg(
  input: ModelInput<DerivePm2Parameters>,
  group: PositionGroup,
): Outcome<PerpetualLeg | undefined> {
  const { columns } = input.market;
  let leg: PerpetualLeg | undefined;
  for (let i = group.firstPosition; i < group.firstPosition + group.positionCount; i += 1) {
    const position = input.positions[i];
    if (position === undefined) break;
    const field = `positions[${String(position.requestIndex)}].instrument`;
    const { instrument } = position;
    if (columns.kind[instrument] !== KIND.PERPETUAL || columns.isInverse[instrument] === 1) {
      return failure(
        'UNSUPPORTED',
        field,
        'Expected an option or a perpetual settled in the cash asset for derive-pm2; hold spot as a balance',
      );
    }
    if (leg !== undefined) {
      return failure('UNSUPPORTED', field, 'Expected one perpetual per account for derive-pm2');
    }
    const confidence = columns.priceConfidence[instrument] ?? NaN;
    if (!(confidence >= 0)) return missing(field, 'a confidence of the perpetual price');
    leg = {
      contracts: position.quantity * (columns.contractSize[instrument] ?? NaN),
      price: columns.markPrice[instrument] ?? NaN,
      confidence,
      unrealised: (position.unrealisedPnl ?? 0) + (position.unsettledFunding ?? 0),
    };
  }
  return success(leg);
}

function expiryLeg(
  input: ModelInput<DerivePm2Parameters>,
  group: PositionGroup,
  row: number,
): Outcome<ExpiryLeg> {
  const { columns, timeMs } = input.market;
  const rate = columns.rate[group.expiry] ?? NaN;
  let confidence = Math.min(
    columns.forwardConfidence[group.expiry] ?? NaN,
    columns.rateConfidence[group.expiry] ?? NaN,
  );
  let value = 0;
  let grossContracts = 0;
  for (let i = group.firstPosition; i < group.firstPosition + group.positionCount; i += 1) {
    const position = input.positions[i];
    if (position === undefined) break;
    const { instrument, quantity } = position;
    const field = `positions[${String(position.requestIndex)}].instrument`;
    if (columns.isInverse[instrument] === 1) {
      return failure(
        'UNSUPPORTED',
        field,
        'Expected an option settled in the cash asset for derive-pm2 but received an inverse one',
      );
    }
    if (!Number.isFinite(rate)) return missing(field, 'an interest rate of its expiry');
    const ownConfidence = columns.volatilityConfidence[instrument] ?? NaN;
    if (!(ownConfidence >= 0)) return missing(field, 'a confidence of its volatility');
    confidence = Math.min(confidence, ownConfidence);
    if (!(confidence >= 0)) return missing(field, 'confidences of the forward and the rate of its expiry');
    value += quantity * (input.unitValue[instrument] ?? NaN);
    grossContracts += Math.abs(quantity) * (columns.contractSize[instrument] ?? NaN);
  }
  const timeToExpiryYears = secondsToYears(secondsBetween(timeMs, columns.expiryMs[group.expiry] ?? NaN));
  const discount = staticDiscount(input.parameters.staticDiscount, timeToExpiryYears, rate);
  return success({ group, row, timeToExpiryYears, discount, value, grossContracts, confidence });
}

function collateralLegs(
  input: ModelInput<DerivePm2Parameters>,
  stablePrice: number,
): Outcome<readonly CollateralLeg[]> {
  const legs: CollateralLeg[] = [];
  for (const balance of input.balances) {
    if (balance.asset === input.parameters.cashAsset || balance.amount === 0) continue;
    const field = `balances[${String(balance.requestIndex)}]`;
    const rule = input.parameters.collateral[balance.asset];
    if (rule === undefined) {
      return failure(
        'UNSUPPORTED',
        `${field}.asset`,
        `Expected an asset with a haircut in parameters.collateral but received "${balance.asset}"`,
      );
    }
    if (!(balance.amount > 0)) {
      return failure(
        'INVALID_VALUE',
        `${field}.units`,
        `Expected a collateral amount >= 0 but received ${String(balance.amount)}`,
      );
    }
    const quote = assetQuote(input, balance.asset, `${field}.asset`);
    if (!quote.ok) return quote;
    legs.push({
      asset: balance.asset,
      value: (balance.amount * quote.value.price) / stablePrice,
      confidence: quote.value.confidence,
      maintenanceHaircut: rule.maintenanceHaircut,
      initialHaircut: rule.initialHaircut,
      riskCancelling: rule.riskCancelling,
    });
  }
  return success(legs);
}

function assetQuote(
  input: ModelInput<DerivePm2Parameters>,
  asset: string,
  field = 'balances',
): Outcome<{ price: number; confidence: number }> {
  const index = input.market.table.assetIndex.get(asset);
  const price = index === undefined ? NaN : (input.market.columns.assetPriceUsd[index] ?? NaN);
  const confidence = index === undefined ? NaN : (input.market.columns.assetConfidence[index] ?? NaN);
  if (!(price > 0) || !(confidence >= 0))
    return missing(field, `a price with confidence of the asset ${asset}`);
  return success({ price, confidence });
}

function cashBalance(input: ModelInput<DerivePm2Parameters>): number {
  return input.balances.find((balance) => balance.asset === input.parameters.cashAsset)?.amount ?? 0;
}

function missing(field: string, what: string): ReturnType<typeof failure> {
  return failure('MISSING_MARKET_DATA', field, `Expected the market to have ${what} but it has none`);
}
