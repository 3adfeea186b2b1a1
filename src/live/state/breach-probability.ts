import { normalCdf } from '../../kernel/reference/normal.js';

/** The early warning (market-and-risk.md 6): above this probability a restricted account is called. */
export const WARNED_ABOVE = 0.05;

/** Time in which a breach is looked for. */
export const BREACH_HORIZON_MS = 15 * 60_000;

/**
 * Probability that a normal move leaves the moves around 0 at which the excess stays above 0: an estimate in [0, 1], 1 where it
 * is below 0 already. Between two moves the excess is linear, beyond the outermost it goes on as it did. NaN where an excess is.
 *
 * @param moves ascending, with a 0 among them
 * @param excess equity less maintenance margin at each move
 * @param deviation standard deviation in the unit of `moves`, > 0
 */
export function breachProbability(
  moves: readonly number[],
  excess: readonly number[],
  deviation: number,
): number {
  const start = moves.indexOf(0);
  if (excess.some(Number.isNaN) || start < 0) return NaN;
  if ((excess[start] ?? NaN) < 0) return 1;
  const up = firstBreach(moves, excess, start, 1);
  const down = firstBreach(moves, excess, start, -1);
  return Math.min(1, tail(up / deviation) + tail(-down / deviation));
}

/** Probability beyond a place of the standard normal law; 0 beyond all places. */
function tail(place: number): number {
  return place === Infinity ? 0 : normalCdf(-place);
}

/** Where the excess first falls to 0 on the way from `start`; infinite for nowhere. */
function firstBreach(
  moves: readonly number[],
  excess: readonly number[],
  start: number,
  direction: 1 | -1,
): number {
  let move = moves[start] ?? NaN;
  let value = excess[start] ?? NaN;
  let slope = 0;
  for (let at = start + direction; at >= 0 && at < moves.length; at += direction) {
    const nextMove = moves[at] ?? NaN;
    const nextValue = excess[at] ?? NaN;
    slope = (nextValue - value) / (nextMove - move);
    if (nextValue < 0) return move - value / slope;
    move = nextMove;
    value = nextValue;
  }
  return slope * direction < 0 ? move - value / slope : direction * Infinity;
}
