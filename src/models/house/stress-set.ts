import { secondsBetween, secondsToYears } from '../../domain/time.js';
import type { Market } from '../../market/snapshot/market.js';
import { marketScenarioSet, skewFactor, type FactorScenarioSet } from '../../scenarios/market-columns.js';
import type { FactorMoves, RiskFactor } from '../../scenarios/risk-factor.js';
import { stressMoves } from '../../scenarios/stress/stress-library.js';
import { factorRows } from '../drawn/factor-rows.js';
import type { CubeSpec } from '../model.js';
import { stressLibraries, type HouseParameters } from './parameters.js';

/** The moves of the stress libraries on a market, all at once; nothing ages. */
export function stressCube(parameters: HouseParameters, market: Market): CubeSpec {
  return {
    scenarios: stressSet(parameters, market),
    discounted: false,
    factorRow: factorRows(market).rowOf,
    shockFactors: ({ strike, forward, volatility, timeToExpiryYears }) => ({
      term: 1,
      skew: skewFactor(strike, forward, volatility, timeToExpiryYears),
      smile: 0,
    }),
    weight: () => 1,
  };
}

function stressSet(parameters: HouseParameters, market: Market): FactorScenarioSet {
  const { underlyings } = market.table;
  const moves = movesOfLibraries(
    parameters,
    underlyings.flatMap((name) => underlyingFactors(name, parameters.tenorsDays)),
  );
  const expiries = factorRows(market).rows.flatMap(({ underlying, expiryMs }) =>
    expiryMs === undefined
      ? []
      : [{ underlying, timeToExpiryYears: secondsToYears(secondsBetween(market.timeMs, expiryMs)) }],
  );
  const set = marketScenarioSet('house-stress', moves, { underlyings, expiries });
  // Every underlying has a spot factor.
  if (!set.ok) throw new RangeError(set.failure.message);
  return set.value;
}

/** Spot, volatility at the tenors, skew and basis of one underlying. */
function underlyingFactors(subject: string, tenorsDays: readonly number[]): RiskFactor[] {
  const factor = (id: string, kind: RiskFactor['kind'], tenorDays?: number): RiskFactor => ({
    id: `${subject}.${id}`,
    kind,
    subject,
    evidence: 'OBSERVED',
    ...(tenorDays === undefined ? {} : { tenorDays }),
  });
  return [
    factor('spot', 'SPOT'),
    ...tenorsDays.map((days) => factor(`vol.${String(days)}d`, 'ATM_VOLATILITY', days)),
    factor('skew', 'SKEW', SURFACE_TENOR_DAYS),
    factor('basis', 'BASIS', SURFACE_TENOR_DAYS),
  ];
}

/** Skew and basis move alike at every expiry; the tenor is that of the panel. */
const SURFACE_TENOR_DAYS = 30;

/** All libraries one after the other. */
export function movesOfLibraries(parameters: HouseParameters, factors: readonly RiskFactor[]): FactorMoves {
  const parts = stressLibraries(parameters).map((library) => stressMoves(library, factors));
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const moves = new Float64Array(factors.length * count);
  factors.forEach((_, f) => {
    let at = f * count;
    for (const part of parts) {
      moves.set(part.moves.subarray(f * part.count, (f + 1) * part.count), at);
      at += part.count;
    }
  });
  return {
    method: 'STRESS',
    factors,
    horizonDays: 1,
    count,
    moves,
    names: parts.flatMap(({ names = [] }) => names),
    notes: parts.flatMap(({ notes }) => notes),
  };
}
