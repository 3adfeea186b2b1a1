import { NONE } from '../../domain/codes.js';
import type { ModelInput, PositionGroup, ScenarioVectors } from '../model.js';
import { factorRows } from './factor-rows.js';

type Input = ModelInput<unknown>;

/** What a book holds beside its contracts: coins whose dollar value moves with spot. */
export interface CoinHolding {
  readonly underlying: number;
  /** Signed coins: balances, unrealised P&L and funding of inverse contracts. */
  readonly coins: number;
}

/** Dollars per unit of the settlement currency now. */
export type AssetPrices = (asset: string) => number;

/** P&L of a book in dollars in every scenario of one holding period, with its parts. */
export interface BookVectors {
  readonly count: number;
  /** All of it. */
  readonly total: Float64Array;
  /** One per underlying of the book; they add up to `total`. */
  readonly byUnderlying: ReadonlyMap<number, Float64Array>;
  /** Dollar P&L of one position in a scenario, as it counts in `total`. */
  positionPnl(position: number, scenario: number): number;
  /** Dollar P&L of the coins of an underlying in a scenario. */
  coinPnl(underlying: number, scenario: number): number;
}

/**
 * Adds up groups and coins in dollars. Coins are worth their shocked price, so that linear and inverse contracts of one coin
 * hedge each other and collateral falls together with the book (wrong-way risk). With two sets, the same moves before and after
 * ageing, each group counts the lower of the two.
 *
 * @param isHeld positions that count, by index; all where absent
 */
export function bookVectors(
  input: Input,
  sets: readonly [ScenarioVectors] | readonly [ScenarioVectors, ScenarioVectors],
  coins: readonly CoinHolding[],
  priceOf: AssetPrices,
  isHeld: (position: number) => boolean = () => true,
): BookVectors {
  const [set, aged] = sets;
  const { count, stride, spotFactor } = set.scenarios.columns;
  const { rowOf } = factorRows(input.market);
  const spotOf = (underlying: number): number => input.market.columns.indexPrice[underlying] ?? NaN;
  const factor = (underlying: number, scenario: number): number =>
    spotFactor[rowOf(underlying) * stride + scenario] ?? NaN;
  const byUnderlying = new Map<number, Float64Array>();
  const vectorOf = (underlying: number): Float64Array => {
    const known = byUnderlying.get(underlying);
    if (known !== undefined) return known;
    const fresh = new Float64Array(count);
    byUnderlying.set(underlying, fresh);
    return fresh;
  };
  /** 1 where the aged set is the worse one of a group, `[group][count]`. */
  const isAged = aged === undefined ? undefined : new Uint8Array(input.groups.length * count);

  input.groups.forEach((group, row) => {
    const held = positionsOf(group).filter(isHeld);
    if (held.length === 0) return;
    const isWhole = held.length === group.positionCount;
    const pnlOf = (vectors: ScenarioVectors, s: number): number =>
      isWhole
        ? (vectors.groupPnl[row * stride + s] ?? NaN)
        : held.reduce((sum, at) => {
            const position = input.positions[at];
            return sum + (position?.quantity ?? NaN) * vectors.unitPnl(position?.instrument ?? 0, s);
          }, 0);
    const vector = vectorOf(group.underlying);
    const value = held.reduce((sum, at) => sum + positionValue(input, group, at), 0);
    const isInverse = isInverseGroup(input, group);
    const price = isInverse ? NaN : priceOf(group.settlementCurrency);
    const spot = spotOf(group.underlying);
    const factorRow = rowOf(group.underlying) * stride;
    const ages = aged !== undefined && group.expiry !== NONE;
    for (let s = 0; s < count; s += 1) {
      const now = pnlOf(set, s);
      const later = ages ? pnlOf(aged, s) : now;
      // A NaN is never the lower one by accident: it must surface.
      const pnl = later < now ? later : later >= now ? now : NaN;
      if (later < now && isAged !== undefined) isAged[row * count + s] = 1;
      const dollars = isInverse
        ? (pnl + value) * spot * (spotFactor[factorRow + s] ?? NaN) - value * spot
        : pnl * price;
      vector[s] = (vector[s] ?? NaN) + dollars;
    }
  });
  for (const { underlying, coins: held } of coins) {
    if (held === 0) continue;
    const vector = vectorOf(underlying);
    const worth = held * spotOf(underlying);
    for (let s = 0; s < count; s += 1) vector[s] = (vector[s] ?? NaN) + worth * (factor(underlying, s) - 1);
  }
  const total = new Float64Array(count);
  for (const vector of byUnderlying.values())
    for (let s = 0; s < count; s += 1) total[s] = (total[s] ?? NaN) + (vector[s] ?? NaN);

  const groupOf = new Uint32Array(input.positions.length);
  input.groups.forEach(({ firstPosition, positionCount }, at) =>
    groupOf.fill(at, firstPosition, firstPosition + positionCount),
  );
  return {
    count,
    total,
    byUnderlying,
    positionPnl: (at, scenario) => {
      const position = input.positions[at];
      const row = groupOf[at] ?? 0;
      const group = input.groups[row];
      if (position === undefined || group === undefined) throw new RangeError(`No position ${String(at)}`);
      if (!isHeld(at)) return 0;
      const from = isAged?.[row * count + scenario] === 1 && aged !== undefined ? aged : set;
      const pnl = position.quantity * from.unitPnl(position.instrument, scenario);
      if (!isInverseGroup(input, group)) return pnl * priceOf(group.settlementCurrency);
      const value = positionValue(input, group, at);
      const spot = spotOf(group.underlying);
      return (pnl + value) * spot * factor(group.underlying, scenario) - value * spot;
    },
    coinPnl: (underlying, scenario) =>
      coins
        .filter((holding) => holding.underlying === underlying)
        .reduce(
          (sum, { coins: held }) => sum + held * spotOf(underlying) * (factor(underlying, scenario) - 1),
          0,
        ),
  };
}

function isInverseGroup({ market, positions }: Input, { firstPosition }: PositionGroup): boolean {
  return market.columns.isInverse[positions[firstPosition]?.instrument ?? 0] === 1;
}

function positionsOf({ firstPosition, positionCount }: PositionGroup): number[] {
  return Array.from({ length: positionCount }, (_, i) => firstPosition + i);
}

/** Coins that an option of an inverse group is worth; a future is worth nothing. */
function positionValue(input: Input, group: PositionGroup, at: number): number {
  const position = input.positions[at];
  if (group.expiry === NONE || position === undefined) return 0;
  return position.quantity * (input.unitValue[position.instrument] ?? NaN);
}
