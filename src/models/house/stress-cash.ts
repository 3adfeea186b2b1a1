/** What the stress libraries move beside prices: pegs of what an account holds, and the funding of its perpetuals. */
import { movesOf, type RiskFactor } from '../../scenarios/risk-factor.js';
import type { BookVectors } from '../drawn/book-vectors.js';
import type { DollarAccount, DollarUnit } from '../shared/dollar-account.js';
import type { HouseParameters } from './parameters.js';
import { movesOfLibraries } from './stress-set.js';

/**
 * A book's P&L under stress with what the pegs of its assets move: on what each asset is net of debts in it. The cash asset is the
 * unit of account and keeps its value.
 */
export function withPegs(
  parameters: HouseParameters,
  { assetEquity }: DollarAccount,
  vectors: BookVectors,
): BookVectors {
  const assets = parameters.pegs.assets.filter(
    (asset) => asset !== parameters.cashAsset && (assetEquity.get(asset) ?? 0) !== 0,
  );
  if (assets.length === 0) return vectors;
  const moves = movesOfLibraries(
    parameters,
    assets.map((asset) => ({ id: asset, kind: 'PEG', subject: asset, evidence: 'PROXY' })),
  );
  const total = vectors.total.slice();
  for (const asset of assets) {
    const held = assetEquity.get(asset) ?? NaN;
    movesOf(moves, asset)?.forEach((move, s) => (total[s] = (total[s] ?? NaN) + held * Math.expm1(move)));
  }
  return { ...vectors, total };
}

/**
 * A book's P&L under stress with one settlement of funding at the moved rate on the net perpetuals of each underlying. What it would
 * receive does not count: it is paid over hours, and the close-out may come before.
 */
export function withFunding(
  parameters: HouseParameters,
  { units }: DollarAccount,
  vectors: BookVectors,
): BookVectors {
  const nets = units.flatMap((unit) => {
    const net = netPerpetuals(unit);
    return net === 0 ? [] : [{ unit, net }];
  });
  if (nets.length === 0) return vectors;
  const moves = movesOfLibraries(
    parameters,
    nets.map(({ unit: { name } }): RiskFactor => ({
      id: name,
      kind: 'FUNDING',
      subject: name,
      evidence: 'PROXY',
    })),
  );
  const total = vectors.total.slice();
  const byUnderlying = new Map(vectors.byUnderlying);
  /** Dollars per dollar of a perpetual in every stress, by position. */
  const paid = new Map<number, { readonly cashDelta: number; readonly rate: Float64Array }>();
  for (const { unit, net } of nets) {
    const rate = (movesOf(moves, unit.name) ?? new Float64Array(moves.count)).map((move) =>
      net * move > 0 ? move : 0,
    );
    const own = (byUnderlying.get(unit.underlying) ?? new Float64Array(vectors.count)).slice();
    rate.forEach((move, s) => {
      own[s] = (own[s] ?? NaN) - net * move;
      total[s] = (total[s] ?? NaN) - net * move;
    });
    byUnderlying.set(unit.underlying, own);
    for (const { at, cashDelta, isPerpetual } of unit.legs)
      if (isPerpetual) paid.set(at, { cashDelta, rate });
  }
  return {
    ...vectors,
    total,
    byUnderlying,
    positionPnl: (at, scenario) => {
      const own = paid.get(at);
      const funding = own === undefined ? 0 : own.cashDelta * (own.rate[scenario] ?? NaN);
      return vectors.positionPnl(at, scenario) - funding;
    },
  };
}

/** Dollars of delta. */
function netPerpetuals({ legs }: DollarUnit): number {
  return legs.reduce((sum, { isPerpetual, cashDelta }) => sum + (isPerpetual ? cashDelta : 0), 0);
}
