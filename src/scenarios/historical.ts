import { failure, success } from '../domain/outcome.js';
import type { Outcome } from '../domain/outcome.js';
import { AGE_DECAY_DEFAULT, ageWeights } from '../measures/age-weights.js';
import { changesOf } from './history.js';
import type { FactorHistory } from './history.js';
import type { FactorMoves, RiskFactor } from './risk-factor.js';

/**
 * The joint moves that happened, one scenario per date: over a horizon of several steps the sums of as many consecutive steps, over
 * less than a step the move scaled by the root of time, which makes every factor a PROXY.
 */
export function historicalMoves(history: FactorHistory, horizonDays: number): Outcome<FactorMoves> {
  const steps = horizonDays / history.stepDays;
  const refused = refuseHorizon(history, horizonDays, steps);
  if (refused !== undefined) return refused;
  const isScaled = steps < 1;
  const span = isScaled ? 1 : steps;
  const count = history.rowCount - span + 1;
  const moves = new Float64Array(history.factors.length * count);
  for (let f = 0; f < history.factors.length; f += 1) {
    const changes = changesOf(history, f);
    for (let row = 0; row < count; row += 1) {
      let sum = 0;
      for (let k = 0; k < span; k += 1) sum += changes[row + k]!;
      moves[f * count + row] = isScaled ? sum * Math.sqrt(steps) : sum;
    }
  }
  return success({
    method: 'HISTORICAL',
    factors: isScaled ? asProxies(history.factors) : history.factors,
    horizonDays,
    count,
    moves,
    names: Array.from(history.dateMs.subarray(span - 1), (ms) => new Date(ms).toISOString().slice(0, 10)),
    notes: isScaled ? [...history.notes, scalingNote(history.stepDays, horizonDays)] : history.notes,
  });
}

/** The same moves, the recent ones weighing more. */
export function ageWeightedMoves(
  history: FactorHistory,
  horizonDays: number,
  decay = AGE_DECAY_DEFAULT,
): Outcome<FactorMoves> {
  const moves = historicalMoves(history, horizonDays);
  if (!moves.ok) return moves;
  const weights = ageWeights(moves.value.count, decay);
  if (!weights.ok) return weights;
  return success({ ...moves.value, method: 'AGE_WEIGHTED', weights: weights.value });
}

export function asProxies(factors: readonly RiskFactor[]): readonly RiskFactor[] {
  return factors.map((factor) => ({ ...factor, evidence: 'PROXY' }));
}

export function scalingNote(stepDays: number, horizonDays: number): string {
  return `moves over ${horizonDays} days are ${stepDays}-day moves scaled by the root of time`;
}

function refuseHorizon(
  history: FactorHistory,
  horizonDays: number,
  steps: number,
): Outcome<never> | undefined {
  const isWhole = steps < 1 || Number.isInteger(steps);
  if (!(horizonDays > 0 && horizonDays < Infinity && isWhole)) {
    return failure(
      'INVALID_PARAMETER',
      'horizonDays',
      `Expected part of a step or whole steps of ${history.stepDays} days but received ${horizonDays}`,
    );
  }
  if (steps <= history.rowCount) return undefined;
  return failure(
    'MISSING_MARKET_DATA',
    'history',
    `Expected at least ${steps} steps but the history has ${history.rowCount}`,
  );
}
