import { KIND, NONE } from '../../domain/codes.js';
import { SECONDS_PER_DAY, secondsBetween } from '../../domain/time.js';
import type { ModelComponent } from '../model.js';
import type { DollarAccount, DollarLeg, DollarUnit } from '../shared/dollar-account.js';
import { ownEntry } from '../shared/own-entry.js';
import { residualHaircut, type CollateralHolding } from '../charges/credit/residual-haircut.js';
import { oracleConfidenceCharge } from '../charges/oracle-confidence.js';
import { component } from '../shared/result.js';
import type { HouseInput } from './house-input.js';
import { underlyingRules } from '../drawn/law.js';
import type { HouseUnderlying } from './parameters.js';
import { expiries, expiryPnl, rowsOf } from './risk-terms.js';
import type { BookVectors, CoinHolding } from '../drawn/book-vectors.js';

export function rulesOf({ parameters }: HouseInput, unit: Pick<DollarUnit, 'name'>): HouseUnderlying {
  const rules = underlyingRules(parameters, unit.name);
  if (rules === undefined) throw new RangeError(`No parameters of ${unit.name}`);
  return rules;
}

/** A charge with the dollars that each position adds to it. */
function charge(name: string, byPosition: Float64Array, inMaintenance = true): ModelComponent {
  const total = byPosition.reduce((sum, share) => sum + share, 0);
  return component(name, total, inMaintenance ? total : 0, 'EXACT', () => ({ total, byPosition }));
}

/**
 * Basis: each expiry moves against spot by b, the way that hurts, everything of the expiry together; perpetuals by the floor
 * on their net delta (market-and-risk.md 5.6).
 */
export function basisCharge(input: HouseInput, account: DollarAccount, grid: BookVectors): ModelComponent {
  const [up = NaN, down = NaN] = rowsOf(input, 'basis');
  const byPosition = new Float64Array(input.positions.length);
  for (const members of dated(input)) {
    const worst = expiryPnl(grid, members, up) < expiryPnl(grid, members, down) ? up : down;
    if (!(expiryPnl(grid, members, worst) < 0)) continue;
    for (const at of members) byPosition[at] = -grid.positionPnl(at, worst);
  }
  for (const unit of account.units) {
    const perpetuals = unit.legs.filter(({ isPerpetual }) => isPerpetual);
    const net = perpetuals.reduce((sum, { cashDelta }) => sum + cashDelta, 0);
    for (const { at, cashDelta } of perpetuals)
      byPosition[at] = Math.sign(net) * cashDelta * input.parameters.basis.floor;
  }
  return charge('basis', byPosition);
}

/** Positions of every expiry of every underlying, options and futures together. */
function dated({ positions, market }: HouseInput): Iterable<readonly number[]> {
  const byExpiry = new Map<string, number[]>();
  positions.forEach(({ instrument }, at) => {
    const terms = market.table.instruments[instrument];
    if (terms === undefined || !('expiryMs' in terms)) return;
    const key = `${terms.underlying} ${String(terms.expiryMs)}`;
    const members = byExpiry.get(key) ?? [];
    members.push(at);
    byExpiry.set(key, members);
  });
  return byExpiry.values();
}

/** Short options that no other option of the expiry covers, calls and puts apart, a share of spot each. */
export function nakedShortCharge(input: HouseInput): ModelComponent {
  const { contractSize, isCall, indexPrice } = input.market.columns;
  const byPosition = new Float64Array(input.positions.length);
  const groups = input.groups.filter(({ expiry }) => expiry !== NONE);
  expiries(input).forEach((members, group) => {
    const spot = indexPrice[groups[group]?.underlying ?? 0] ?? NaN;
    for (const side of [0, 1]) {
      const legs = members.filter((at) => isCall[input.positions[at]?.instrument ?? 0] === side);
      const coins = (at: number): number => {
        const position = input.positions[at];
        return (position?.quantity ?? NaN) * (contractSize[position?.instrument ?? 0] ?? NaN);
      };
      const net = legs.reduce((sum, at) => sum + coins(at), 0);
      if (!(net < 0)) continue;
      for (const at of legs) byPosition[at] = -coins(at) * spot * input.parameters.nakedShortRate;
    }
  });
  return charge('naked_short', byPosition);
}

/** Funding that net perpetuals may have to pay over the holding period. */
export function fundingCharge(input: HouseInput, account: DollarAccount): ModelComponent {
  const byPosition = new Float64Array(input.positions.length);
  for (const unit of account.units) {
    const perpetuals = unit.legs.filter(({ isPerpetual }) => isPerpetual);
    const net = perpetuals.reduce((sum, { cashDelta }) => sum + cashDelta, 0);
    for (const { at, cashDelta } of perpetuals)
      byPosition[at] = Math.sign(net) * cashDelta * rulesOf(input, unit).fundingRate;
  }
  return charge('funding', byPosition, false);
}

/**
 * Doubt about the oracle on the net delta of each underlying (`charges/oracle-confidence`, market-and-risk.md 1.2.8). A market's
 * confidence is the score 1 - conf / (confidenceMax x price).
 */
export function oracleCharge(input: HouseInput, account: DollarAccount): ModelComponent {
  const { deviations, chargeMax, scoreFloor, scoreRate } = input.parameters.oracle;
  const { indexConfidence } = input.market.columns;
  const byPosition = new Float64Array(input.positions.length);
  for (const unit of account.units) {
    const { confidenceMax } = rulesOf(input, unit);
    const confidence = (1 - (indexConfidence[unit.underlying] ?? NaN)) * confidenceMax * unit.spot;
    const net = unit.legs.reduce((sum, { delta }) => sum + delta, 0);
    if (net === 0) continue;
    const { total } = oracleConfidenceCharge(net, unit.spot, confidence, unit.spot, {
      confidenceMultiple: deviations,
      confidenceChargeMax: chargeMax,
      confidenceMax,
      scoreThreshold: scoreFloor,
      scoreRate,
    });
    for (const { at, delta } of unit.legs) byPosition[at] = (delta / net) * total;
  }
  return charge('oracle_confidence', byPosition, false);
}

/** What a guarded value of the options lies below their mark: volatility at the worse end of what data leave open, per expiry. */
export function guardedValueCharge(input: HouseInput, grid: BookVectors): ModelComponent {
  const [up = NaN, down = NaN] = rowsOf(input, 'guard');
  const byPosition = new Float64Array(input.positions.length);
  for (const members of expiries(input)) {
    const worst = expiryPnl(grid, members, up) < expiryPnl(grid, members, down) ? up : down;
    if (!(expiryPnl(grid, members, worst) < 0)) continue;
    for (const at of members) byPosition[at] = -grid.positionPnl(at, worst);
  }
  return charge('guarded_value', byPosition, false);
}

/** Haircut of coins on the residual only (`charges/credit`, market-and-risk.md 5.8). Pegged assets pay through their peg instead. */
export function haircutCharge(
  input: HouseInput,
  account: DollarAccount,
  coins: readonly CoinHolding[],
): ModelComponent {
  const { haircuts, cashAsset, pegs } = input.parameters;
  const { table, columns } = input.market;
  const holdings = input.balances
    .filter(({ asset, amount }) => amount > 0 && asset !== cashAsset && asset !== 'USD')
    .map(({ asset, amount }): CollateralHolding => {
      const underlying = table.underlyingIndex.get(asset);
      const unit = account.units.find((candidate) => candidate.underlying === underlying);
      const delta = unit?.legs.reduce((sum, leg) => sum + leg.delta, 0) ?? 0;
      // What is left of the coins after losses and funding of inverse contracts: less of them is owed coins.
      const left = coins.find((candidate) => candidate.underlying === underlying)?.coins ?? amount;
      return {
        balance: amount,
        liability: Math.max(0, amount - left),
        shortDelta: Math.max(0, -delta),
        price: columns.assetPriceUsd[table.assetIndex.get(asset) ?? -1] ?? NaN,
        haircut:
          ownEntry(haircuts, asset) ?? (pegs.assets.includes(asset) ? 0 : (ownEntry(haircuts, '*') ?? 1)),
      };
    });
  const total = residualHaircut(holdings);
  return component('collateral_haircut', total, total, 'EXACT');
}

/** Buckets of one kind of contract that trade together: an underlying's delta-one legs, or its options of one expiry and moneyness. */
export interface LiquidityBucket {
  readonly unit: DollarUnit;
  readonly isOption: boolean;
  readonly legs: readonly DollarLeg[];
}

const MONEYNESS_EDGES = [-2, -1, -0.25, 0.25, 1, 2];

export function liquidityBuckets(input: HouseInput, account: DollarAccount): readonly LiquidityBucket[] {
  const { columns, table, timeMs } = input.market;
  const buckets = new Map<string, { unit: DollarUnit; isOption: boolean; legs: DollarLeg[] }>();
  for (const unit of account.units) {
    for (const leg of unit.legs) {
      const terms = table.instruments[leg.instrument];
      const expiryMs = terms !== undefined && 'expiryMs' in terms ? terms.expiryMs : 0;
      let key = `${unit.name} ${columns.kind[leg.instrument] === KIND.FUTURE ? String(expiryMs) : 'perpetual'}`;
      if (leg.isOption && terms?.kind === 'OPTION') {
        const forward = columns.forward[columns.expiry[leg.instrument] ?? NONE] ?? NaN;
        const days = secondsBetween(timeMs, expiryMs) / SECONDS_PER_DAY;
        const width = (columns.volatility[leg.instrument] ?? NaN) * Math.sqrt(days / 365);
        const moneyness = Math.log(terms.strike / forward) / width;
        key = `${unit.name} ${String(expiryMs)} option ${String(MONEYNESS_EDGES.findIndex((edge) => moneyness < edge))}`;
      }
      const bucket = buckets.get(key) ?? { unit, isOption: leg.isOption, legs: [] };
      bucket.legs.push(leg);
      buckets.set(key, bucket);
    }
  }
  return [...buckets.values()];
}
