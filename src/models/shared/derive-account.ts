import { KIND, NONE } from '../../domain/codes.js';
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { secondsBetween, secondsToYears } from '../../domain/time.js';
import type { ModelInput, PositionGroup } from '../model.js';

/**
 * An account of Derive in the terms of its formulas: a stable cash balance and, per underlying, spot, one perpetual, options
 * by expiry; other coins are collateral. All three of the venue's managers read their books through this.
 */
export interface DeriveAccount {
  readonly cash: number;
  /** US dollars per unit of the cash asset. */
  readonly stablePrice: number;
  readonly markets: readonly DeriveMarket[];
  readonly collateral: readonly CollateralLeg[];
}

export interface DeriveMarket {
  /** Row of the market's underlying columns. */
  readonly underlying: number;
  readonly name: string;
  readonly spot: number;
  readonly spotConfidence: number;
  readonly perpetual: PerpetualLeg | undefined;
  readonly expiries: readonly ExpiryLeg[];
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
  /** NaN where the model does not ask for it and the market has none. */
  readonly rate: number;
  readonly forward: number;
  /** Value of all legs, unshocked. */
  readonly value: number;
  /** Sum of |contracts|. */
  readonly grossContracts: number;
  readonly forwardConfidence: number;
  /** 1 where the model does not ask for the rate. */
  readonly rateConfidence: number;
  /** Lowest of the held strikes. */
  readonly volatilityConfidence: number;
}

export interface CollateralLeg {
  readonly asset: string;
  readonly amount: number;
  /** amount x price / stable price, in cash units. */
  readonly value: number;
  readonly confidence: number;
}

/** What a manager accepts. */
export interface AccountRules {
  /** Id of the model, for messages. */
  readonly model: string;
  readonly cashAsset: string;
  /** Underlyings the parameters were set for; empty for any. */
  readonly underlyings: readonly string[];
  /** More than one underlying in one account. */
  readonly severalUnderlyings: boolean;
  /** Interest rates enter the formulas. */
  readonly needsRate: boolean;
  isCollateral(asset: string): boolean;
}

type Input = ModelInput<unknown>;

/** Sorts the resolved portfolio into legs and refuses what the manager cannot margin. */
export function arrangeAccount(input: Input, rules: AccountRules): Outcome<DeriveAccount> {
  const cashQuote = assetQuote(input, rules.cashAsset, 'balances');
  if (!cashQuote.ok) return cashQuote;
  const stablePrice = cashQuote.value.price;
  const markets = arrangeMarkets(input, rules);
  if (!markets.ok) return markets;
  const collateral = collateralLegs(input, rules, stablePrice);
  if (!collateral.ok) return collateral;
  const cash = input.balances.find((balance) => balance.asset === rules.cashAsset)?.amount ?? 0;
  return success({ cash, stablePrice, markets: markets.value, collateral: collateral.value });
}

function arrangeMarkets(input: Input, rules: AccountRules): Outcome<readonly DeriveMarket[]> {
  const underlyings: number[] = [];
  for (const group of input.groups) {
    if (underlyings.includes(group.underlying)) continue;
    const refused = refusedUnderlying(input, group, rules);
    if (refused !== undefined) return refused;
    underlyings.push(group.underlying);
  }
  if (underlyings.length === 0) {
    const only = underlyingOfEmptyBook(input, rules);
    if (only !== NONE) underlyings.push(only);
  }
  const markets: DeriveMarket[] = [];
  for (const underlying of underlyings) {
    const market = arrangeMarket(input, rules, underlying);
    if (!market.ok) return market;
    markets.push(market.value);
  }
  return success(markets);
}

function refusedUnderlying(
  input: Input,
  group: PositionGroup,
  rules: AccountRules,
): ReturnType<typeof failure> | undefined {
  const { underlyings } = input.market.table;
  const name = underlyings[group.underlying] ?? '';
  const first = input.groups[0];
  if (!rules.severalUnderlyings && first !== undefined && group.underlying !== first.underlying) {
    const other = underlyings[first.underlying] ?? '';
    return failure(
      'UNSUPPORTED',
      positionField(input, group.firstPosition),
      `Expected one underlying per account for ${rules.model} but received ${other} and ${name}`,
    );
  }
  if (rules.underlyings.length === 0 || rules.underlyings.includes(name)) return undefined;
  const known = rules.underlyings.join(', ');
  return failure(
    'UNSUPPORTED',
    positionField(input, group.firstPosition),
    `Expected an underlying of the parameter set (${known}) but received ${name}; override parameters.underlyings to use these numbers for it`,
  );
}

/** A book of collateral alone still moves with the coin its manager is for, where that is clear. */
function underlyingOfEmptyBook({ market }: Input, rules: AccountRules): number {
  const named = rules.underlyings[0];
  if (named !== undefined) return market.table.underlyingIndex.get(named) ?? NONE;
  return market.table.underlyings.length === 1 ? 0 : NONE;
}

function arrangeMarket(input: Input, rules: AccountRules, underlying: number): Outcome<DeriveMarket> {
  const expiries: ExpiryLeg[] = [];
  let perpetual: PerpetualLeg | undefined;
  for (let row = 0; row < input.groups.length; row += 1) {
    const group = input.groups[row];
    if (group?.underlying !== underlying) continue;
    if (group.expiry === NONE) {
      const leg = perpetualLeg(input, rules, group);
      if (!leg.ok) return leg;
      perpetual = leg.value;
    } else {
      const leg = expiryLeg(input, rules, group, row);
      if (!leg.ok) return leg;
      expiries.push(leg.value);
    }
  }
  const { columns, table } = input.market;
  return success({
    underlying,
    name: table.underlyings[underlying] ?? '',
    spot: columns.indexPrice[underlying] ?? NaN,
    spotConfidence: columns.indexConfidence[underlying] ?? NaN,
    perpetual,
    expiries,
  });
}

function perpetualLeg(
  input: Input,
  rules: AccountRules,
  group: PositionGroup,
): Outcome<PerpetualLeg | undefined> {
  const { columns } = input.market;
  let leg: PerpetualLeg | undefined;
  for (let i = group.firstPosition; i < group.firstPosition + group.positionCount; i += 1) {
    const position = input.positions[i];
    if (position === undefined) break;
    const { instrument } = position;
    if (columns.kind[instrument] !== KIND.PERPETUAL || columns.isInverse[instrument] === 1) {
      const accepted = `an option or a perpetual settled in ${rules.cashAsset}`;
      const text = `Expected ${accepted} for ${rules.model}; hold spot as a balance`;
      return failure('UNSUPPORTED', positionField(input, i), text);
    }
    if (leg !== undefined) {
      const text = `Expected one perpetual per underlying for ${rules.model}`;
      return failure('UNSUPPORTED', positionField(input, i), text);
    }
    const confidence = columns.priceConfidence[instrument] ?? NaN;
    if (!(confidence >= 0)) return missing(positionField(input, i), 'a confidence of the perpetual price');
    leg = {
      contracts: position.quantity * (columns.contractSize[instrument] ?? NaN),
      price: columns.markPrice[instrument] ?? NaN,
      confidence,
      unrealised: (position.unrealisedPnl ?? 0) + (position.unsettledFunding ?? 0),
    };
  }
  return success(leg);
}

function expiryLeg(input: Input, rules: AccountRules, group: PositionGroup, row: number): Outcome<ExpiryLeg> {
  const { columns, timeMs } = input.market;
  const rate = columns.rate[group.expiry] ?? NaN;
  const forwardConfidence = columns.forwardConfidence[group.expiry] ?? NaN;
  const rateConfidence = rules.needsRate ? (columns.rateConfidence[group.expiry] ?? NaN) : 1;
  let volatilityConfidence = 1;
  let value = 0;
  let grossContracts = 0;
  for (let i = group.firstPosition; i < group.firstPosition + group.positionCount; i += 1) {
    const position = input.positions[i];
    if (position === undefined) break;
    const { instrument, quantity } = position;
    if (columns.isInverse[instrument] === 1) {
      const accepted = `an option settled in ${rules.cashAsset}`;
      return failure(
        'UNSUPPORTED',
        positionField(input, i),
        `Expected ${accepted} for ${rules.model} but received an inverse one`,
      );
    }
    const ownConfidence = columns.volatilityConfidence[instrument] ?? NaN;
    const lacking = lackingForLeg(rules, rate, forwardConfidence, rateConfidence, ownConfidence);
    if (lacking !== undefined) return missing(positionField(input, i), lacking);
    volatilityConfidence = Math.min(volatilityConfidence, ownConfidence);
    value += quantity * (input.unitValue[instrument] ?? NaN);
    grossContracts += Math.abs(quantity) * (columns.contractSize[instrument] ?? NaN);
  }
  return success({
    group,
    row,
    timeToExpiryYears: secondsToYears(secondsBetween(timeMs, columns.expiryMs[group.expiry] ?? NaN)),
    rate,
    forward: columns.forward[group.expiry] ?? NaN,
    value,
    grossContracts,
    forwardConfidence,
    rateConfidence,
    volatilityConfidence,
  });
}

function lackingForLeg(
  rules: AccountRules,
  rate: number,
  forwardConfidence: number,
  rateConfidence: number,
  volatilityConfidence: number,
): string | undefined {
  if (rules.needsRate && !Number.isFinite(rate)) return 'an interest rate of its expiry';
  if (!(forwardConfidence >= 0)) return 'a confidence of the forward of its expiry';
  if (!(rateConfidence >= 0)) return 'a confidence of the interest rate of its expiry';
  if (!(volatilityConfidence >= 0)) return 'a confidence of its volatility';
  return undefined;
}

function collateralLegs(
  input: Input,
  rules: AccountRules,
  stablePrice: number,
): Outcome<readonly CollateralLeg[]> {
  const legs: CollateralLeg[] = [];
  for (const { asset, amount, requestIndex } of input.balances) {
    if (asset === rules.cashAsset || amount === 0) continue;
    const field = `balances[${String(requestIndex)}]`;
    if (!rules.isCollateral(asset)) {
      return failure(
        'UNSUPPORTED',
        `${field}.asset`,
        `Expected an asset with a haircut in the parameters of ${rules.model} but received "${asset}"`,
      );
    }
    if (!(amount > 0)) {
      return failure(
        'INVALID_VALUE',
        `${field}.units`,
        `Expected a collateral amount >= 0 but received ${String(amount)}`,
      );
    }
    const quote = assetQuote(input, asset, `${field}.asset`);
    if (!quote.ok) return quote;
    const value = (amount * quote.value.price) / stablePrice;
    legs.push({ asset, amount, value, confidence: quote.value.confidence });
  }
  return success(legs);
}

function assetQuote(
  input: Input,
  asset: string,
  field: string,
): Outcome<{ price: number; confidence: number }> {
  const { table, columns } = input.market;
  const index = table.assetIndex.get(asset);
  const price = index === undefined ? NaN : (columns.assetPriceUsd[index] ?? NaN);
  const confidence = index === undefined ? NaN : (columns.assetConfidence[index] ?? NaN);
  if (!(price > 0) || !(confidence >= 0))
    return missing(field, `a price with confidence of the asset ${asset}`);
  return success({ price, confidence });
}

function positionField(input: Input, position: number): string {
  return `positions[${String(input.positions[position]?.requestIndex ?? 0)}].instrument`;
}

function missing(field: string, what: string): ReturnType<typeof failure> {
  return failure('MISSING_MARKET_DATA', field, `Expected the market to have ${what} but it has none`);
}
