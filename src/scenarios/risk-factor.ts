/** What moves in a scenario. */

export const FACTOR_KINDS = ['SPOT', 'ATM_VOLATILITY', 'SKEW', 'BASIS', 'FUNDING', 'PEG'] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];

/**
 * Where the moves of a factor come from: a recorded history, or a stand-in (fitted on other data, or scaled from another
 * horizon). Every number that rests on a PROXY says so.
 */
export type FactorEvidence = 'OBSERVED' | 'PROXY';

export interface RiskFactor {
  /** Unique in its set, e.g. `BTC.spot`, `BTC.vol.30d`, `USDC.peg`. */
  readonly id: string;
  readonly kind: FactorKind;
  /** Underlying, or the asset of a peg. */
  readonly subject: string;
  /** Days to expiry that a volatility, skew or basis is quoted at. */
  readonly tenorDays?: number;
  readonly evidence: FactorEvidence;
}

/** `LOG`: moves are ln(after / before). `DIFFERENCE`: after - before. */
export type MoveScale = 'LOG' | 'DIFFERENCE';

/**
 * Spot, volatility and peg move in proportion. Skew (relative volatility per standard deviation of log-moneyness), basis (annualised
 * ln(forward / spot)) and funding (fraction per settlement) move by differences: they change sign.
 */
export const MOVE_SCALE: Readonly<Record<FactorKind, MoveScale>> = {
  SPOT: 'LOG',
  ATM_VOLATILITY: 'LOG',
  PEG: 'LOG',
  SKEW: 'DIFFERENCE',
  BASIS: 'DIFFERENCE',
  FUNDING: 'DIFFERENCE',
};

export type MoveMethod =
  'HISTORICAL' | 'AGE_WEIGHTED' | 'FILTERED_HISTORICAL' | 'MONTE_CARLO' | 'STRESS' | 'REVERSE_STRESS';

/** Joint moves of all factors over one horizon: every scenario method gives this. */
export interface FactorMoves {
  readonly method: MoveMethod;
  readonly factors: readonly RiskFactor[];
  readonly horizonDays: number;
  /** Scenarios. */
  readonly count: number;
  /** Row-major `[factor][count]`, on the scale of `MOVE_SCALE`, over the whole horizon. */
  readonly moves: Float64Array;
  /** One per scenario, summing to 1; absent: all alike. */
  readonly weights?: Float64Array;
  /** One per scenario where scenarios have names. */
  readonly names?: readonly string[];
  /** What was scaled, capped, skipped or repaired, in sentences for the report. */
  readonly notes: readonly string[];
}

/** Factors of a set that stand in for something unobserved. */
export function proxyFactors(moves: FactorMoves): readonly RiskFactor[] {
  return moves.factors.filter(({ evidence }) => evidence === 'PROXY');
}

/** Moves of one factor, one entry per scenario; undefined when the set has no such factor. */
export function movesOf(moves: FactorMoves, factorId: string): Float64Array | undefined {
  const row = moves.factors.findIndex(({ id }) => id === factorId);
  return row < 0 ? undefined : moves.moves.subarray(row * moves.count, (row + 1) * moves.count);
}
