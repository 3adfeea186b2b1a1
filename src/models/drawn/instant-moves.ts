import type { Outcome } from '../../domain/outcome.js';
import { success } from '../../domain/outcome.js';
import { SECONDS_PER_DAY, secondsBetween } from '../../domain/time.js';
import type { Market } from '../../market/snapshot/market.js';
import { blankColumns } from '../../scenarios/build-set.js';
import type { FactorMoves, RiskFactor } from '../../scenarios/risk-factor.js';
import type { CubeSpec } from '../model.js';
import { volatilityAnswer } from './draw-sets.js';
import { factorRows } from './factor-rows.js';
import { frozenDraws } from './frozen-draws.js';
import { underlyingRules, type DrawnLaw } from './law.js';

/** Tenor whose volatility stands for all: the others answer as the law says. */
const LEVEL_TENOR_DAYS = 30;

/**
 * The law's draws of one day as two factors of each underlying, log moves of spot and of the 30-day volatility: what measures how
 * unlikely a move is.
 */
export function lawMoves(law: DrawnLaw, names: readonly string[]): Outcome<FactorMoves> {
  const draws = frozenDraws(law);
  if (!draws.ok) return draws;
  const { count } = law.draws;
  const moves = new Float64Array(2 * names.length * count);
  names.forEach((name, u) => {
    const rules = underlyingRules(law, name);
    const own = draws.value.get(name) ?? draws.value.get('*');
    if (rules === undefined || own === undefined) return;
    const answer = volatilityAnswer(law, rules, LEVEL_TENOR_DAYS);
    for (let s = 0; s < count; s += 1) {
      const spot = rules.dailyVolatility * (own.spot[s] ?? NaN);
      moves[2 * u * count + s] = spot;
      moves[(2 * u + 1) * count + s] =
        answer.constant +
        answer.perReturn * spot +
        answer.perAbsoluteReturn * Math.abs(spot) +
        answer.residual * (own.volatility[s] ?? NaN);
    }
  });
  const evidence = 'PROXY' as const;
  const factors = names.flatMap((subject): RiskFactor[] => [
    { id: `${subject}.spot`, kind: 'SPOT', subject, evidence },
    {
      id: `${subject}.vol.${String(LEVEL_TENOR_DAYS)}d`,
      kind: 'ATM_VOLATILITY',
      subject,
      tenorDays: LEVEL_TENOR_DAYS,
      evidence,
    },
  ]);
  return success({ method: 'MONTE_CARLO', factors, horizonDays: 1, count, moves, notes: [] });
}

/** A set of one scenario whose move can be changed. */
export interface InstantMove {
  readonly spec: CubeSpec;
  /** Writes a move of the factors of `lawMoves` into the columns of the set. */
  set(move: Float64Array): void;
}

export function instantMove(law: DrawnLaw, market: Market, names: readonly string[]): InstantMove {
  const { rows, rowOf } = factorRows(market);
  const columns = blankColumns(1, Math.max(1, rows.length));
  const moved = rows.flatMap(({ underlying, expiryMs }, row) => {
    const name = market.table.underlyings[underlying] ?? '';
    const at = names.indexOf(name);
    const rules = underlyingRules(law, name);
    if (at < 0 || rules === undefined) return [];
    const days =
      expiryMs === undefined ? LEVEL_TENOR_DAYS : secondsBetween(market.timeMs, expiryMs) / SECONDS_PER_DAY;
    const level = volatilityAnswer(law, rules, LEVEL_TENOR_DAYS);
    return [{ from: row * columns.stride, at, level, answer: volatilityAnswer(law, rules, days) }];
  });
  return {
    spec: {
      scenarios: { id: 'instant-move', labels: [MOVE_LABEL], columns },
      discounted: false,
      factorRow: rowOf,
      shockFactors: () => ({ term: 1, skew: 0, smile: 0 }),
      weight: () => 1,
    },
    set: (move) => {
      for (const { from, at, level, answer } of moved) {
        const [spot = NaN, volatility = NaN] = move.subarray(2 * at, 2 * at + 2);
        const size = Math.abs(spot);
        const surprise =
          (volatility - level.constant - level.perReturn * spot - level.perAbsoluteReturn * size) /
          level.residual;
        const logVolatility =
          answer.constant +
          answer.perReturn * spot +
          answer.perAbsoluteReturn * size +
          answer.residual * surprise;
        columns.spotFactor[from] = Math.exp(spot);
        columns.volShock[from] = Math.expm1(logVolatility);
      }
    },
  };
}

const MOVE_LABEL = { label: 'instant move', family: 'reverse_stress', spotShock: 0, volShock: 'DRAWN' };
