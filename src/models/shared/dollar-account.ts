import { KIND } from '../../domain/codes.js';
import type { Outcome } from '../../domain/outcome.js';
import { failure, success } from '../../domain/outcome.js';
import { secondsBetween, secondsToYears } from '../../domain/time.js';
import type { ComponentShares, ModelInput, PositionGroup } from '../model.js';
import { optionPositionValue } from './cash-account.js';
import { groupPnl } from './group-pnl.js';

/**
 * An account that settles in several currencies and is margined in US dollars, one unit per underlying: contracts of all
 * settlements on one coin hedge each other (OKX, Bybit). Spot is held as balances; they count as equity and hedge nothing.
 */
export interface DollarAccount {
  /** Balances at the prices of their assets. */
  readonly cash: number;
  /** Options at their mark, unrealised P&L and unsettled funding of the rest. */
  readonly markToMarket: number;
  /** Balance and value of positions in each asset, dollars: what is negative is borrowed. */
  readonly assetEquity: ReadonlyMap<string, number>;
  /** In the order of the market's underlyings. */
  readonly units: readonly DollarUnit[];
}

export interface DollarUnit {
  /** Row of the market's underlying columns. */
  readonly underlying: number;
  readonly name: string;
  /** Index price, dollars. */
  readonly spot: number;
  readonly legs: readonly DollarLeg[];
  readonly hasOptions: boolean;
  /** P&L of all legs, one entry per scenario. */
  readonly pnl: Float64Array;
  /** P&L of one leg; the legs of a unit add up to `pnl`. */
  legPnl(leg: DollarLeg, scenario: number): number;
}

/** One position in dollars. */
export interface DollarLeg {
  /** Index among the positions of the input. */
  readonly at: number;
  readonly instrument: number;
  readonly quantity: number;
  readonly isOption: boolean;
  readonly isPerpetual: boolean;
  readonly isInverse: boolean;
  /** 0 for a perpetual. */
  readonly timeToExpiryYears: number;
  /** Currency that the price is quoted in: `USD` for inverse contracts, the settlement currency for linear ones. */
  readonly quoteCurrency: string;
  /** Dollars per unit of the quote currency. */
  readonly quotePrice: number;
  /** Signed coins that move like it: the venue's own delta of an option where the market has it, else Black's. */
  readonly delta: number;
  /** `delta` in dollars: at the mark for futures and perpetuals, at the index for options. */
  readonly cashDelta: number;
}

/**
 * How futures and perpetuals move with the spot of a scenario: by the index price times the move, whatever their basis, or
 * by their own mark times the move.
 */
export type DeltaOneMove = 'INDEX' | 'MARK';

export interface DollarAccountRules {
  /** Id of the model, for messages. */
  readonly model: string;
  readonly deltaOneMove: DeltaOneMove;
  /** Row of the scenario columns that moves the underlying. */
  factorRow(underlying: number): number;
}

type Input = ModelInput<unknown>;

/** Sorts positions into units and values everything in dollars; refuses spot positions and assets without a price. */
export function arrangeDollarAccount(input: Input, rules: DollarAccountRules): Outcome<DollarAccount> {
  const assetEquity = new Map<string, number>();
  const add = (asset: string, dollars: number): void => {
    assetEquity.set(asset, (assetEquity.get(asset) ?? 0) + dollars);
  };
  let cash = 0;
  for (const { asset, amount, requestIndex } of input.balances) {
    if (amount === 0) continue;
    const price = assetPrice(input, asset, `balances[${String(requestIndex)}].asset`);
    if (!price.ok) return price;
    cash += amount * price.value;
    add(asset, amount * price.value);
  }
  let markToMarket = 0;
  const byUnderlying = new Map<number, { legs: DollarLeg[]; groups: number[] }>();
  for (const [row, group] of input.groups.entries()) {
    const unit = byUnderlying.get(group.underlying) ?? { legs: [], groups: [] };
    byUnderlying.set(group.underlying, unit);
    unit.groups.push(row);
    for (let at = group.firstPosition; at < group.firstPosition + group.positionCount; at += 1) {
      const leg = arrangeLeg(input, group, at, rules.model);
      if (!leg.ok) return leg;
      unit.legs.push(leg.value.leg);
      markToMarket += leg.value.value;
      add(group.settlementCurrency, leg.value.value);
    }
  }
  const units = [...byUnderlying].map(([underlying, { legs, groups }]) =>
    dollarUnit(input, rules, underlying, legs, groups),
  );
  return success({ cash, markToMarket, assetEquity, units });
}

function arrangeLeg(
  input: Input,
  group: PositionGroup,
  at: number,
  model: string,
): Outcome<{ leg: DollarLeg; value: number }> {
  const { columns, table, timeMs } = input.market;
  const position = input.positions[at];
  if (position === undefined) throw new RangeError(`No position ${String(at)}`);
  const { instrument, quantity } = position;
  const field = `positions[${String(position.requestIndex)}].instrument`;
  const terms = table.instruments[instrument];
  if (terms === undefined || terms.kind === 'SPOT') {
    return failure(
      'UNSUPPORTED',
      field,
      `Expected an option, future or perpetual for ${model} but received ${terms?.name ?? ''}; hold spot as a balance`,
    );
  }
  const settlement = assetPrice(input, group.settlementCurrency, field);
  if (!settlement.ok) return settlement;
  const isOption = columns.kind[instrument] === KIND.OPTION;
  const isInverse = columns.isInverse[instrument] === 1;
  const quotePrice = isInverse ? 1 : settlement.value;
  const venueDelta = isOption ? (columns.delta[instrument] ?? NaN) : NaN;
  const delta = quantity * (Number.isFinite(venueDelta) ? venueDelta : (input.unitDelta[instrument] ?? NaN));
  const price = isOption
    ? (columns.indexPrice[group.underlying] ?? NaN)
    : (columns.markPrice[instrument] ?? NaN) * quotePrice;
  const worth = isOption ? optionPositionValue(input, position) : (position.unrealisedPnl ?? 0);
  return success({
    leg: {
      at,
      instrument,
      quantity,
      isOption,
      isPerpetual: terms.kind === 'PERPETUAL',
      isInverse,
      timeToExpiryYears:
        terms.kind === 'PERPETUAL' ? 0 : secondsToYears(secondsBetween(timeMs, terms.expiryMs)),
      quoteCurrency: isInverse ? 'USD' : group.settlementCurrency,
      quotePrice,
      delta,
      cashDelta: delta * price,
    },
    value: (worth + (position.unsettledFunding ?? 0)) * settlement.value,
  });
}

function dollarUnit(
  input: Input,
  rules: DollarAccountRules,
  underlying: number,
  legs: readonly DollarLeg[],
  groupRows: readonly number[],
): DollarUnit {
  const { count, stride, spotFactor } = input.scenarios.columns;
  const spot = input.market.columns.indexPrice[underlying] ?? NaN;
  const row = rules.factorRow(underlying);
  const factor = (scenario: number): number => spotFactor[row * stride + scenario] ?? NaN;

  /** Coins become dollars at the shocked price, so that inverse and linear contracts of one coin hedge each other. */
  const inDollars = (
    leg: Pick<DollarLeg, 'isInverse' | 'quotePrice'>,
    pnl: number,
    value: number,
    scenario: number,
  ): number => {
    if (!leg.isInverse) return pnl * leg.quotePrice;
    return (pnl + value) * spot * factor(scenario) - value * spot;
  };
  const legPnl = (leg: DollarLeg, scenario: number): number => {
    const { instrument, quantity } = leg;
    if (!leg.isOption && rules.deltaOneMove === 'INDEX') return leg.delta * spot * (factor(scenario) - 1);
    const pnl = quantity * input.unitPnl(instrument, scenario);
    return inDollars(leg, pnl, optionValue(input, leg), scenario);
  };
  const pnl = new Float64Array(count);
  for (const groupRow of groupRows) {
    const members = legsOfGroup(input, legs, groupRow);
    const [first] = members;
    const moveAlike = members.every(({ isInverse }) => isInverse === first?.isInverse);
    const value = members.reduce((sum, leg) => sum + optionValue(input, leg), 0);
    for (let s = 0; s < count; s += 1) {
      // The kernel has added up the group already; only what it does not know is added up by leg.
      const ofGroup =
        first !== undefined && moveAlike && (first.isOption || rules.deltaOneMove === 'MARK')
          ? inDollars(first, groupPnl(input, groupRow, s), value, s)
          : members.reduce((sum, leg) => sum + legPnl(leg, s), 0);
      pnl[s] = (pnl[s] ?? NaN) + ofGroup;
    }
  }
  return {
    underlying,
    name: input.market.table.underlyings[underlying] ?? '',
    spot,
    legs,
    hasOptions: legs.some(({ isOption }) => isOption),
    pnl,
    legPnl,
  };
}

function legsOfGroup(input: Input, legs: readonly DollarLeg[], groupRow: number): readonly DollarLeg[] {
  const group = input.groups[groupRow];
  if (group === undefined) return [];
  const end = group.firstPosition + group.positionCount;
  return legs.filter(({ at }) => at >= group.firstPosition && at < end);
}

/** What an option is worth before the scenario, settlement currency; a future is worth nothing. */
function optionValue(input: Input, { instrument, quantity, isOption }: DollarLeg): number {
  return isOption ? quantity * (input.unitValue[instrument] ?? NaN) : 0;
}

/** Shares of a component of one unit: positions of other units have none. */
export function legShares(
  input: Input,
  unit: DollarUnit,
  total: number,
  share: (leg: DollarLeg) => number,
): ComponentShares {
  const byPosition = new Float64Array(input.positions.length);
  for (const leg of unit.legs) byPosition[leg.at] = share(leg);
  return { total, byPosition };
}

/** Whether net delta in one quote currency hedges net delta in another: what a stablecoin that loses its peg undoes. */
export function hedgesAcrossQuotes(unit: DollarUnit): boolean {
  const byQuote = new Map<string, number>();
  for (const { quoteCurrency, cashDelta } of unit.legs)
    byQuote.set(quoteCurrency, (byQuote.get(quoteCurrency) ?? 0) + cashDelta);
  const deltas = [...byQuote.values()];
  return deltas.some((delta) => delta > 0) && deltas.some((delta) => delta < 0);
}

/** Dollars per unit; the US dollar is worth one where the market does not say otherwise. */
function assetPrice(input: Input, asset: string, field: string): Outcome<number> {
  const { table, columns } = input.market;
  const row = table.assetIndex.get(asset);
  const price = row === undefined ? NaN : (columns.assetPriceUsd[row] ?? NaN);
  if (price > 0) return success(price);
  if (asset === 'USD') return success(1);
  return failure(
    'MISSING_MARKET_DATA',
    field,
    `Expected a price of the asset ${asset} but the market has none`,
  );
}
